package dev.tidelock.sync.motebit;

import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks the relay, once, or once more with a new token. Every way in which that can fail comes out as a {@link TransportException} of the right kind. Safe for use by any
 * number of threads.
 */
final class RelayCalls {
    /** How long a pull may take: it has all of the log's end in one answer. */
    static final Duration PULL_MAX = Duration.ofMinutes(10);

    /** How long any other call may take. */
    static final Duration CALL_MAX = Duration.ofMinutes(1);

    /** Whatever the relay says, it is asked again after this long. */
    static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private static final long HALF_A_SECOND_MILLIS = 500;
    private static final MediaType JSON = MediaType.get("application/json");
    private static final int SMALL_BYTES_MAX = 64 << 10;
    private static final int DETAIL_CHARS_MAX = 200;

    private final OkHttpClient client;
    private final HttpUrl url;
    private final RelayClock clock;
    private final Tokens tokens;

    // Guarded by running.
    private final Set<Call> running = new HashSet<>();
    private boolean closed;

    RelayCalls(OkHttpClient client, HttpUrl url, RelayClock clock, Tokens tokens) {
        this.client = client;
        this.url = url;
        this.clock = clock;
        this.tokens = tokens;
    }

    /** Makes a value of an answer. Called once per answer, while it arrives. */
    interface AnswerReader<T> {
        /** @param relayMillis the relay's time; 0 if it does not say it */
        T read(Response answer, long relayMillis) throws IOException, WireFormatException, TransportException;
    }

    /** The relay does not take the token. It does not say why: an expired one and an unknown device are the same to it. */
    private static final class TokenRefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        TokenRefusedException(String message) {
            super(message);
        }
    }

    Request.Builder to(String path, @Nullable String query) {
        HttpUrl whole =
                url.newBuilder().addPathSegments(path).encodedQuery(query).build();
        // What is sealed does not compress; and a compressed answer could be small on the wire and endless in memory.
        return new Request.Builder().url(whole).header("Accept-Encoding", "identity");
    }

    static RequestBody json(String body) {
        return RequestBody.create(body, JSON);
    }

    /** Asks as this device. A refused token is replaced once: by the relay's time, if that was the trouble. */
    <T> T withToken(Request.Builder request, Duration longest, AnswerReader<T> reader) throws TransportException {
        String token = tokens.current();
        try {
            return ask(withToken(request, token), longest, reader);
        } catch (TokenRefusedException stale) {
            try {
                return ask(withToken(request, tokens.insteadOf(token)), longest, reader);
            } catch (TokenRefusedException again) {
                throw unauthorized(again);
            }
        }
    }

    private static Request withToken(Request.Builder request, String token) {
        return request.header("Authorization", "Bearer " + token).build();
    }

    /** Asks as nobody in particular. */
    <T> T withoutToken(Request.Builder request, AnswerReader<T> reader) throws TransportException {
        try {
            return ask(request.build(), CALL_MAX, reader);
        } catch (TokenRefusedException unasked) {
            throw unauthorized(unasked);
        }
    }

    private static TransportException unauthorized(TokenRefusedException refused) {
        return new TransportException(
                Kind.UNAUTHORIZED,
                refused.getMessage()
                        + ", with a new token too: it does not know this device (any more), or was emptied; register the device again",
                refused);
    }

    private <T> T ask(Request request, Duration longest, AnswerReader<T> reader)
            throws TransportException, TokenRefusedException {
        Call call = client.newCall(request);
        call.timeout().timeout(longest.toMillis(), TimeUnit.MILLISECONDS);
        try {
            begin(call);
            try (Response response = execute(call)) {
                long relayMillis = toldMillis(response);
                clock.observe(relayMillis);
                boolean refused = response.code() == 401 || response.code() == 403;
                if (refused && !response.body().source().exhausted()) { // see body()
                    throw new TokenRefusedException("the relay answered " + response.code());
                }
                return reader.read(response, relayMillis);
            }
        } catch (WireFormatException nonsense) {
            throw new TransportException(
                    Kind.PROTOCOL, "the relay's answer makes no sense: " + nonsense.getMessage(), nonsense);
        } catch (IOException lost) {
            throw new TransportException(
                    Kind.OFFLINE, "the relay cannot be asked, or its answer was lost: " + lost, lost);
        } finally {
            end(call);
        }
    }

    /** The time that the relay tells, which allows a token no skew: in whole seconds, so half of one is added. 0 if it tells none. */
    private static long toldMillis(Response response) {
        Date date = response.headers().getDate("Date");
        return date == null || date.getTime() <= 0 ? 0 : date.getTime() + HALF_A_SECOND_MILLIS;
    }

    private static Response execute(Call call) throws IOException, WireFormatException {
        try {
            return call.execute();
        } catch (ProtocolException notHttp) {
            throw new WireFormatException("it is no HTTP: " + notHttp.getMessage());
        }
    }

    /** Goes on if the status is one of these, and otherwise throws the failure that it stands for. */
    static void require(Response answer, int... statuses) throws IOException, TransportException {
        for (int status : statuses) {
            if (status == answer.code()) {
                return;
            }
        }
        throw failure(answer);
    }

    private static TransportException failure(Response answer) throws IOException {
        int status = answer.code();
        boolean empty = answer.body().source().exhausted();
        String message = "the relay answered " + status + detail(answer);
        if (status >= 300 && status < 400) {
            return new TransportException(
                    Kind.PROTOCOL, message + "; redirects are not followed: set the relay's own URL", null);
        }
        if (status == 429 || status >= 500) {
            return new TransportException(Kind.THROTTLED, message, retryAfter(answer), null);
        }
        if (status >= 400 && empty) {
            return new TransportException(
                    Kind.PROTOCOL, "the relay's answer makes no sense: " + emptiness(status), null);
        }
        return new TransportException(status >= 400 ? Kind.REJECTED : Kind.PROTOCOL, message, null);
    }

    private static String detail(Response answer) throws IOException {
        try {
            SmallAnswer said = small(answer);
            String text = said.text("error");
            return text == null ? "" : ": " + printable(text);
        } catch (WireFormatException notItsOwn) {
            return ""; // as from a proxy in between
        }
    }

    private static String printable(String text) {
        String oneLine = text.replaceAll("\\p{Cntrl}", " ");
        return oneLine.length() <= DETAIL_CHARS_MAX ? oneLine : oneLine.substring(0, DETAIL_CHARS_MAX);
    }

    private static @Nullable Duration retryAfter(Response answer) {
        String value = answer.header("Retry-After", "");
        if (value == null || !value.matches("[0-9]{1,9}")) {
            return null;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(value));
        return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
    }

    /** An answer that is a small JSON object. */
    static SmallAnswer small(Response answer) throws IOException, WireFormatException {
        InputStream in = body(answer);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[8 << 10];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            if (read > SMALL_BYTES_MAX - out.size()) {
                throw new WireFormatException("an answer of more than " + SMALL_BYTES_MAX + " bytes");
            }
            out.write(chunk, 0, read);
        }
        return SmallAnswer.parse(out.toByteArray());
    }

    /**
     * The body as it arrives. An empty one is none: this relay answers a request that offers HTTP/2 with nothing but a status, that of a GET, and has not done what was asked.
     */
    static InputStream body(Response answer) throws IOException, WireFormatException {
        if (answer.body().source().exhausted()) {
            throw new WireFormatException(emptiness(answer.code()));
        }
        return answer.body().byteStream();
    }

    private static String emptiness(int status) {
        return "status " + status
                + " and an empty body: nothing was done; does something in between offer the relay HTTP/2?";
    }

    private void begin(Call call) throws IOException {
        synchronized (running) {
            if (closed) {
                throw new IOException("this connection to the relay has been closed");
            }
            running.add(call);
        }
    }

    private void end(Call call) {
        synchronized (running) {
            running.remove(call);
        }
    }

    /** Ends what is under way; what begins later fails. */
    void close() {
        List<Call> toCancel;
        synchronized (running) {
            closed = true;
            toCancel = List.copyOf(running);
        }
        toCancel.forEach(Call::cancel);
    }
}
