package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.EnvelopeHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Ids in the form that the relay's other clients use: UUIDs of version 8, in lower case. */
final class Uuids {
    private static final byte[] EVENT = "tidelock-motebit-event-v1".getBytes(StandardCharsets.US_ASCII);

    private Uuids() {}

    /** What a public key is called: the start of its SHA-256. */
    static String named(byte[] publicKey) {
        return of(sha256().digest(publicKey)).toString();
    }

    /** A device's id at the relay, made of what is derived for it. */
    static String ofDevice(byte[] derived) {
        return of(derived).toString();
    }

    /**
     * The id of the event that carries an envelope: always the same one, so that the relay drops a copy.
     *
     * @param attempt 0; higher if an event of that id is known to be in the way
     */
    static UUID ofEvent(EnvelopeHash envelope, int attempt) {
        MessageDigest digest = sha256();
        digest.update(EVENT);
        digest.update((byte) attempt);
        return of(digest.digest(envelope.toByteArray()));
    }

    private static UUID of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long high = (in.getLong() & ~0xf000L) | 0x8000L;
        long low = (in.getLong() & ~(0xc0L << 56)) | (0x80L << 56);
        return new UUID(high, low);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
