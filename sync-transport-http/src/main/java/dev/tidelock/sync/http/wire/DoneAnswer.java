package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;

/**
 * The answer to a request that asks for nothing but to be done: {@code {"timeMillis":n}}.
 *
 * @param timeMillis the relay's time; 0 if it did not say
 */
public record DoneAnswer(long timeMillis) {
    /** The answer, in UTF-8. */
    public byte[] write() {
        return JsonBody.write(out -> out.writeNumberField("timeMillis", timeMillis));
    }

    /**
     * Reads an answer.
     *
     * @throws WireFormatException if it is not one
     */
    public static DoneAnswer read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, WireLimits.JSON_ANSWER_BYTES_MAX, members);
        return new DoneAnswer(members.timeMillis);
    }

    private static final class Members implements JsonBody.MemberReader {
        private long timeMillis;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            if (!name.equals("timeMillis")) {
                return false;
            }
            timeMillis = JsonBody.millis(value, name);
            return true;
        }
    }
}
