package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of the envelopes of one push.
 *
 * @param accepted those that are now durably in the remote log, whether they were before or not
 * @param refusals those that the remote will not take as things are; what comes after them from the same device is refused with them
 * @param remoteMillis the remote's wall clock, a hint; 0 if it did not say
 */
public record PushReceipt(List<EnvelopeHash> accepted, List<Refusal> refusals, long remoteMillis) {
    public PushReceipt {
        accepted = List.copyOf(accepted);
        refusals = List.copyOf(refusals);
    }

    /** Why a remote refuses an envelope. */
    public enum RefusalReason {
        /** An envelope of this device that comes before this one is missing at the remote. */
        GAP,
        /** The remote holds another envelope with these counters, or with another predecessor. */
        FORK,
        /** The space has reached its quota; the sender keeps the envelope. */
        QUOTA,
        /** The remote takes only shorter envelopes. */
        TOO_LARGE,
        /** The remote does not know the author. */
        UNKNOWN_DEVICE,
        /** The signature is not the author's, or the header does not hold together. */
        INVALID
    }

    /** One refused envelope. */
    public record Refusal(
            EnvelopeHash hash,
            RefusalReason reason,
            @Nullable String detail) {
        public Refusal {
            Objects.requireNonNull(hash, "hash");
            Objects.requireNonNull(reason, "reason");
        }
    }
}
