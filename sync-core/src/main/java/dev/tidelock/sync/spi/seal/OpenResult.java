package dev.tidelock.sync.spi.seal;

/** What came of opening an envelope. */
public sealed interface OpenResult {
    /** It is genuine; this is what was sealed. */
    final class Opened implements OpenResult {
        private final byte[] plaintext;

        /** Takes the array over: nobody else may change it. */
        public Opened(byte[] plaintext) {
            this.plaintext = plaintext;
        }

        /** The array itself, not a copy. */
        public byte[] plaintext() {
            return plaintext;
        }
    }

    /** It was not opened. */
    record Rejected(Reason reason) implements OpenResult {}

    /** Why an envelope was not opened. */
    enum Reason {
        /** The signature is not the author's: somebody else made or changed this. It says nothing about the author. */
        BAD_SIGNATURE,
        /** Signed by its author under a key epoch that this device has no key for; may open later. */
        UNKNOWN_EPOCH,
        /** Signed by its author, but the seal does not hold under that epoch's key. */
        BAD_SEAL
    }
}
