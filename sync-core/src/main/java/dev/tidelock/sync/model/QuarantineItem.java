package dev.tidelock.sync.model;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that could not be sent, opened, decoded or merged: out of the way of everything else, and kept.
 *
 * @param id names the item: an envelope by its hash, a transaction by the id of its first event
 * @param reason why it is here
 * @param author the device that wrote it, as far as that is known
 * @param firstCounter the counter of its first event; 0 if that is not known
 * @param eventCount how many events it holds; 0 if that is not known
 * @param detail one line for the person who looks into it; no data of the user's
 * @param sinceMillis since when it is here
 */
public record QuarantineItem(
        String id,
        Reason reason,
        @Nullable DeviceId author,
        long firstCounter,
        int eventCount,
        String detail,
        long sinceMillis) {
    public QuarantineItem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(detail, "detail");
    }

    /** Whether this device wrote it, as far as that is known. */
    public boolean isBy(DeviceId device) {
        return author != null && author.equals(device);
    }

    /** Why an item is in quarantine. */
    public enum Reason {
        /** Not an envelope of a format that this library reads. */
        MALFORMED(false),
        /** Its signature is not that of the device it names: made or changed by somebody else. */
        BAD_SIGNATURE(false),
        /** It has the counters of an envelope that is known, or another predecessor: a forked identity. */
        FORK(false),
        /** An earlier envelope of its device is missing; applied as soon as that arrives. */
        MISSING_EARLIER(false),
        /** From a device that is not known here, and not sealed with a key of the space's that is: anybody can sign for a device of their own. */
        UNKNOWN_DEVICE(false),
        /** Sealed under a key epoch that this device has no key for. */
        UNKNOWN_EPOCH(true),
        /** Signed by its author, but the seal does not hold. */
        BAD_SEAL(true),
        /** Opened, but not what an envelope holds; perhaps written by a newer version. */
        UNREADABLE(true),
        /** Deletes many records at once; waits until somebody lets it, or keeps the records. */
        MASS_DELETE(true),
        /** Held back by the app's gate, or written by someone who had seen what is; retry to let it in. */
        HELD(true),
        /**
         * It touches a collection, or uses an op, of which another device has a newer strategy or reducer than this app, or was written by someone who had seen what does;
         * applied when the app has been updated.
         */
        NEEDS_UPDATE(true),
        /** Stamped too far in the future; applied when its time has come. */
        FUTURE_CLOCK(true),
        /** A named op that no reducer is registered for. */
        UNKNOWN_OP(true),
        /** A strategy or a reducer failed on it. */
        STRATEGY_FAILED(true);

        private final boolean authors;

        /** Whether the item is a whole envelope; if not, it is one transaction. */
        public boolean isEnvelope() {
            return switch (this) {
                case FUTURE_CLOCK, UNKNOWN_OP, STRATEGY_FAILED, MASS_DELETE, HELD, NEEDS_UPDATE -> false;
                default -> true;
            };
        }

        /** Whether the item only waits, for the app's gate or for an update of the app, and comes in by itself. */
        public boolean isHeldBack() {
            return this == HELD || this == NEEDS_UPDATE;
        }

        Reason(boolean authors) {
            this.authors = authors;
        }

        /**
         * Whether the item is the word of the device it names. Such an item has its place in that device's log; any other is only
         * bytes that somebody sent, and can be discarded here without a trace elsewhere.
         */
        public boolean isAuthorsWord() {
            return authors;
        }
    }

    /** The same, for another reason. */
    public QuarantineItem because(Reason another, String why) {
        return new QuarantineItem(id, another, author, firstCounter, eventCount, why, sinceMillis);
    }
}
