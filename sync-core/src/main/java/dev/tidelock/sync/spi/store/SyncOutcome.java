package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.status.BlockedBy;
import java.util.Objects;

/**
 * How the last sync with a remote ended.
 *
 * @param lastSuccessMillis when one last went through; 0 if none did
 * @param blockedBy what stopped the last one; {@link BlockedBy#NOTHING} if it went through
 * @param detail one line about that; empty if it went through
 * @param clockOffsetMillis how far the remote's clock was ahead of this device's, 0 if it did not say
 */
public record SyncOutcome(long lastSuccessMillis, BlockedBy blockedBy, String detail, long clockOffsetMillis) {
    /** There has been none. */
    public static final SyncOutcome NEVER = new SyncOutcome(0, BlockedBy.NOTHING, "", 0);

    public SyncOutcome {
        Objects.requireNonNull(blockedBy, "blockedBy");
        Objects.requireNonNull(detail, "detail");
    }
}
