package dev.tidelock.sync.monolith;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any text is a hint, or none. */
class ControlTextFuzzTest {
    @FuzzTest
    void parse(byte[] bytes) {
        assertNotNull(ControlText.parse(new String(bytes, StandardCharsets.UTF_8)));
    }
}
