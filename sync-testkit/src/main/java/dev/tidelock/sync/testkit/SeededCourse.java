package dev.tidelock.sync.testkit;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Makes up the steps of a history from a seed: it looks at the world, and chooses what happens next. */
final class SeededCourse implements Course {
    /** A history goes on until so many kinds of fault have happened, within reason. */
    private static final int KINDS_MIN = 5;

    private static final int STEPS_MAX = 5_000;

    private final SimulatedWorld world;
    private final FaultPlan plan;
    private final FaultSource faults;
    private final Workload workload;
    private final SeededRandom random;
    private final int operationsMin;
    private final double syncShare;
    private final double waitShare;

    SeededCourse(SimulatedWorld world, Simulation setup, Workload workload, SeededRandom root) {
        this.world = world;
        this.workload = workload;
        this.plan = setup.faults();
        this.faults = FaultSource.seeded(plan, root.fork(2).nextLong());
        this.random = root.fork(1);
        this.operationsMin = setup.devices() * setup.localOps();
        this.syncShare = random.pick(List.of(0.08, 0.15, 0.3));
        this.waitShare = random.pick(List.of(0.01, 0.05, 0.15));
    }

    @Override
    public int details(Fault fault, int occasion) {
        return faults.details(fault, occasion);
    }

    @Override
    public Steps steps() {
        return new MadeUp() {
            private int steps;

            @Override
            @Nullable
            Step choose() {
                steps++;
                if (isWriting()) {
                    return chooseFor(random.pick(world.devices()));
                }
                return steps < STEPS_MAX && lacksSomething() ? goOn() : null;
            }
        };
    }

    @Override
    public Steps meanwhile(SimulatedDevice waiting) {
        return new MadeUp() {
            private boolean chosen;

            @Override
            @Nullable
            Step choose() {
                if (chosen) {
                    return null;
                }
                chosen = true;
                boolean sameApp = waiting.isRunning() && waiting.opsLeft() > 0 && random.chance(0.5);
                return sameApp
                        ? Step.of(waiting, new Step.Writes(0, workload.next(world.hasCopies()), false))
                        : chooseFor(random.pick(world.devices()));
            }
        };
    }

    @Override
    public void begin(Step step) {
        // the faults come by chance, whatever the step is
    }

    @Override
    public void end() {
        // as above
    }

    /** Steps, and after each the faults that strike between two. */
    private abstract class MadeUp implements Steps {
        private final Queue<Step> strikes = new ArrayDeque<>(0);
        private @Nullable SimulatedDevice last;

        @Override
        public @Nullable Step next() {
            if (last != null) {
                addStrikes(last);
                last = null;
            }
            Step strike = strikes.poll();
            if (strike != null) {
                return strike;
            }
            Step chosen = choose();
            last = chosen == null ? null : world.devices().get(chosen.device());
            return chosen;
        }

        private void addStrikes(SimulatedDevice device) {
            for (Fault fault : plan.strikes()) {
                int details = faults.details(fault, 1);
                if (details != NOT) {
                    strikes.add(Step.of(device, new Step.Suffers(fault, details)));
                }
            }
        }

        abstract @Nullable Step choose();
    }

    private boolean isWriting() {
        for (SimulatedDevice device : world.devices()) {
            if (device.opsLeft() > 0) {
                return true;
            }
        }
        return false;
    }

    /** Too few kinds of fault have happened, or too many writes were refused or aborted. */
    private boolean lacksSomething() {
        int kinds = world.dice().kinds();
        return kinds < Math.min(KINDS_MIN, plan.kinds()) || world.operations() < operationsMin;
    }

    /** Somebody writes on, and reaches the relay: most faults need that. */
    private Step goOn() {
        SimulatedDevice device = random.pick(world.devices());
        device.writeMore();
        return device.isOffline() ? Step.of(device, new Step.ComesOnline()) : chooseFor(device);
    }

    private Step chooseFor(SimulatedDevice device) {
        return Step.of(device, action(device));
    }

    private Step.Action action(SimulatedDevice device) {
        double choice = random.nextDouble();
        if (choice < waitShare) {
            return new Step.Waits(random.magnitude(10, 120_000));
        } else if (!device.isRunning()) {
            return new Step.Starts(random.chance(0.3));
        } else if (choice < waitShare + syncShare) {
            return new Step.Syncs();
        } else if (choice < waitShare + syncShare + 0.01) {
            return new Step.Closes();
        } else if (choice < waitShare + syncShare + 0.02) {
            return new Step.Discards();
        } else if (choice < waitShare + syncShare + 0.025) {
            return new Step.Retries();
        } else if (choice < waitShare + syncShare + 0.045) {
            return new Step.Undoes();
        } else if (choice < waitShare + syncShare + 0.07 && world.relayWasReset()) {
            return new Step.AcceptsLog();
        } else if (choice < waitShare + syncShare + 0.11 && world.hasCopies()) {
            return new Step.RenewsIdentity();
        } else if (device.opsLeft() > 0) {
            return new Step.Writes(random.nextInt(2_000), workload.next(world.hasCopies()), random.chance(0.02));
        }
        return new Step.Waits(0);
    }
}
