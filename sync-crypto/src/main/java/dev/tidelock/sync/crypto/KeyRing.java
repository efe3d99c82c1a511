package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.SpaceId;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The content keys of one space: an AES-256 key for every key epoch that this device knows, and which epoch is current. The
 * keys of past epochs stay, because what was sealed under them is still read.
 *
 * <p>Keys never print and leave only through {@link #exportUnprotectedKey}. Immutable: what changes a ring returns another one.
 */
public final class KeyRing {
    /** The length of a content key, in bytes. */
    public static final int KEY_BYTES = AesGcm.KEY_BYTES;

    /** The most epochs that a ring holds: as many as fit the answer of a pairing. */
    public static final int EPOCHS_MAX = 128;

    private final SpaceId space;
    private final SortedMap<Integer, byte[]> keys;
    private final int current;

    /** Takes the map and its arrays over. */
    private KeyRing(SpaceId space, TreeMap<Integer, byte[]> keys, int current) {
        if (keys.size() > EPOCHS_MAX) {
            throw new IllegalArgumentException(
                    "a key ring of " + keys.size() + " epochs; at most " + EPOCHS_MAX + " are accepted");
        }
        if (!keys.containsKey(current)) {
            throw new IllegalArgumentException("the current epoch is " + current + ", but the ring has no key for it");
        }
        this.space = space;
        this.keys = Collections.unmodifiableSortedMap(keys);
        this.current = current;
    }

    /** A new space with a random id, and a random key for its first epoch. */
    public static KeyRing newSpace() {
        SecureRandom random = new SecureRandom();
        byte[] id = new byte[SpaceId.BYTES];
        random.nextBytes(id);
        TreeMap<Integer, byte[]> keys = new TreeMap<>();
        keys.put(1, freshKey(random));
        return new KeyRing(SpaceId.of(id), keys, 1);
    }

    /**
     * A ring of keys that are at hand in the clear; they are copied.
     *
     * @throws IllegalArgumentException if an epoch is below 1, a key is not {@value #KEY_BYTES} bytes long, the current epoch has
     *     no key, or there are more than {@value #EPOCHS_MAX}
     */
    public static KeyRing ofUnprotectedKeys(SpaceId space, Map<Integer, byte[]> keys, int current) {
        TreeMap<Integer, byte[]> copies = new TreeMap<>();
        keys.forEach((epoch, key) -> copies.put(requireEpoch(epoch), copyOf(key)));
        return new KeyRing(space, copies, current);
    }

    /** A ring that also has a fresh random key, for the epoch after the highest one; that epoch is now current. */
    public KeyRing withNewEpoch() {
        TreeMap<Integer, byte[]> more = new TreeMap<>(keys);
        int next = Math.addExact(keys.lastKey(), 1);
        more.put(next, freshKey(new SecureRandom()));
        return new KeyRing(space, more, next);
    }

    /**
     * A ring that also has this key, which another device made. Which epoch is current stays as it is.
     *
     * @throws IllegalArgumentException if the ring has another key for that epoch: a key is never replaced
     */
    public KeyRing withUnprotectedEpoch(int epoch, byte[] key) {
        byte[] known = keys.get(requireEpoch(epoch));
        if (known != null && !MessageDigest.isEqual(known, key)) {
            throw new IllegalArgumentException("the ring has another key for epoch " + epoch + ", and keeps it");
        }
        TreeMap<Integer, byte[]> more = new TreeMap<>(keys);
        more.put(epoch, copyOf(key));
        return new KeyRing(space, more, current);
    }

    /**
     * A ring in which this epoch is current: what is written from now on is sealed under its key.
     *
     * @throws IllegalArgumentException if the ring has no key for it
     */
    public KeyRing withCurrentEpoch(int epoch) {
        return new KeyRing(space, new TreeMap<>(keys), epoch);
    }

    /** The space that these are keys of. */
    public SpaceId space() {
        return space;
    }

    /** The epoch under whose key this device seals. */
    public int currentEpoch() {
        return current;
    }

    /** The epochs that the ring has keys for, in ascending order. */
    public SortedSet<Integer> epochs() {
        return new TreeSet<>(keys.keySet());
    }

    /** Whether the ring has a key for this epoch. */
    public boolean hasEpoch(int epoch) {
        return keys.containsKey(epoch);
    }

    /**
     * A content key in the clear: whoever sees it can read all that was sealed under it. The caller wipes the array.
     *
     * @throws IllegalArgumentException if the ring has no key for that epoch
     */
    public byte[] exportUnprotectedKey(int epoch) {
        byte[] key = keys.get(epoch);
        if (key == null) {
            throw new IllegalArgumentException(
                    "no key for epoch " + epoch + "; the ring has those of " + keys.keySet());
        }
        return key.clone();
    }

    private static byte[] freshKey(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return key;
    }

    private static int requireEpoch(int epoch) {
        if (epoch < 1) {
            throw new IllegalArgumentException("key epoch " + epoch + "; epochs count from 1");
        }
        return epoch;
    }

    private static byte[] copyOf(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("a content key has " + KEY_BYTES + " bytes, not " + key.length);
        }
        return key.clone();
    }

    /** Compares every key in constant time; only which epochs there are shows in how long it takes. */
    @Override
    public boolean equals(Object other) {
        if (!(other instanceof KeyRing that)
                || current != that.current
                || !space.equals(that.space)
                || !keys.keySet().equals(that.keys.keySet())) {
            return false;
        }
        boolean same = true;
        for (Map.Entry<Integer, byte[]> mine : keys.entrySet()) {
            same &= MessageDigest.isEqual(mine.getValue(), that.keys.get(mine.getKey()));
        }
        return same;
    }

    @Override
    public int hashCode() {
        return space.hashCode(); // of what is public: leaks nothing
    }

    @Override
    public String toString() {
        return "KeyRing[space " + space + ", epochs " + keys.keySet() + ", current " + current + ", keys redacted]";
    }
}
