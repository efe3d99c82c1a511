package dev.tidelock.examples.relay;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

/**
 * What the logs got last, so that an envelope is read once however many are told of it. Holds a bounded number of bytes; who needs what is not here any more reads it from the
 * data file. Safe for use by any number of threads.
 */
final class RecentEntries {
    private final int spacesMax;
    private final int bytesMaxPerSpace;

    // Guarded by this. The space that was used last is the last one.
    private final Map<Long, Tail> tails = new LinkedHashMap<>(16, 0.75f, true);

    RecentEntries(int spacesMax, int bytesMaxPerSpace) {
        this.spacesMax = spacesMax;
        this.bytesMaxPerSpace = bytesMaxPerSpace;
    }

    /** The end of one log. */
    private static final class Tail {
        private final Deque<LogEntry> entries = new ArrayDeque<>();
        private int bytes;

        void add(LogEntry entry, int bytesMax) {
            if (!entries.isEmpty() && entries.peekLast().position() + 1 != entry.position()) {
                entries.clear();
                bytes = 0;
            }
            entries.add(entry);
            bytes += entry.bytes().length;
            while (bytes > bytesMax) {
                bytes -= entries.remove().bytes().length;
            }
        }
    }

    /** @param entries in the order of the log */
    synchronized void add(long space, List<LogEntry> entries) {
        Tail tail = tails.computeIfAbsent(space, any -> new Tail());
        entries.forEach(entry -> tail.add(entry, bytesMaxPerSpace));
        if (tails.size() > spacesMax) {
            tails.remove(tails.keySet().iterator().next());
        }
    }

    synchronized void forget(long space) {
        tails.remove(space);
    }

    /** What comes right after a position, without a gap; empty if it is not here. */
    synchronized List<LogEntry> after(long space, long position) {
        Tail tail = tails.get(space);
        if (tail == null || tail.entries.isEmpty()) {
            return List.of();
        }
        long skipped = position + 1 - tail.entries.peekFirst().position();
        if (skipped < 0 || skipped >= tail.entries.size()) {
            return List.of();
        }
        LinkedList<LogEntry> found = new LinkedList<>();
        Iterator<LogEntry> backwards = tail.entries.descendingIterator();
        for (LogEntry entry = backwards.next(); entry.position() > position; ) {
            found.addFirst(entry);
            if (!backwards.hasNext()) {
                break;
            }
            entry = backwards.next();
        }
        return found;
    }
}
