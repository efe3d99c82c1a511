package dev.tidelock.examples.relay;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out which pushed envelopes are genuine: of this format, by a member, and signed by that member for this space. Runs before the
 * log is locked, for signatures take the time.
 */
final class EnvelopeCheck {
    private static final byte[] PURPOSE = "tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII);

    private final Membership membership;

    EnvelopeCheck(Membership membership) {
        this.membership = membership;
    }

    /** @param caller mostly the author */
    List<Candidate> check(Caller caller, List<byte[]> pushed) throws SQLException {
        Map<DeviceId, Optional<Member>> authors = new HashMap<>();
        authors.put(caller.member().device(), Optional.of(caller.member()));
        List<Candidate> candidates = new ArrayList<>(pushed.size());
        for (byte[] bytes : pushed) {
            candidates.add(check(caller.space(), bytes, authors));
        }
        return candidates;
    }

    private Candidate check(Space space, byte[] bytes, Map<DeviceId, Optional<Member>> authors) throws SQLException {
        if (bytes.length > Envelope.BYTES_MAX) {
            return Candidate.refused(
                    EnvelopeHash.ofEnvelope(bytes),
                    RefusalReason.TOO_LARGE,
                    bytes.length + " bytes; at most " + Envelope.BYTES_MAX + " are accepted");
        }
        Envelope envelope;
        try {
            envelope = Envelope.parse(bytes);
        } catch (EnvelopeFormatException malformed) {
            return Candidate.refused(
                    EnvelopeHash.ofEnvelope(bytes), RefusalReason.INVALID, String.valueOf(malformed.getMessage()));
        }
        if (envelope.header().eventCount() == 0) {
            return Candidate.refused(envelope.hash(), RefusalReason.INVALID, "an envelope without events is not kept");
        }
        DeviceId device = envelope.header().device();
        Optional<Member> author = authors.get(device);
        if (author == null) {
            author = membership.member(space, device);
            authors.put(device, author);
        }
        if (author.isEmpty()) {
            return Candidate.refused(envelope.hash(), RefusalReason.UNKNOWN_DEVICE, "its author is no member");
        }
        if (!isSigned(space.id(), envelope, bytes, author.get().publicKey())) {
            return Candidate.refused(envelope.hash(), RefusalReason.INVALID, "the signature is not its author's");
        }
        return Candidate.genuine(
                envelope.hash(), bytes, envelope.header(), author.get().number());
    }

    private static boolean isSigned(SpaceId space, Envelope envelope, byte[] bytes, byte[] publicKey) {
        int signedBytes = bytes.length - Envelope.SIGNATURE_BYTES;
        byte[] message = new byte[PURPOSE.length + SpaceId.BYTES + signedBytes];
        System.arraycopy(PURPOSE, 0, message, 0, PURPOSE.length);
        System.arraycopy(space.toByteArray(), 0, message, PURPOSE.length, SpaceId.BYTES);
        System.arraycopy(bytes, 0, message, PURPOSE.length + SpaceId.BYTES, signedBytes);
        return DeviceIdentity.verify(publicKey, envelope.signature(), message);
    }
}
