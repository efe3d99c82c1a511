package dev.tidelock.sync.envelope;

/** One installation, by the first 16 bytes of the SHA-256 of its Ed25519 public key: whoever holds the key can show that the id is theirs, and nobody else can claim it. */
public final class DeviceId implements Comparable<DeviceId> {
    /** The length of the id, in bytes. */
    public static final int BYTES = 16;

    private final FixedBytes bytes;

    private DeviceId(FixedBytes bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException unless there are exactly {@value #BYTES} bytes */
    public static DeviceId of(byte[] source) {
        return new DeviceId(FixedBytes.copyOf(source, 0, source.length, BYTES, "a device id"));
    }

    /** Reads {@value #BYTES} bytes at {@code offset}. */
    public static DeviceId of(byte[] source, int offset) {
        return new DeviceId(FixedBytes.copyOf(source, offset, BYTES, BYTES, "a device id"));
    }

    /** Reads what {@link #toString()} wrote: 32 hexadecimal digits. */
    public static DeviceId parse(String hex) {
        return of(Hex.decode(hex, "a device id"));
    }

    /** The id, {@value #BYTES} bytes. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Compares as unsigned bytes, from the first on. */
    @Override
    public int compareTo(DeviceId other) {
        return bytes.compareTo(other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceId that && bytes.equals(that.bytes);
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
