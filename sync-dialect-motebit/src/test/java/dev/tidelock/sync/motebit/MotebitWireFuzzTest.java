package dev.tidelock.sync.motebit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Whatever a relay, or a stranger through it, sends: it is read, or passed over, or refused; nothing else happens. */
class MotebitWireFuzzTest {
    private static final EventSeal SEAL = new EventSeal(new byte[32]);

    @FuzzTest
    void answer(byte[] bytes) throws IOException {
        EventSplitter splitter = new EventSplitter(new ByteArrayInputStream(bytes));
        try {
            for (byte[] event = splitter.next(); event != null; event = splitter.next()) {
                assertTrue(event.length <= bytes.length);
                WireEvent.parse(event);
            }
        } catch (WireFormatException refused) {
            // as it should be
        }
    }

    @FuzzTest
    void event(byte[] bytes) {
        WireEvent event = WireEvent.parse(bytes);
        if (event != null) {
            assertTrue(event.clock() == Long.MAX_VALUE || Math.abs(event.clock()) <= WireEvent.CLOCK_MAX);
            if (event.sealed() != null) {
                SEAL.open(event.sealed());
            }
        }
    }

    @FuzzTest
    void sealed(byte[] bytes) {
        SEAL.open(new String(bytes, StandardCharsets.UTF_8));
        assertArrayEquals(bytes, SEAL.open(SEAL.seal(bytes)));
    }

    @FuzzTest
    void plaintext(byte[] bytes) {
        EnvelopeEvents.envelope(bytes);
    }

    @FuzzTest
    void frame(byte[] bytes) {
        LiveLine.Frame.parse(bytes);
    }

    @FuzzTest
    void smallAnswer(byte[] bytes) {
        try {
            SmallAnswer.parse(bytes);
        } catch (WireFormatException refused) {
            // as it should be
        }
    }
}
