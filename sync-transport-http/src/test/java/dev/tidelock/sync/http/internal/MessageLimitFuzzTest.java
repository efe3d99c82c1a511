package dev.tidelock.sync.http.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import okio.Buffer;

/** Whatever the frames are, and in whatever pieces they come: all bytes pass unchanged, or the reading fails before a message that is too long. */
class MessageLimitFuzzTest {
    private static final int BYTES_MAX = 1000;

    /** The size of a piece (1), and then what the relay sends. */
    @FuzzTest
    void read(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        int piece = 1 + (bytes[0] & 0xff);
        Buffer sent = new Buffer().write(bytes, 1, bytes.length - 1);
        byte[] expected = sent.snapshot().toByteArray();
        Buffer passed = new Buffer();
        MessageLimit limit = new MessageLimit(sent, BYTES_MAX);
        try {
            while (limit.read(passed, piece) >= 0) {
                assertTrue(passed.size() <= expected.length);
            }
        } catch (IOException tooLong) {
            return;
        }
        assertArrayEquals(expected, passed.readByteArray());
    }
}
