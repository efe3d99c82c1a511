package dev.tidelock.examples.fakes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.testkit.motebit.MotebitModel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The relay of a test: a stand-in for the motebit relay, or the one that {@code -Dtidelock.motebit.relay=http://HOST:PORT} names. With its operator's token in {@code -Dtidelock.motebit.token}, a test
 * can also read its logs and write into them.
 */
public final class MotebitPlace implements AutoCloseable {
    private static final @Nullable String REAL = System.getProperty("tidelock.motebit.relay");
    private static final @Nullable String TOKEN = System.getProperty("tidelock.motebit.token");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final @Nullable MotebitServer standIn;

    public MotebitPlace() {
        this(new MotebitModel(System::currentTimeMillis));
    }

    /** @param model what the stand-in is a face of, if there is one */
    public MotebitPlace(MotebitModel model) {
        standIn = REAL == null ? MotebitServer.start(model) : null;
    }

    /** An HTTP client at an address of its own, as far as a relay can tell that nothing is in front of: such a relay counts registrations by address. */
    public static OkHttpClient client() {
        String address = UUID.randomUUID().toString();
        return new OkHttpClient.Builder()
                .addInterceptor(chain -> chain.proceed(chain.request()
                        .newBuilder()
                        .header("X-Real-IP", address)
                        .build()))
                .build();
    }

    /** Its URL. */
    public String url() {
        return standIn == null ? String.valueOf(REAL) : standIn.url();
    }

    /** What the stand-in can be told to do; a test that needs it is skipped at another relay. */
    public MotebitModel model() {
        assumeTrue(standIn != null, "only the stand-in can be told what to do");
        return standIn.model();
    }

    /** All events of a log, as a pull gives them. */
    public List<JsonValue> events(String motebitId) {
        return standIn != null
                ? standIn.model().events(motebitId)
                : asOperator("/sync/" + motebitId + "/pull", null)
                        .get("events")
                        .asArray()
                        .items();
    }

    /** Stores an event in the log of a motebit, as somebody would have who registered under it. */
    public void insert(String motebitId, JsonObject event) {
        if (standIn != null) {
            standIn.model().insert(motebitId, event);
        } else {
            JsonObject events = JsonObject.EMPTY.with("events", JsonValue.array(List.of(event)));
            asOperator("/sync/" + motebitId + "/push", events);
        }
    }

    /** How many live lines are open. */
    public long openSockets() {
        return standIn != null
                ? standIn.model().openSockets()
                : ask(HttpRequest.newBuilder(URI.create(url() + "/health")).build())
                        .get("ws_connections")
                        .asNumber()
                        .longValue();
    }

    private JsonObject asOperator(String path, @Nullable JsonObject body) {
        assumeTrue(TOKEN != null, "a relay's logs are shown to its operator only: name the token");
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + path)).header("Authorization", "Bearer " + TOKEN);
        if (body != null) {
            request.header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.toUtf8()));
        }
        return ask(request.build());
    }

    private JsonObject ask(HttpRequest request) {
        try {
            byte[] answer =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
            return JsonValue.parse(new String(answer, StandardCharsets.UTF_8)).asObject();
        } catch (IOException lost) {
            throw new AssertionError(lost);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }

    @Override
    public void close() {
        if (standIn != null) {
            standIn.close();
        }
    }
}
