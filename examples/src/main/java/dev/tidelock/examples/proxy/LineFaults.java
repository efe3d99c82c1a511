package dev.tidelock.examples.proxy;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How bad the line is at the moment. Safe for use by any number of threads. */
final class LineFaults {
    // Guarded by this.
    private final Map<Direction, Long> passed = new EnumMap<>(Direction.class);
    private final Map<Direction, Long> cutAt = new EnumMap<>(Direction.class);
    private long delayMillis;
    private boolean dead;

    synchronized void delay(Duration each) {
        delayMillis = each.toMillis();
    }

    synchronized long delayMillis() {
        return delayMillis;
    }

    synchronized void dead(boolean isDead) {
        dead = isDead;
    }

    synchronized boolean isDead() {
        return dead;
    }

    synchronized void cutOnce(Direction direction, long afterBytes) {
        cutAt.put(direction, passed(direction) + afterBytes);
    }

    synchronized long passed(Direction direction) {
        return passed.getOrDefault(direction, 0L);
    }

    /**
     * How many of these bytes may pass; fewer than all if the connection is to be cut after them. They count as passed.
     */
    synchronized int pass(Direction direction, int count) {
        long before = passed(direction);
        Long cut = cutAt.get(direction);
        int granted = count;
        if (dead) {
            granted = 0;
        } else if (cut != null && before + count > cut) {
            granted = (int) (cut - before);
            cutAt.remove(direction);
        }
        passed.put(direction, before + granted);
        return granted;
    }
}
