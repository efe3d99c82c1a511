package dev.tidelock.sync.testkit;

/** The process is gone. No code that runs in it may go on, so this is an {@link Error} that nobody but a simulation should catch. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    public SimulatedCrash(String where) {
        super("simulated crash " + where, null, false, false);
    }
}
