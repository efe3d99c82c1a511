package dev.tidelock.sync.envelope;

import java.util.Arrays;

/** An immutable byte string of a known length: what ids and hashes are made of. */
final class FixedBytes implements Comparable<FixedBytes> {
    private final byte[] bytes;
    private final int hash; // ids and hashes are looked up far more often than they are made

    private FixedBytes(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    static FixedBytes copyOf(byte[] source, int offset, int given, int accepted, String what) {
        if (given != accepted || source.length - offset < given) {
            int there = Math.min(given, source.length - offset);
            throw new IllegalArgumentException(what + " has " + accepted + " bytes, not " + there);
        }
        return new FixedBytes(Arrays.copyOfRange(source, offset, offset + accepted));
    }

    byte[] toByteArray() {
        return bytes.clone();
    }

    @Override
    public int compareTo(FixedBytes other) {
        for (int i = 0; i < Math.min(bytes.length, other.bytes.length); i++) {
            int order = Integer.compare(bytes[i] & 0xff, other.bytes[i] & 0xff);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(bytes.length, other.bytes.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FixedBytes that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return Hex.encode(bytes);
    }
}
