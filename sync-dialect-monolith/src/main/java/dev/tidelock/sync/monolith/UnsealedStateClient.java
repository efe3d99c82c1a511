package dev.tidelock.sync.monolith;

import dev.tidelock.sync.http.internal.NoDelaySocketFactory;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The relay's {@code /state}: what a session's timer shows, for whoever knows the session's id. INSECURE: it travels and lies there in the clear, and is no part of the sync; leave it alone unless a program that other
 * people wrote needs it. Calls block; safe for use by any number of threads.
 */
public final class UnsealedStateClient {
    /** The members that the relay knows, with texts, numbers or truth values. */
    public static final Set<String> MEMBERS = Set.of(
            "isActive",
            "isPaused",
            "modo",
            "fase",
            "taskTitle",
            "subtaskTitle",
            "proyectoNombre",
            "metaNombre",
            "timerDuration",
            "sessionStartTime",
            "totalPausedTime",
            "pauseStartTime");

    private static final MediaType JSON = MediaType.get("application/json");
    private static final long ANSWER_BYTES_MAX = 65_536;

    private final HttpUrl url;
    private final @Nullable String secret;
    private final OkHttpClient client;

    /**
     * @param relayUrl where the relay listens: ws, wss, http or https
     * @param secret what the relay asks for; null if it does not
     */
    public UnsealedStateClient(String relayUrl, @Nullable String secret, OkHttpClient client) {
        this.url = HttpUrl.get(OkHttpSockets.requireUrl(relayUrl)).resolve("/state");
        this.secret = secret;
        this.client = client.newBuilder()
                .callTimeout(10, TimeUnit.SECONDS)
                .followRedirects(false)
                .socketFactory(new NoDelaySocketFactory(client.socketFactory()))
                .build();
    }

    /**
     * Publishes a session's state, in place of the one before.
     *
     * @throws IllegalArgumentException if it has a member that the relay does not know
     */
    public void publish(String session, JsonObject state) throws TransportException {
        for (String name : state.members().keySet()) {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("the relay knows no member '" + name + "' of a state");
            }
        }
        post(session, state);
    }

    /** Takes a session's state away. */
    public void clear(String session) throws TransportException {
        post(session, JsonValue.NULL);
    }

    private void post(String session, JsonValue state) throws TransportException {
        Map<String, JsonValue> body = new HashMap<>();
        body.put("session_id", JsonValue.of(session));
        body.put("state", state);
        call(request(url).post(RequestBody.create(JsonValue.object(body).toUtf8(), JSON)));
    }

    /** A session's state. The relay of the revision that was looked at fails here, always: kind {@code PROTOCOL}. */
    public JsonValue read(String session) throws TransportException {
        byte[] body = call(
                request(url.newBuilder().addQueryParameter("sessionId", session).build()));
        try {
            return JsonValue.parse(body);
        } catch (IllegalArgumentException notJson) {
            throw new TransportException(Kind.PROTOCOL, "the relay answers with something that is no state", notJson);
        }
    }

    private Request.Builder request(HttpUrl at) {
        Request.Builder request = new Request.Builder().url(at);
        return secret == null ? request : request.header("X-Monolith-Secret", secret);
    }

    private byte[] call(Request.Builder request) throws TransportException {
        try (Response response = client.newCall(request.build()).execute()) {
            if (response.code() == 401) {
                throw new TransportException(Kind.UNAUTHORIZED, "the relay does not accept the secret", null);
            } else if (!response.isSuccessful()) {
                throw new TransportException(Kind.PROTOCOL, "the relay answers with status " + response.code(), null);
            }
            return response.peekBody(ANSWER_BYTES_MAX).bytes();
        } catch (IOException failed) {
            throw new TransportException(Kind.OFFLINE, "the relay cannot be reached", failed);
        }
    }
}
