package dev.tidelock.sync;

import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.MergePatch;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Op;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of a record of which something has lost: see {@link SyncClient#resolve}. Immutable. */
public final class Resolution {
    private enum Kept {
        LOCAL,
        REMOTE,
        ANOTHER
    }

    private final Kept kept;
    private final @Nullable JsonValue value;

    private Resolution(Kept kept, @Nullable JsonValue value) {
        this.kept = kept;
        this.value = value;
    }

    /** The record stays as it is. */
    public static Resolution keepLocal() {
        return new Resolution(Kept.LOCAL, null);
    }

    /** The record becomes what had lost; of a patch that had lost, what the record is with it. */
    public static Resolution keepRemote() {
        return new Resolution(Kept.REMOTE, null);
    }

    /** The record becomes this. */
    public static Resolution value(JsonValue value) {
        return new Resolution(Kept.ANOTHER, Objects.requireNonNull(value, "value"));
    }

    /** The change that says so. */
    Op op(LocalWrites writes, Conflict conflict) {
        JsonValue local = writes.value(conflict.key());
        if (kept == Kept.ANOTHER && value != null) {
            return Op.put(value);
        } else if (kept == Kept.REMOTE) {
            boolean patch = conflict.kind() == Op.Kind.PATCH;
            return Op.put(patch ? MergePatch.apply(local, conflict.value()) : conflict.value());
        }
        return local == null ? Op.delete() : Op.put(local);
    }
}
