package dev.tidelock.sync.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shortens a script that breaks a promise, as long as it still breaks one of the same kind: whole devices first, then steps, faults and single changes,
 * great chunks before small ones. Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002.
 */
final class Shrinking {
    private static final int DEVICES_MIN = 2;

    private final Simulation setup;
    private final SimulationFailure.Kind kind;
    private SimulationResult best;
    private int runsLeft;

    Shrinking(Simulation setup, SimulationResult failed, SimulationFailure failure, int runsMax) {
        this.setup = setup;
        this.kind = failure.kind();
        this.best = failed;
        this.runsLeft = runsMax;
    }

    SimulationResult run() {
        int before;
        do {
            before = weight(best.script());
            dropDevices();
            dropElements();
        } while (runsLeft > 0 && weight(best.script()) < before);
        return best;
    }

    private static int weight(SimulationScript script) {
        return script.devices() + new Elements(0, 0).count(script.steps());
    }

    /** Keeps a shorter script if it still fails; what it did not come to is left out of it. */
    private void attempt(SimulationScript shorter) {
        if (runsLeft > 0) {
            runsLeft--;
            SimulationResult result = setup.replaying(shorter).run();
            SimulationFailure failure = result.failure();
            if (failure != null && failure.kind() == kind) {
                best = result;
            }
        }
    }

    private void dropDevices() {
        for (int device = best.script().devices() - 1; device >= 0; device--) {
            SimulationScript script = best.script();
            if (script.devices() > DEVICES_MIN) {
                attempt(script.with(script.devices() - 1, withoutDevice(script.steps(), device)));
            }
        }
    }

    private static List<Step> withoutDevice(List<Step> steps, int device) {
        List<Step> kept = new ArrayList<>();
        for (Step step : steps) {
            if (step.device() != device) {
                List<Step.Happening> happenings = new ArrayList<>();
                step.happenings().forEach(one -> happenings.add(one.with(withoutDevice(one.meanwhile(), device))));
                int number = step.device() > device ? step.device() - 1 : step.device();
                kept.add(new Step(number, step.action(), happenings));
            }
        }
        return kept;
    }

    /** From the end to the start: what comes late is needed least. */
    private void dropElements() {
        int size = new Elements(0, 0).count(best.script().steps());
        for (int chunk = Math.max(1, size / 2); chunk >= 1; chunk /= 2) {
            int end = new Elements(0, 0).count(best.script().steps());
            for (; end > 0; end -= chunk) {
                SimulationScript script = best.script();
                Elements kept = new Elements(end - chunk, end);
                attempt(script.with(script.devices(), kept.of(script.steps())));
            }
        }
    }

    /** The records of a group are changed alike, or they would differ without a defect; a mark tells transactions apart that copies write. */
    private static boolean isBoundToOthers(Change change) {
        String collection = change.key().collection();
        return collection.equals(Workload.GROUPS) || collection.equals(Workload.MARKS);
    }

    /** The steps of a script without some of its elements: steps, faults, changes, counted in the order of the text. */
    private static final class Elements {
        private final int from;
        private final int end;
        private int at;

        Elements(int from, int end) {
            this.from = from;
            this.end = end;
        }

        int count(List<Step> steps) {
            of(steps);
            return at;
        }

        private boolean keepsNext() {
            int place = at++;
            return place < from || place >= end;
        }

        List<Step> of(List<Step> steps) {
            List<Step> kept = new ArrayList<>(steps.size());
            for (Step step : steps) {
                Step less = without(step);
                if (less != null) {
                    kept.add(less);
                }
            }
            return kept;
        }

        private @Nullable Step without(Step step) {
            boolean keep = keepsNext();
            Step.Action action = step.action();
            if (action instanceof Step.Writes writes && writes.changes().size() > 1) {
                List<Change> changes = new ArrayList<>(writes.changes());
                changes.removeIf(change -> !isBoundToOthers(change) && !keepsNext());
                keep &= !changes.isEmpty();
                action = new Step.Writes(writes.pauseMillis(), changes, writes.aborts());
            }
            List<Step.Happening> happenings = new ArrayList<>(step.happenings().size());
            for (Step.Happening happening : step.happenings()) {
                boolean keepFault = keepsNext();
                List<Step> meanwhile = of(happening.meanwhile());
                if (keepFault) {
                    happenings.add(happening.with(meanwhile));
                }
            }
            return keep ? new Step(step.device(), action, happenings) : null;
        }
    }
}
