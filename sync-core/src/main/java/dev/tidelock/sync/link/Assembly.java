package dev.tidelock.sync.link;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** The parts of one message, as they come: in any order, and more than once. Of another message it forgets what it had. */
final class Assembly {
    private @Nullable LinkFrame message;
    private byte[] @Nullable [] parts = new byte[0][];
    private int missing;
    private int bytes;

    /** Takes a part; the whole message once nothing is missing, else null. */
    byte @Nullable [] add(LinkFrame.Opened frame) {
        LinkFrame header = frame.header();
        if (!isOf(header)) {
            begin(header);
        }
        if (parts[header.part()] == null) {
            bytes += frame.content().length;
            missing--;
            parts[header.part()] = frame.content();
        }
        if (bytes > LinkCodec.MESSAGE_BYTES_MAX) {
            clear();
            return null;
        }
        return missing == 0 ? whole() : null;
    }

    /** Whether this part has not come yet. */
    boolean lacks(LinkFrame header) {
        return !isOf(header) || parts[header.part()] == null;
    }

    private boolean isOf(LinkFrame header) {
        LinkFrame current = message;
        return current != null
                && current.from().equals(header.from())
                && current.number() == header.number()
                && current.edition() == header.edition()
                && current.kind() == header.kind()
                && current.parts() == header.parts();
    }

    private void begin(LinkFrame header) {
        message = header;
        parts = new byte[header.parts()][];
        missing = header.parts();
        bytes = 0;
    }

    private byte[] whole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes);
        for (byte[] part : parts) {
            if (part != null) {
                out.write(part, 0, part.length);
            }
        }
        clear();
        return out.toByteArray();
    }

    void clear() {
        message = null;
        parts = new byte[0][];
        missing = 0;
        bytes = 0;
    }
}
