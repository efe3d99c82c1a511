package dev.tidelock.sync.testkit;

import org.jspecify.annotations.Nullable;

/** Where the steps of a history come from: made up from a seed as it goes on, or read from a script. */
interface Course extends FaultSource {
    /** Steps, one after another. */
    @FunctionalInterface
    interface Steps {
        /** The next one; null when there are no more. Of a step that is made up, the faults are not known yet. */
        @Nullable
        Step next();
    }

    /** The steps of the history. */
    Steps steps();

    /**
     * The steps while a request of a device is under way.
     *
     */
    Steps meanwhile(SimulatedDevice waiting);

    /** This step begins; the faults that are asked for from now on are in it. */
    void begin(Step step);

    /** The step that began last is over; the one that it ran in, if any, goes on. */
    void end();
}
