package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.util.Objects;

/** The versions of the simulated app: what each registers. The later one merges texts the other way round, appends twice, and prefers the first device's notes. */
final class SimulatedApps {
    static final int FIRST = 1;
    static final int LATEST = 2;

    /** What the later version may fence off. */
    static final String FENCED = Workload.LISTS;

    private final Strategies first;
    private final Strategies latest;

    SimulatedApps(Strategies first, DeviceId preferred) {
        this.first = first;
        Strategies changed = first.withStrategy(
                Workload.NOTES, Strategy.preferDevice(preferred).withVersion(LATEST));
        if (first.strategy(Workload.TEXTS) instanceof Strategy.Merging merging) {
            Strategy.Merge merge = merging.merge();
            changed = changed.withStrategy(
                    Workload.TEXTS,
                    Strategy.merging(
                            merging.name(), LATEST, (base, local, remote) -> merge.merge(base, remote, local)));
        }
        Reducer append = Objects.requireNonNull(first.reducer("append"));
        this.latest = changed.withReducer(
                "append", LATEST, (current, item) -> append.reduce(append.reduce(current, item), item));
    }

    Strategies strategies(int version) {
        return version == FIRST ? first : latest;
    }
}
