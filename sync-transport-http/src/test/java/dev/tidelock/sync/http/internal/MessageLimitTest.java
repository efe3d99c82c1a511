package dev.tidelock.sync.http.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ProtocolException;
import okio.Buffer;
import org.junit.jupiter.api.Test;

class MessageLimitTest {
    private static final int BYTES_MAX = 100_000;

    /** A frame's head, and so many bytes of it. */
    private static Buffer frame(Buffer to, boolean last, int opcode, long length, int present) {
        to.writeByte((last ? 0x80 : 0) | opcode);
        if (length < 126) {
            to.writeByte((int) length);
        } else if (length < 65_536) {
            to.writeByte(126).writeShort((int) length);
        } else {
            to.writeByte(127).writeLong(length);
        }
        return to.write(new byte[present]);
    }

    private static long pass(Buffer sent, int piece) throws IOException {
        MessageLimit limit = new MessageLimit(sent, BYTES_MAX);
        Buffer passed = new Buffer();
        while (limit.read(passed, piece) >= 0) {
            // goes on
        }
        return passed.size();
    }

    @Test
    void messagesUpToTheLimit_pass_inPiecesOfAnySize() throws IOException {
        for (int piece : new int[] {1, 3, 8192}) {
            Buffer sent = new Buffer();
            for (int length : new int[] {0, 1, 125, 126, 65_535, 65_536, BYTES_MAX}) {
                frame(sent, true, 2, length, length);
                frame(sent, true, 9, 4, 4);
            }
            assertEquals(sent.size(), pass(sent.clone(), piece));
        }
    }

    @Test
    void fragments_countTogether_andPingsBetweenThemDoNot() throws IOException {
        Buffer sent = new Buffer();
        frame(sent, false, 2, 60_000, 60_000);
        frame(sent, true, 9, 125, 125);
        frame(sent, true, 0, 40_000, 40_000);
        frame(sent, true, 2, BYTES_MAX, BYTES_MAX);
        assertEquals(sent.size(), pass(sent.clone(), 8192));
        Buffer longer = new Buffer();
        frame(longer, false, 2, 60_000, 60_000);
        frame(longer, true, 0, 40_001, 0);
        assertThrows(ProtocolException.class, () -> pass(longer, 8192));
    }

    @Test
    void longerOnes_failBeforeTheyAreRead() {
        for (long length : new long[] {BYTES_MAX + 1, 1L << 31, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
            Buffer sent = new Buffer().writeByte(0x82).writeByte(127).writeLong(length);
            assertThrows(ProtocolException.class, () -> pass(sent, 8192), "length " + length);
        }
    }
}
