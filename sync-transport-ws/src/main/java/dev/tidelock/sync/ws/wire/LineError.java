package dev.tidelock.sync.ws.wire;

import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.WireFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A refusal, as the body of a message.
 *
 * <pre>
 * size  field (numbers are big endian)
 *    2  the status that HTTP would answer with, 400 to 599
 *    2  how many seconds to wait before trying again; 0 if that is not said
 *    n  the body that HTTP would answer with
 * </pre>
 */
public record LineError(int status, int retryAfterSeconds, ErrorAnswer answer) {
    private static final int HEAD_BYTES = 2 * Short.BYTES;
    private static final int SECONDS_MAX = 0xffff;

    public LineError {
        Objects.requireNonNull(answer, "answer");
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status is " + status + "; it must be 400 to 599");
        }
        if (retryAfterSeconds < 0 || retryAfterSeconds > SECONDS_MAX) {
            throw new IllegalArgumentException(
                    "retryAfterSeconds is " + retryAfterSeconds + "; it must be 0 to " + SECONDS_MAX);
        }
    }

    /** The body. */
    public byte[] write() {
        byte[] json = answer.write();
        return ByteBuffer.allocate(HEAD_BYTES + json.length)
                .putShort((short) status)
                .putShort((short) retryAfterSeconds)
                .put(json)
                .array();
    }

    /** Reads a body. */
    public static LineError read(byte[] body) throws WireFormatException {
        if (body.length < HEAD_BYTES) {
            throw new WireFormatException("a refusal of " + body.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        int status = in.getShort() & 0xffff;
        int seconds = in.getShort() & 0xffff;
        if (status < 400 || status > 599) {
            throw new WireFormatException("a refusal with status " + status);
        }
        return new LineError(status, seconds, ErrorAnswer.read(Arrays.copyOfRange(body, HEAD_BYTES, body.length)));
    }
}
