package dev.tidelock.sync.status;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A sync did not go through. Nothing is lost: what was pending still is. */
public final class SyncException extends Exception {
    private static final long serialVersionUID = 1L;

    private final BlockedBy blockedBy;

    /** @param cause what went wrong below; null if nothing did */
    public SyncException(BlockedBy blockedBy, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.blockedBy = Objects.requireNonNull(blockedBy, "blockedBy");
    }

    /** What stood in the way. Never {@link BlockedBy#NOTHING}. */
    public BlockedBy blockedBy() {
        return blockedBy;
    }
}
