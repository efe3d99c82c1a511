package dev.tidelock.sync.status;

import java.util.Objects;

/**
 * How a link to another device stands, beside the remote that {@link SyncStatus} tells of.
 *
 * @param name that of the link
 * @param live whether the other device is there now
 * @param lastSuccessMillis when a sync over it last went through; 0 if none has
 * @param blockedBy what the last one failed for
 * @param detail that in words; empty if it went through
 */
public record LinkStatus(String name, boolean live, long lastSuccessMillis, BlockedBy blockedBy, String detail) {
    public LinkStatus {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(blockedBy, "blockedBy");
        Objects.requireNonNull(detail, "detail");
    }
}
