package dev.tidelock.sync.spi.seal;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import org.jspecify.annotations.Nullable;

/**
 * Turns plaintext into envelopes and back, for one device of one space.
 *
 * <p>What it must hold: nobody without the space's keys can read an envelope; nobody but the device can make one that {@link #open}
 * takes for the device's; an envelope of another space, or with any byte changed, is rejected. Lengths are the caller's concern:
 * the plaintext is padded already.
 *
 * <p>Safe for use by any number of threads.
 */
public interface Sealer {
    /** The space whose keys these are. */
    SpaceId space();

    /** The device that signs. */
    DeviceId device();

    /**
     * Seals a batch of this device's events under the current key epoch, and signs it.
     *
     * @param firstCounter the counter of the first event
     * @param eventCount how many events the plaintext holds
     * @param previous the hash of this device's previous envelope
     */
    Envelope seal(long firstCounter, int eventCount, EnvelopeHash previous, byte[] plaintext);

    /**
     * Checks the signature and opens the envelope. Never throws for what an envelope holds: that is an expected outcome.
     *
     * @param authorKey the Ed25519 public key of the envelope's device
     */
    OpenResult open(Envelope envelope, byte[] authorKey);

    /** By how many bytes a message is longer at most once it is sealed. */
    int MESSAGE_OVERHEAD_MAX = 64;

    /**
     * Seals something that one device of the space says to another, and that is no envelope: a frame of a link, say. Nobody without the space's keys can read it, or make one that
     * {@link #openMessage} opens; which device made it does not show, and nothing keeps it from being said again.
     *
     * @param context what it is about: it opens in the same context only. It is not in what is sealed
     */
    byte[] sealMessage(byte[] message, byte[] context);

    /** The length of a blind name, in bytes. */
    int BLIND_NAME_BYTES = 16;

    /**
     * An id for something that has a name within the space: the same on all its devices, always; it tells nothing to whom lacks the space's keys, not even to one who guesses the name.
     *
     * @param kind what it is a name of: the same name of another kind has another id
     */
    byte[] blindName(String kind, String name);

    /**
     * Opens what any device of the space sealed in that context.
     *
     * @param sealed hostile bytes
     * @return null if it is not that
     */
    byte @Nullable [] openMessage(byte[] sealed, byte[] context);
}
