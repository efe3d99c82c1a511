package dev.tidelock.sync.testkit;

/** The process is gone. No code that runs in it may go on, so this is an {@link Error} that nobody but a simulation should catch. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    /** @param where what the process was about to do, as the message shows it */
    public SimulatedCrash(String where) {
        super("simulated crash " + where, null, false, false);
    }
}
