package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.Sealer;

/**
 * All the secrets that one device holds for one space: the space's content keys, and the device's own key pair. This is what
 * an app makes or gets by pairing, keeps, and opens the space with.
 *
 * <p>Never prints a secret. Immutable; safe for use by any number of threads.
 */
public final class SpaceKeys {
    private final KeyRing ring;
    private final DeviceIdentity identity;
    private final Sealer sealer;

    private SpaceKeys(KeyRing ring, DeviceIdentity identity) {
        this.ring = ring;
        this.identity = identity;
        this.sealer = new AesGcmSealer(ring, identity);
    }

    /** Keys for a new space with a new device as its first member. */
    public static SpaceKeys createSpace() {
        return of(KeyRing.newSpace(), DeviceIdentity.generate());
    }

    /** The keys of a space, in the hands of this device. */
    public static SpaceKeys of(KeyRing ring, DeviceIdentity identity) {
        return new SpaceKeys(ring, identity);
    }

    /**
     * The same device with another ring of the same space: after a new epoch, say.
     *
     * @throws IllegalArgumentException if the ring is that of another space
     */
    public SpaceKeys withRing(KeyRing changed) {
        if (!changed.space().equals(ring.space())) {
            throw new IllegalArgumentException(
                    "these are keys of space " + ring.space() + "; the ring is that of space " + changed.space());
        }
        return of(changed, identity);
    }

    /** The space's content keys, which all of its devices have. */
    public KeyRing ring() {
        return ring;
    }

    /** This device's own key pair, which no other device has. */
    public DeviceIdentity identity() {
        return identity;
    }

    /** The space that these are keys of. */
    public SpaceId space() {
        return ring.space();
    }

    /** The id of this device: the start of the hash of its public key. */
    public DeviceId device() {
        return identity.device();
    }

    /** What seals this device's envelopes and opens those of all devices. Always the same one. */
    public Sealer sealer() {
        return sealer;
    }

    /**
     * A token that lets this device ask a relay about the space for {@link AccessToken#LIFE}.
     *
     * @param relayTimeMillis the time as the relay has it, as well as is known
     */
    public String tokenAt(long relayTimeMillis) {
        return AccessToken.mint(ring.space(), identity, relayTimeMillis);
    }

    /** Compares secrets in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SpaceKeys that && ring.equals(that.ring) && identity.equals(that.identity);
    }

    @Override
    public int hashCode() {
        return identity.hashCode(); // of what is public: leaks nothing
    }

    @Override
    public String toString() {
        return "SpaceKeys[space " + space() + ", device " + device() + ", keys redacted]";
    }
}
