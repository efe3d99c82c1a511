package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Resolution;
import dev.tidelock.sync.model.EventId;
import java.time.Duration;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has lost shows for as long as the app wants; what it was stays in the history. */
class ConflictRetentionTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a =
            space.device(1, new MemoryDisk(), setUp -> setUp.conflictRetention(Duration.ofDays(30)));
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    private EventId loser() throws Exception {
        a.put("1", "lost");
        space.time.advance(Duration.ofSeconds(1));
        b.put("1", "won");
        TestSpace.syncAll(a, b);
        return a.client.conflicts().get(0).id();
    }

    @Test
    void entry_thatIsOlderThanTheRetention_showsNoMore_andTheStateStaysTheSame() throws Exception {
        EventId loser = loser();
        space.time.advance(Duration.ofDays(30).minusSeconds(60));
        assertEquals(1, a.client.conflicts().size());
        assertEquals(1, a.client.status().conflicts());
        space.time.advance(Duration.ofMinutes(2));
        assertEquals(0, a.client.conflicts().size());
        assertEquals(0, a.client.status().conflicts());
        assertEquals(1, b.client.conflicts().size(), "this app keeps them");
        assertThrows(NoSuchElementException.class, () -> a.client.resolve(loser, Resolution.keepRemote()));
        assertEquals(1L, (long) a.store.read(reader -> reader.conflictCount()), "the fold is that of all devices");
        assertEquals(a.client.stateHash(), b.client.stateHash());
        assertTrue(isInHistory(a, loser));
    }

    @Test
    void loser_whoseEntryIsClosed_staysInTheHistory_andCanBeRestored() throws Exception {
        EventId loser = loser();
        a.client.resolve(loser, Resolution.keepLocal());
        TestSpace.syncAll(a, b);
        assertEquals(0, b.client.conflicts().size());
        assertTrue(isInHistory(a, loser));
        assertTrue(isInHistory(b, loser));
        b.client.collection("notes").restore("1", loser);
        TestSpace.syncAll(b, a);
        assertEquals("\"lost\"", a.get("1"));
    }

    private static boolean isInHistory(TestSpace.Device device, EventId loser) {
        return device.client.collection("notes").history("1", 100).stream()
                .anyMatch(version -> version.change().equals(loser)
                        && version.value() != null
                        && version.value().toJson().equals("\"lost\""));
    }

    @Test
    void retention_outOfRange_isRefused() {
        for (Duration odd : new Duration[] {Duration.ZERO, Duration.ofDays(-1), Duration.ofDays(36_501)}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> space.device(3, new MemoryDisk(), setUp -> setUp.conflictRetention(odd)));
        }
    }
}
