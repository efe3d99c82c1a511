package dev.tidelock.sync.testkit;

import java.util.List;

/**
 * A simulated history as a list of steps: what each device does, and which fault happens where. {@link #toString} gives it as text that people can read and
 * change, {@link #parse} reads that, and {@link Simulation#replaying} runs it again. Immutable.
 *
 * <pre>
 * seed 42, 3 devices, records of size 1
 * 0 writes after 532
 *     put notes n0 {"t":"v1"}
 * 0 syncs
 *     ANSWER_LOST 1 53534
 * 2 CRASH 20
 * </pre>
 */
public final class SimulationScript {
    private final long seed;
    private final int devices;
    private final int size;
    private final List<Step> steps;

    /**
     * @param seed of whatever no step says: keys, records, page sizes, the jitter of retries
     * @param size of the workload
     */
    SimulationScript(long seed, int devices, int size, List<Step> steps) {
        this.seed = seed;
        this.devices = devices;
        this.size = size;
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a script.
     *
     * @throws IllegalArgumentException if it is none; the message names the line
     */
    public static SimulationScript parse(String text) {
        return ScriptText.parse(text);
    }

    /** How many steps it has, those within others included. */
    public int length() {
        return length(steps);
    }

    private static int length(List<Step> steps) {
        int length = 0;
        for (Step step : steps) {
            length++;
            for (Step.Happening happening : step.happenings()) {
                length += length(happening.meanwhile());
            }
        }
        return length;
    }

    /** Decides whatever no step says: keys, records, page sizes, the jitter of retries. */
    public long seed() {
        return seed;
    }

    /** How many devices there are; steps name them from 0 on. */
    public int devices() {
        return devices;
    }

    int size() {
        return size;
    }

    List<Step> steps() {
        return steps;
    }

    SimulationScript with(int fewerDevices, List<Step> otherSteps) {
        return new SimulationScript(seed, fewerDevices, size, otherSteps);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SimulationScript that
                && seed == that.seed
                && devices == that.devices
                && size == that.size
                && steps.equals(that.steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }

    /** The text, with a line break at its end. */
    @Override
    public String toString() {
        return ScriptText.of(this);
    }
}
