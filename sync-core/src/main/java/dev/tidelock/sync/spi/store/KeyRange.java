package dev.tidelock.sync.spi.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A range of keys of an index: from one, up to but not including another, compared as unsigned bytes. */
public final class KeyRange {
    /** All keys: none begins with two bytes like that. */
    public static final KeyRange ALL = new KeyRange(new byte[0], new byte[] {(byte) 0xff, (byte) 0xff});

    private final byte[] from;
    private final byte[] to;

    private KeyRange(byte[] from, byte[] to) {
        this.from = from;
        this.to = to;
    }

    /** From one key, up to but not including another. */
    public static KeyRange of(byte[] from, byte[] to) {
        return new KeyRange(from.clone(), to.clone());
    }

    /** The keys that begin like that. */
    public static KeyRange beginningWith(byte[] beginning) {
        return new KeyRange(beginning.clone(), after(beginning));
    }

    /** The first bytes after all that begin like that. */
    public static byte[] after(byte[] beginning) {
        int last = beginning.length - 1;
        while (last >= 0 && beginning[last] == (byte) 0xff) {
            last--;
        }
        if (last < 0) {
            return ALL.to();
        }
        byte[] next = Arrays.copyOf(beginning, last + 1);
        next[last]++;
        return next;
    }

    /** What is in both. */
    public KeyRange and(KeyRange other) {
        return new KeyRange(
                compare(from, other.from) >= 0 ? from : other.from, compare(to, other.to) <= 0 ? to : other.to);
    }

    /** The first key of the range. */
    public byte[] from() {
        return from.clone();
    }

    /** The first key after the range. */
    public byte[] to() {
        return to.clone();
    }

    /** Whether no key is in it. */
    public boolean isEmpty() {
        return compare(from, to) >= 0;
    }

    /** The order of keys: as unsigned bytes. */
    public static int compare(byte[] one, byte[] other) {
        int length = Math.min(one.length, other.length);
        for (int i = 0; i < length; i++) {
            if (one[i] != other[i]) {
                return Integer.compare(one[i] & 0xff, other[i] & 0xff);
            }
        }
        return Integer.compare(one.length, other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeyRange that && Arrays.equals(from, that.from) && Arrays.equals(to, that.to);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(from);
    }
}
