package dev.tidelock.sync.http.wire;

import dev.tidelock.sync.envelope.Envelope;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The body of a push: envelopes in the order in which they are to be appended.
 *
 * <pre>
 * size  field (numbers are big endian)
 *    4  length of an envelope, at least 1
 *    n  its bytes
 *       ... and so on, 1 to 1000 times, at most 8 MiB in all
 * </pre>
 */
public final class PushBody {
    private PushBody() {}

    /**
     * The length of the body that would carry these envelopes.
     *
     * @throws IllegalArgumentException if they do not fit one push
     */
    public static int length(List<Envelope> envelopes) {
        if (envelopes.isEmpty() || envelopes.size() > WireLimits.PUSH_ENVELOPES_MAX) {
            throw new IllegalArgumentException("a push of " + envelopes.size() + " envelopes; 1 to "
                    + WireLimits.PUSH_ENVELOPES_MAX + " are accepted");
        }
        long length = 0;
        for (Envelope envelope : envelopes) {
            length += Integer.BYTES + envelope.length();
        }
        if (length > WireLimits.PUSH_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a push of " + length + " bytes; at most " + WireLimits.PUSH_BYTES_MAX + " are accepted");
        }
        return (int) length;
    }

    /** Writes the body, one envelope after the other. */
    public static void write(List<Envelope> envelopes, OutputStream out) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        for (Envelope envelope : envelopes) {
            byte[] bytes = envelope.toByteArray();
            data.writeInt(bytes.length);
            data.write(bytes);
        }
        data.flush();
    }

    /** Reads a body. What it holds may not be envelopes: that is for the caller to find out, one by one. */
    public static List<byte[]> read(byte[] body) throws WireFormatException {
        if (body.length > WireLimits.PUSH_BYTES_MAX) {
            throw new WireFormatException(
                    "a push of " + body.length + " bytes; at most " + WireLimits.PUSH_BYTES_MAX + " are accepted");
        }
        List<byte[]> envelopes = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(body);
        while (in.hasRemaining()) {
            int length = in.remaining() < Integer.BYTES ? 0 : in.getInt();
            if (length < 1 || length > in.remaining()) {
                throw new WireFormatException(
                        "a push whose envelope " + envelopes.size() + " is not as long as it says");
            }
            if (envelopes.size() == WireLimits.PUSH_ENVELOPES_MAX) {
                throw new WireFormatException("a push of more than " + WireLimits.PUSH_ENVELOPES_MAX + " envelopes");
            }
            int start = in.position();
            envelopes.add(Arrays.copyOfRange(body, start, start + length));
            ((java.nio.Buffer) in).position(start + length);
        }
        if (envelopes.isEmpty()) {
            throw new WireFormatException("a push without envelopes");
        }
        return envelopes;
    }
}
