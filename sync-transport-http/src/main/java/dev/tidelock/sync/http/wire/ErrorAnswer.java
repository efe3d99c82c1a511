package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonParser;
import dev.tidelock.sync.spi.transport.LogId;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of every refusal: {@code {"error":code,"message":text,"timeMillis":n}}; with {@code "log":id} if a cursor is refused.
 *
 * @param code one of {@link ErrorCode#code()}, or one that a later version knows
 * @param message for people; empty if the relay did not say
 * @param log the log that is there now; only if a cursor is refused
 * @param timeMillis the relay's time; 0 if it did not say
 */
public record ErrorAnswer(
        String code, String message, @Nullable LogId log, long timeMillis) {
    private static final int CODE_CHARACTERS_MAX = 40;

    /** The answer, in UTF-8. A long message is cut. */
    public byte[] write() {
        return JsonBody.write(out -> {
            out.writeStringField("error", code);
            if (!message.isEmpty()) {
                out.writeStringField("message", JsonBody.cut(message));
            }
            if (log != null) {
                out.writeStringField("log", log.value());
            }
            out.writeNumberField("timeMillis", timeMillis);
        });
    }

    /**
     * Reads an answer. A long message is cut.
     *
     * @throws WireFormatException if it is not one; a proxy on the way may have answered in its own words
     */
    public static ErrorAnswer read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, WireLimits.JSON_ANSWER_BYTES_MAX, members);
        return new ErrorAnswer(
                JsonBody.required(members.code, "error"), members.message, members.log, members.timeMillis);
    }

    /** A log id is ASCII: a page has no other form for it. */
    static LogId logId(String text) throws WireFormatException {
        if (text.isEmpty() || text.length() > PageWriter.LOG_ID_BYTES_MAX || !isPrintableAscii(text)) {
            throw new WireFormatException(
                    "a log id is 1 to " + PageWriter.LOG_ID_BYTES_MAX + " printable ASCII characters");
        }
        return new LogId(text);
    }

    private static boolean isPrintableAscii(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 127);
    }

    private static final class Members implements JsonBody.MemberReader {
        private @Nullable String code;
        private String message = "";
        private @Nullable LogId log;
        private long timeMillis;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "error" -> code = code(JsonBody.text(value, name));
                case "message" -> message = JsonBody.cut(JsonBody.text(value, name));
                case "log" -> log = logId(JsonBody.text(value, name));
                case "timeMillis" -> timeMillis = JsonBody.millis(value, name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static String code(String text) throws WireFormatException {
            if (text.length() > CODE_CHARACTERS_MAX || !isPrintableAscii(text)) {
                throw new WireFormatException(
                        "an error code is at most " + CODE_CHARACTERS_MAX + " printable characters");
            }
            return text;
        }
    }
}
