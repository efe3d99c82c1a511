package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RecentEntriesTest {
    private static final int BYTES_MAX = 100;

    private final RecentEntries recent = new RecentEntries(2, BYTES_MAX);

    private static List<LogEntry> entries(long first, long last, int bytes) {
        List<LogEntry> entries = new ArrayList<>();
        for (long position = first; position <= last; position++) {
            entries.add(new LogEntry(position, 1, EnvelopeHash.NONE, EnvelopeHash.NONE, new byte[bytes]));
        }
        return entries;
    }

    private List<Long> after(long space, long position) {
        return recent.after(space, position).stream().map(LogEntry::position).collect(Collectors.toList());
    }

    @Test
    void after_whatIsHere_isAllOfIt() {
        recent.add(1, entries(1, 3, 10));
        recent.add(1, entries(4, 5, 10));
        assertEquals(List.of(1L, 2L, 3L, 4L, 5L), after(1, 0));
        assertEquals(List.of(4L, 5L), after(1, 3));
        assertEquals(List.of(5L), after(1, 4));
        assertEquals(List.of(), after(1, 5));
        assertEquals(List.of(), after(1, 9));
        assertEquals(List.of(), after(2, 0));
    }

    @Test
    void after_whatIsGone_isNothing() {
        recent.add(1, entries(1, 20, 10));
        assertEquals(List.of(), after(1, 9));
        assertEquals(10, after(1, 10).size());
        recent.add(1, entries(21, 21, BYTES_MAX + 1));
        assertEquals(List.of(), after(1, 20));
    }

    @Test
    void after_aGap_isWhatCameAfterIt() {
        recent.add(1, entries(1, 3, 10));
        recent.add(1, entries(7, 8, 10));
        assertEquals(List.of(), after(1, 3));
        assertEquals(List.of(7L, 8L), after(1, 6));
    }

    @Test
    void spaceThatWasUsedLongestAgo_goesFirst() {
        recent.add(1, entries(1, 1, 10));
        recent.add(2, entries(1, 1, 10));
        after(1, 0);
        recent.add(3, entries(1, 1, 10));
        assertEquals(List.of(1L), after(1, 0));
        assertEquals(List.of(), after(2, 0));
        assertEquals(List.of(1L), after(3, 0));
    }
}
