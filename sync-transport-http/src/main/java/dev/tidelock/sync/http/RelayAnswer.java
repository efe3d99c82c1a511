package dev.tidelock.sync.http;

import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Date;
import okhttp3.MediaType;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** What came back for one request, hostile until it has been read. Nothing is read beyond a bound. */
final class RelayAnswer {
    /** Whatever a relay says, it is asked again after this long. */
    static final Duration RETRY_AFTER_MAX = Duration.ofHours(1);

    private static final int CHUNK_BYTES = 16 << 10;

    private final Response response;
    private final RelayClock clock;

    // Read once, when it is asked for.
    private boolean errorRead;
    private @Nullable ErrorAnswer error;

    RelayAnswer(Response response, RelayClock clock) {
        this.response = response;
        this.clock = clock;
    }

    int status() {
        return response.code();
    }

    @Nullable
    String header(String name) {
        return response.header(name);
    }

    /** Goes on if the status is one of these, and otherwise throws the failure that it stands for. */
    void require(int... statuses) throws IOException, TransportException {
        for (int status : statuses) {
            if (status == status()) {
                return;
            }
        }
        throw failure();
    }

    /** The body as it arrives, if it is of this type. */
    InputStream stream(String mediaType) throws WireFormatException {
        MediaType actual = response.body().contentType();
        String name = actual == null ? "none" : actual.type() + "/" + actual.subtype();
        if (!name.equals(mediaType)) {
            throw new WireFormatException(
                    "an answer of content type " + AnswerChecks.printable(name) + " instead of " + mediaType);
        }
        String encoding = response.header("Content-Encoding", "identity");
        if (!"identity".equalsIgnoreCase(encoding)) {
            throw new WireFormatException("an answer that is compressed; bodies never are");
        }
        return response.body().byteStream();
    }

    /** The whole body, if it is of this type and no longer than this. */
    byte[] body(String mediaType, int bytesMax) throws IOException, WireFormatException {
        InputStream in = stream(mediaType);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
            if (read > bytesMax - out.size()) {
                throw new WireFormatException("an answer of more than " + bytesMax + " bytes");
            }
            out.write(chunk, 0, read);
        }
        return out.toByteArray();
    }

    byte[] json() throws IOException, WireFormatException {
        return body(MediaTypes.JSON, WireLimits.JSON_ANSWER_BYTES_MAX);
    }

    /** What the relay says about its refusal; null if that is not in the protocol's form, as from a proxy in between. */
    @Nullable
    ErrorAnswer error() throws IOException {
        if (!errorRead) {
            errorRead = true;
            try {
                ErrorAnswer read = ErrorAnswer.read(json());
                clock.observe(read.timeMillis());
                error = read;
            } catch (WireFormatException notOurs) {
                error = null; // the status has to do
            }
        }
        return error;
    }

    /** Whether the relay refuses, and with this code. */
    boolean refuses(ErrorCode code) throws IOException {
        ErrorAnswer said = status() == code.status() ? error() : null;
        return said != null && said.code().equals(code.code());
    }

    /** The failure that an unexpected status stands for. */
    TransportException failure() throws IOException {
        int status = status();
        if (status >= 300 && status < 400) {
            return new TransportException(
                    Kind.PROTOCOL,
                    "the relay redirects to '" + AnswerChecks.printable(response.header("Location", "nowhere"))
                            + "' (status " + status + "); redirects are not followed: set the relay's own URL",
                    null);
        }
        String message = "the relay answered " + describe();
        if (status == 429 || status >= 500) {
            return new TransportException(Kind.THROTTLED, message, retryAfter(), null);
        }
        Kind kind = refuses(ErrorCode.UNKNOWN_SPACE) ? Kind.UNKNOWN_SPACE : kindOf(status);
        return new TransportException(kind, message, null);
    }

    private static Kind kindOf(int status) {
        if (status == 401 || status == 403) {
            return Kind.UNAUTHORIZED;
        }
        if (status == 408) {
            return Kind.OFFLINE; // the request did not arrive in time
        }
        return status >= 400 ? Kind.REJECTED : Kind.PROTOCOL;
    }

    /** Status, code and text, for a message. */
    String describe() throws IOException {
        ErrorAnswer said = error();
        if (said == null) {
            return String.valueOf(status());
        }
        return status() + " " + said.code()
                + (said.message().isEmpty() ? "" : ": " + AnswerChecks.printable(said.message()));
    }

    private @Nullable Duration retryAfter() throws IOException {
        String value = response.header("Retry-After");
        if (value == null) {
            return null;
        }
        Duration asked;
        if (isNumber(value)) {
            asked = Duration.ofSeconds(value.length() > 9 ? RETRY_AFTER_MAX.getSeconds() : Long.parseLong(value));
        } else {
            Date date = response.headers().getDate("Retry-After");
            if (date == null) {
                return null;
            }
            error(); // may tell the relay's time, by which the date is meant
            asked = Duration.ofMillis(date.getTime() - clock.relayMillis());
        }
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : asked;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }
}
