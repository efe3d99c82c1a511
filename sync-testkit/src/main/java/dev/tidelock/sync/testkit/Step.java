package dev.tidelock.sync.testkit;

import java.time.Duration;
import java.util.List;

/**
 * One step of a simulated history, as data: what a device does, or what befalls it, and the faults within.
 *
 * @param device whose step it is
 * @param happenings the faults that happen during the action
 */
record Step(int device, Action action, List<Happening> happenings) {
    Step {
        happenings = List.copyOf(happenings);
    }

    static Step of(SimulatedDevice device, Action action) {
        return new Step(device.number(), action, List.of());
    }

    /** What a step does. Another action is one more record, with its line in {@link ScriptText}. */
    sealed interface Action {
        void perform(SimulatedWorld world, SimulatedDevice device);
    }

    /**
     * A fault within a step.
     *
     * @param occasion the how manieth occasion for this fault it is within the step, from 1
     * @param details the seed of whatever about it is left to chance
     * @param meanwhile what happens elsewhere before the step goes on
     */
    record Happening(Fault fault, int occasion, int details, List<Step> meanwhile) {
        Happening {
            meanwhile = List.copyOf(meanwhile);
        }

        Happening with(List<Step> steps) {
            return new Happening(fault, occasion, details, steps);
        }
    }

    /** Time passes, and what becomes due happens. */
    record Waits(long millis) implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            world.time().advance(Duration.ofMillis(millis));
        }
    }

    /** The app is started. */
    record Starts(boolean syncsByItself) implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(syncsByItself);
        }
    }

    /** The device is no longer offline. */
    record ComesOnline() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.goOnline();
        }
    }

    /** The app asks for a sync. */
    record Syncs() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                world.sync(device);
            }
        }
    }

    /** The app closes the client as it should. */
    record Closes() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.close();
        }
    }

    /** The user discards what no device has written. */
    record Discards() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                device.discardNoise();
            }
        }
    }

    /** The user tries again what waits in quarantine. */
    record Retries() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                device.retryQuarantined();
            }
        }
    }

    /** The user accepts the log that the relay has now, if it is another one. */
    record AcceptsLog() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                device.acceptLog();
            }
        }
    }

    /** The user gives the device an identity of its own, if it is told to. */
    record RenewsIdentity() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                device.renewIdentity();
            }
        }
    }

    /**
     * The app writes: one change, or several as one transaction.
     *
     * @param pauseMillis how much time passes before
     * @param aborts whether the app's own code throws in the end, so that nothing is written
     */
    record Writes(long pauseMillis, List<Change> changes, boolean aborts) implements Action {
        Writes {
            changes = List.copyOf(changes);
        }

        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            world.time().skip(Duration.ofMillis(pauseMillis));
            device.ensureRunning(false);
            if (device.isRunning()) {
                world.undos().write(device, changes, aborts);
            }
        }
    }

    /** The user takes back what the app wrote last. */
    record Undoes() implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            device.ensureRunning(false);
            if (device.isRunning()) {
                world.undos().undo(device);
            }
        }
    }

    /** A fault strikes that does not need a call under way. */
    record Suffers(Fault fault, int details) implements Action {
        @Override
        public void perform(SimulatedWorld world, SimulatedDevice device) {
            world.dice().count(fault);
            fault.strike(world, device, new SeededRandom(details));
        }
    }
}
