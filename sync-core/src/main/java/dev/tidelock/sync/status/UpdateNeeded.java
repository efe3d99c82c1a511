package dev.tidelock.sync.status;

import java.util.Objects;

/**
 * Another device of the space has a newer app, and this one has to be updated before it can do all that it should.
 *
 * @param kind what is newer
 * @param name the collection; for {@code REDUCER} the op
 * @param needed the version that the app needs to have
 * @param own the version that it has
 */
public record UpdateNeeded(Kind kind, String name, int needed, int own) {
    /** What is newer. */
    public enum Kind {
        /** The strategy of a collection: what others write to it is held back here, and local changes are made and sent as ever. */
        STRATEGY,
        /** The reducer of an op: transactions of others that use it are held back here. */
        REDUCER,
        /** The collection itself: it is fenced off, and local changes to it are refused. What others write comes in. */
        FENCE
    }

    public UpdateNeeded {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(name, "name");
    }
}
