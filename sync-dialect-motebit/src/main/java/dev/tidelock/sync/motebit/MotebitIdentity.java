package dev.tidelock.sync.motebit;

import com.google.crypto.tink.subtle.Ed25519Sign;
import dev.tidelock.sync.envelope.DeviceId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * The identity of a motebit: a 32-byte seed, which all of its devices have. The motebit's id, its signing key, the key that its events are sealed with and each
 * device's id at the relay are derived from it.
 *
 * <p>Whoever has the seed can read and write the motebit's log at the relay. What Tidelock's envelopes hold is sealed once more, under the keys of the space, which do
 * not follow from the seed. The seed never prints and leaves only through {@link #exportUnprotectedSeed()}. Immutable.
 */
public final class MotebitIdentity {
    /** The length of a seed (the Ed25519 seed of RFC 8032), in bytes. */
    public static final int SEED_BYTES = 32;

    private final byte[] seed;
    private final String motebitId;

    private MotebitIdentity(byte[] seed) {
        this.seed = seed;
        this.motebitId = Uuids.named(publicKey(seed));
    }

    /** A new motebit, with a random seed. */
    public static MotebitIdentity generate() {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return new MotebitIdentity(seed);
    }

    /**
     * The motebit of a seed that is at hand in the clear; it is copied.
     *
     * @throws IllegalArgumentException unless there are exactly {@value #SEED_BYTES} bytes
     */
    public static MotebitIdentity ofUnprotectedSeed(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a motebit's seed has " + SEED_BYTES + " bytes, not " + seed.length);
        }
        return new MotebitIdentity(seed.clone());
    }

    /**
     * The motebit whose seed follows from a secret that the devices share anyway, such as the first content key of their space: so no other secret has to be kept or carried. The secret does not
     * follow from the seed.
     *
     * @throws IllegalArgumentException if it is shorter than {@value #SEED_BYTES} bytes
     */
    public static MotebitIdentity derivedFrom(byte[] secret) {
        if (secret.length < SEED_BYTES) {
            throw new IllegalArgumentException(
                    "a secret of " + secret.length + " bytes; at least " + SEED_BYTES + " are accepted");
        }
        return new MotebitIdentity(Derived.key(secret, "tidelock-motebit-identity-v1"));
    }

    private static byte[] publicKey(byte[] seed) {
        try {
            return Ed25519Sign.KeyPair.newKeyPairFromSeed(seed).getPublicKey();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every 32 bytes are an Ed25519 seed", impossible);
        }
    }

    /** The id under which the relay keeps the log: a UUID made of the hash of the public key. Not secret. */
    public String motebitId() {
        return motebitId;
    }

    /** The seed in the clear: whoever sees it is the motebit. The caller wipes the array. */
    public byte[] exportUnprotectedSeed() {
        return seed.clone();
    }

    EventSeal eventSeal() {
        return EventSeal.ofSeed(seed);
    }

    DeviceSigner signer(DeviceId device) {
        return DeviceSigner.of(seed, motebitId, device);
    }

    /** Compares the seeds in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof MotebitIdentity that && MessageDigest.isEqual(seed, that.seed);
    }

    @Override
    public int hashCode() {
        return motebitId.hashCode(); // of what is public: leaks nothing
    }

    @Override
    public String toString() {
        return "MotebitIdentity[" + motebitId + ", seed redacted]";
    }
}
