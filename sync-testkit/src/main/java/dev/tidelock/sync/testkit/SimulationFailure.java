package dev.tidelock.sync.testkit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A simulated history broke a promise. An {@link Error}, so that no code under test takes it for one of its own. */
public final class SimulationFailure extends Error {
    private static final long serialVersionUID = 1L;

    /** What was broken. */
    public enum Kind {
        /** An acknowledged write is gone, or counts twice. */
        LOST,
        /** Two devices hold the same events and another state, or a state that the design does not lead to. */
        DIVERGED,
        /** Something still waits although nothing fails any more. */
        STUCK,
        /** Anything else: a transaction seen in part, a status that lies, an exception that must not be. */
        BROKEN
    }

    private final Kind kind;

    /** @param message what was broken and where, for people */
    public SimulationFailure(Kind kind, String message) {
        this(kind, message, null);
    }

    /**
     * @param message what was broken and where, for people
     * @param cause what was thrown; null if nothing was
     */
    public SimulationFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(kind + ": " + message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    /** What was broken. */
    public Kind kind() {
        return kind;
    }
}
