package dev.tidelock.sync.http;

import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks the relay, once, or once more with a new token. Nothing else in this module does. Every way in which that can fail comes out as
 * a {@link TransportException} of the right kind; when to try again is the engine's decision. Safe for use by any number of threads.
 */
final class RelayCalls {
    private static final MediaType JSON = MediaType.get(MediaTypes.JSON);

    private final OkHttpClient client;
    private final HttpUrl url;
    private final RelayClock clock;
    private final @Nullable TokenCache tokens;
    private final RunningCalls running = new RunningCalls();

    /** @param tokens null for a guest, who has none */
    RelayCalls(OkHttpClient client, HttpUrl url, RelayClock clock, @Nullable TokenCache tokens) {
        this.client = client;
        this.url = url;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** Makes a value of an answer. Called once per answer, while it arrives. */
    interface AnswerReader<T> {
        T read(RelayAnswer answer) throws IOException, WireFormatException, TransportException;
    }

    /** The relay does not take the token. */
    private static final class TokenRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        TokenRefusedException(String message) {
            super(message);
        }
    }

    /** A request to a path below the relay's URL. */
    Request.Builder to(String path) {
        return to(path, null);
    }

    /** A request to a path below the relay's URL, with a query such as {@code wait=5}. */
    Request.Builder to(String path, @Nullable String query) {
        HttpUrl whole =
                url.newBuilder().addPathSegments(path).encodedQuery(query).build();
        // Sealed bodies do not compress; and a compressed answer could be small on the wire and endless in memory.
        return new Request.Builder().url(whole).header("Accept-Encoding", "identity");
    }

    static RequestBody json(byte[] body) {
        return RequestBody.create(body, JSON);
    }

    /** Asks as this device. A refused token is replaced once: by the relay's time, if that was the trouble. */
    <T> T withToken(Request.Builder request, AnswerReader<T> reader) throws TransportException {
        if (tokens == null) {
            throw new TransportException(
                    Kind.UNAUTHORIZED, "only a member of a space may ask the relay for this", null);
        }
        TokenCache.Token token = tokens.current();
        try {
            return ask(withToken(request, token), reader);
        } catch (TokenRefusedException stale) {
            try {
                return ask(withToken(request, tokens.insteadOf(token)), reader);
            } catch (TokenRefusedException again) {
                throw new TransportException(
                        Kind.UNAUTHORIZED, "a new token was refused too: " + again.getMessage(), null);
            }
        }
    }

    private static Request withToken(Request.Builder request, TokenCache.Token token) {
        return request.header("Authorization", token.authorization()).build();
    }

    /** Asks as nobody in particular. */
    <T> T withoutToken(Request.Builder request, AnswerReader<T> reader) throws TransportException {
        try {
            return ask(request.build(), reader);
        } catch (TokenRefusedException unasked) {
            throw new TransportException(Kind.UNAUTHORIZED, String.valueOf(unasked.getMessage()), unasked);
        }
    }

    private <T> T ask(Request request, AnswerReader<T> reader) throws TransportException, TokenRefusedException {
        Call call = client.newCall(request);
        try {
            running.add(call);
            try (Response response = execute(call)) {
                RelayAnswer answer = new RelayAnswer(response, clock);
                if (answer.status() == 401) {
                    // Reading what the relay says also puts the clock right by which the next token is made.
                    throw new TokenRefusedException("the relay answered " + answer.describe());
                }
                return reader.read(answer);
            }
        } catch (WireFormatException nonsense) {
            throw new TransportException(
                    Kind.PROTOCOL, "the relay's answer makes no sense: " + nonsense.getMessage(), nonsense);
        } catch (IOException lost) {
            throw new TransportException(
                    Kind.OFFLINE, "the relay cannot be asked, or its answer was lost: " + lost, lost);
        } finally {
            running.remove(call);
        }
    }

    private static Response execute(Call call) throws IOException, WireFormatException {
        try {
            return call.execute();
        } catch (ProtocolException notHttp) {
            // Before the body: this is no HTTP. Within the body the same exception means that it ended early.
            throw new WireFormatException(String.valueOf(notHttp.getMessage()), notHttp);
        }
    }

    /** Tells the clock what the relay said, and passes it on. */
    long observed(long relayMillis) {
        clock.observe(relayMillis);
        return relayMillis;
    }

    /** Ends what is under way; what begins later fails. */
    void close() {
        running.close();
    }
}
