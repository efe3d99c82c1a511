package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One pushed envelope on its way into the log: refused already, or genuine and by a member. Whether it fits its device's chain is found
 * out when it is appended.
 */
final class Candidate {
    private final EnvelopeHash hash;
    private final byte[] bytes;
    private final @Nullable EnvelopeHeader header;
    private final long member;
    private final @Nullable Refusal refusal;

    private Candidate(
            EnvelopeHash hash, byte[] bytes, @Nullable EnvelopeHeader header, long member, @Nullable Refusal refusal) {
        this.hash = hash;
        this.bytes = bytes;
        this.header = header;
        this.member = member;
        this.refusal = refusal;
    }

    static Candidate genuine(EnvelopeHash hash, byte[] bytes, EnvelopeHeader header, long member) {
        return new Candidate(hash, bytes, header, member, null);
    }

    static Candidate refused(EnvelopeHash hash, RefusalReason reason, String detail) {
        return new Candidate(hash, new byte[0], null, 0, new Refusal(hash, reason, detail));
    }

    EnvelopeHash hash() {
        return hash;
    }

    /** The whole envelope; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    EnvelopeHeader header() {
        return Objects.requireNonNull(header, "a refused candidate");
    }

    /** The number of the author's membership. */
    long member() {
        return member;
    }

    /** Why it is refused; null if it is genuine. */
    @Nullable
    Refusal refusal() {
        return refusal;
    }
}
