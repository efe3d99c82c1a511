package dev.tidelock.sync.internal.codec;

/**
 * PADMÉ lengths: they leak O(log log L) bits of a length L, and cost at most 12 %. Source: Nikitin, Barman, Lueks, Underwood, Hubaux, Ford, "Reducing
 * Metadata Leakage from Encrypted Files and Communication with PURBs", PoPETs 2019, algorithm 1.
 */
final class Padding {
    private Padding() {}

    /** The padded length for one of {@code length} bytes, at least 1. */
    static int padded(int length) {
        if (length < 2) {
            return length;
        }
        int exponent = 31 - Integer.numberOfLeadingZeros(length);
        int significant = 32 - Integer.numberOfLeadingZeros(exponent);
        int zeroBits = exponent - significant;
        int mask = (1 << Math.max(0, zeroBits)) - 1;
        return (length + mask) & ~mask;
    }
}
