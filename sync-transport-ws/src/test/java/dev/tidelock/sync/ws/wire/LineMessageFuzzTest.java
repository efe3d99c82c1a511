package dev.tidelock.sync.ws.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.http.wire.WireFormatException;

/** Whatever comes by the line: a message or a refusal, which is then written as it was read. */
class LineMessageFuzzTest {
    @FuzzTest
    void message(byte[] bytes) {
        try {
            assertArrayEquals(bytes, LineMessage.read(bytes).write());
        } catch (WireFormatException refused) {
            // The usual outcome.
        }
    }

    @FuzzTest
    void error(byte[] bytes) throws WireFormatException {
        LineError error;
        try {
            error = LineError.read(bytes);
        } catch (WireFormatException refused) {
            return;
        }
        assertEquals(error, LineError.read(error.write()));
    }
}
