package dev.tidelock.sync.ws.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import org.junit.jupiter.api.Test;

class LineMessageTest {
    @Test
    void write_everyKind_isReadBack() throws WireFormatException {
        for (Kind kind : Kind.values()) {
            LineMessage read =
                    LineMessage.read(LineMessage.of(kind, -2, new byte[] {1, 2}).write());
            assertEquals(kind, read.kind());
            assertEquals(-2, read.number());
            assertArrayEquals(new byte[] {1, 2}, read.body());
        }
    }

    @Test
    void write_aPush_hasTheBytesOfTheProtocol() {
        assertArrayEquals(
                new byte[] {2, 0, 0, 1, 4, 9},
                LineMessage.of(Kind.PUSH, 260, new byte[] {9}).write());
    }

    @Test
    void read_tooShortOrOfNoKind_isRefused() {
        for (int length = 0; length < LineMessage.HEAD_BYTES; length++) {
            byte[] shorter = new byte[length];
            assertThrows(WireFormatException.class, () -> LineMessage.read(shorter));
        }
        for (int kind = 0; kind < 256; kind++) {
            byte[] message = {(byte) kind, 0, 0, 0, 1};
            if (kind < 1 || kind > 4 && kind < 16 || kind > 20) {
                assertThrows(WireFormatException.class, () -> LineMessage.read(message), "kind " + kind);
            }
        }
    }

    @Test
    void error_isReadBack() throws WireFormatException {
        LineError error = new LineError(503, 65_535, new ErrorAnswer("unavailable", "soon", null, 7));
        assertEquals(error, LineError.read(error.write()));
    }

    @Test
    void error_thatIsNone_isRefused() {
        byte[] good = new LineError(429, 1, new ErrorAnswer("throttled", "", null, 7)).write();
        for (int length = 0; length < good.length; length++) {
            byte[] shorter = java.util.Arrays.copyOf(good, length);
            assertThrows(WireFormatException.class, () -> LineError.read(shorter));
        }
        byte[] noStatus = good.clone();
        noStatus[0] = 0;
        noStatus[1] = (byte) 200;
        assertThrows(WireFormatException.class, () -> LineError.read(noStatus));
        assertThrows(
                IllegalArgumentException.class, () -> new LineError(200, 0, new ErrorAnswer("throttled", "", null, 7)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LineError(429, -1, new ErrorAnswer("throttled", "", null, 7)));
    }
}
