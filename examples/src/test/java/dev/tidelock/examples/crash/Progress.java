package dev.tidelock.examples.crash;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.ArrayList;
import java.util.List;

/** How far a device has got in its script, as far as its calls returned: after each, the counter of its last event. */
final class Progress {
    private final DeviceId device;
    private final List<Long> counters = new ArrayList<>();

    Progress(DeviceId device) {
        this.device = device;
    }

    DeviceId device() {
        return device;
    }

    void wrote(long counter) {
        if (counter <= lastCounter()) {
            throw new AssertionError("counter " + counter + " was given out after " + lastCounter());
        }
        counters.add(counter);
    }

    /** How many calls returned. */
    int operations() {
        return counters.size();
    }

    long lastCounter() {
        return counters.isEmpty() ? 0 : counters.get(counters.size() - 1);
    }

    /** How many calls are whole at a counter. */
    int operationsAt(long counter) {
        int whole = operations();
        while (whole > 0 && counters.get(whole - 1) > counter) {
            whole--;
        }
        return whole;
    }
}
