package dev.tidelock.sync.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class EventIdFuzzTest {
    @FuzzTest
    void parse(byte[] bytes) {
        EventId id;
        try {
            id = EventId.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(id, EventId.parse(id.toString()));
    }
}
