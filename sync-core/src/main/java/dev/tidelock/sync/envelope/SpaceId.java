package dev.tidelock.sync.envelope;

/** One user's shared data set, by its random id. The relay sees it; it says nothing of the user. */
public final class SpaceId implements Comparable<SpaceId> {
    /** The length of the id, in bytes. */
    public static final int BYTES = 16;

    private final FixedBytes bytes;

    private SpaceId(FixedBytes bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless there are exactly {@value #BYTES} bytes */
    public static SpaceId of(byte[] source) {
        return new SpaceId(FixedBytes.copyOf(source, 0, source.length, BYTES, "a space id"));
    }

    /** Reads {@value #BYTES} bytes at {@code offset}. */
    public static SpaceId of(byte[] source, int offset) {
        return new SpaceId(FixedBytes.copyOf(source, offset, BYTES, BYTES, "a space id"));
    }

    /** Reads what {@link #toString()} wrote: 32 hexadecimal digits. */
    public static SpaceId parse(String hex) {
        return of(Hex.decode(hex, "a space id"));
    }

    /** The id, {@value #BYTES} bytes. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Compares as unsigned bytes, from the first on. */
    @Override
    public int compareTo(SpaceId other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpaceId that && bytes.equals(that.bytes);
    }

    @Override
    public int hashCode() {
        return bytes.hashCode();
    }

    @Override
    public String toString() {
        return bytes.toString();
    }
}
