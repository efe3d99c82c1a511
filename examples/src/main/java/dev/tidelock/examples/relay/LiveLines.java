package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Everyone who is told when a log grows. Nothing is kept for any of them: they are told that there is something, and read it when they can. Safe for use by any number
 * of threads.
 */
final class LiveLines implements LogWriter.Growth {
    private final RecentEntries recent = new RecentEntries(RelayLimits.RECENT_SPACES_MAX, RelayLimits.RECENT_BYTES_MAX);
    private final Map<Long, Set<Line>> bySpace = new ConcurrentHashMap<>();

    /** Stands for the member whose line it is, before that is known. The numbers of members begin with 1. */
    static final long NOBODY = 0;

    // Guarded by this. Each line, with the number of its member; those that are nobody's also in the order in which
    // they came.
    private final Map<Line, Long> all = new HashMap<>();
    private final Map<Long, Integer> counts = new HashMap<>();
    private final Map<Line, Long> strangers = new LinkedHashMap<>();
    private boolean stopping;

    private final LinePatience patience;

    LiveLines(LinePatience patience) {
        this.patience = patience;
    }

    /** Someone who listens. */
    interface Line {
        /** The log is so long now. Returns at once. */
        void grown(long position);

        /** Looks whether anything has taken too long. Returns at once. */
        void look();

        /** The space is no more. Returns at once. */
        void end();

        /** Hangs up without a word: it has shown no token, and others need its place. Returns at once. */
        void cut();

        /** Says goodbye, and how soon to come back. Returns at once. */
        void stop(int seconds);
    }

    /**
     * A line that is nobody's yet takes the place of the oldest such one, if they are too many and that one has had the time to show a token.
     *
     * @throws RefusedException if the relay stops, or too many are here
     */
    void add(Line line, long member) throws RefusedException {
        Line oldest;
        synchronized (this) {
            requireRoom(member);
            oldest = member == NOBODY && strangers.size() >= RelayLimits.LINES_WITHOUT_TOKEN_MAX
                    ? strangers.keySet().iterator().next()
                    : null;
            if (oldest != null) {
                forget(oldest);
            }
            put(line, member);
        }
        if (oldest != null) {
            oldest.cut();
        }
    }

    /**
     * A line that was nobody's is a member's now.
     *
     * @throws RefusedException if that one has too many
     */
    synchronized void admit(Line line, long member) throws RefusedException {
        if (all.containsKey(line)) { // it may be gone
            requireRoomOf(member);
            forget(line);
            put(line, member);
        }
    }

    private synchronized void put(Line line, long member) {
        all.put(line, member);
        if (member == NOBODY) {
            strangers.put(line, System.nanoTime());
        } else {
            counts.merge(member, 1, Integer::sum);
        }
    }

    private synchronized void forget(Line line) {
        Long member = all.remove(line);
        strangers.remove(line);
        if (member != null) {
            counts.computeIfPresent(member, (any, count) -> count == 1 ? null : count - 1);
        }
    }

    private synchronized void requireRoomOf(long member) throws RefusedException {
        int count = counts.getOrDefault(member, 0);
        if (count >= RelayLimits.LINES_PER_DEVICE_MAX) {
            throw new RefusedException(ErrorCode.THROTTLED, "this device has " + count + " lines open");
        }
    }

    /** @throws RefusedException if the relay stops, or too many are here */
    synchronized void requireRoom(long member) throws RefusedException {
        if (stopping) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "the relay is stopping");
        }
        if (all.size() >= RelayLimits.LINES_MAX) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "too many lines are open");
        }
        if (member == NOBODY) {
            requireRoomOfStrangers();
        } else {
            requireRoomOf(member);
        }
    }

    private synchronized void requireRoomOfStrangers() throws RefusedException {
        if (strangers.size() >= RelayLimits.LINES_WITHOUT_TOKEN_MAX) {
            long oldestNanos = strangers.values().iterator().next();
            if (!LinePatience.isOver(System.nanoTime(), oldestNanos, patience.hurry())) {
                throw new RefusedException(ErrorCode.UNAVAILABLE, "too many lines have shown no token yet");
            }
        }
    }

    /** From now on this one is told of a log; once at most. */
    void listen(Line line, Space space) {
        bySpace.computeIfAbsent(space.number(), any -> ConcurrentHashMap.newKeySet())
                .add(line);
    }

    void remove(Line line, long space) {
        bySpace.computeIfPresent(space, (any, lines) -> {
            lines.remove(line);
            return lines.isEmpty() ? null : lines;
        });
        synchronized (this) {
            forget(line);
            notifyAll();
        }
    }

    /** Ends all lines of a space that is no more. */
    void end(long space) {
        List.copyOf(bySpace.getOrDefault(space, Set.of())).forEach(Line::end);
        recent.forget(space);
    }

    /** How many are told of a log. */
    int listening() {
        return bySpace.values().stream().mapToInt(Set::size).sum();
    }

    /** How many are here. */
    synchronized int count() {
        return all.size();
    }

    @Override
    public void appended(long space, List<LogEntry> entries) {
        Set<Line> lines = bySpace.getOrDefault(space, Set.of());
        if (!lines.isEmpty()) {
            recent.add(space, entries);
            long position = entries.get(entries.size() - 1).position();
            lines.forEach(line -> line.grown(position));
        }
    }

    RecentEntries recent() {
        return recent;
    }

    void look() {
        lines().forEach(Line::look);
    }

    private synchronized List<Line> lines() {
        return List.copyOf(all.keySet());
    }

    /** Says goodbye to all, and waits a moment for them to go. */
    void stop() throws InterruptedException {
        List<Line> toStop;
        synchronized (this) {
            stopping = true;
            toStop = lines();
        }
        int seconds = Math.min(RelayLimits.RETURN_SECONDS_MAX, 1 + toStop.size() / RelayLimits.RETURNS_PER_SECOND);
        toStop.forEach(line -> line.stop(seconds));
        awaitAtMost(0, RelayLimits.GOODBYE_MILLIS_MAX);
    }

    /** Waits until no more than so many are open. @return whether that is so */
    synchronized boolean awaitAtMost(int count, long millisMax) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisMax);
        for (long left = millisMax;
                all.size() > count && left > 0;
                left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
            wait(left);
        }
        return all.size() <= count;
    }
}
