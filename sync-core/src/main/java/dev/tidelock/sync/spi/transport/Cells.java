package dev.tidelock.sync.spi.transport;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Small last values at a relay, beside the log: each write replaces what was there. A cell's id cannot be guessed, and what is in it is sealed; the relay knows its size, and when it changed. For what
 * has to be read without a sync, as by a phone's widget. Calls block; safe for use by any number of threads.
 */
public interface Cells {
    /** The length of a cell's id, in bytes. */
    int ID_BYTES = 16;

    /** The most that fits a cell, in bytes. */
    int CONTENT_BYTES_MAX = 64 << 10;

    /**
     * What a cell holds.
     *
     * @param cell its id, {@value #ID_BYTES} bytes
     * @param known the version that the caller has; null for none. If the cell still has it, the content does not travel
     * @return empty if nothing was ever written
     */
    Optional<Stored> read(byte[] cell, @Nullable String known) throws TransportException;

    /**
     * Replaces what a cell holds.
     *
     * @param content 1 to {@value #CONTENT_BYTES_MAX} bytes
     * @param expected the version that is to be replaced; null for whichever is there
     * @return the version that the cell has now
     * @throws TransportException of kind {@code REJECTED} if the cell has another version than expected, or the space as many cells as it may have
     */
    String write(byte[] cell, byte[] content, @Nullable String expected) throws TransportException;

    /** What a cell holds. */
    final class Stored {
        private final byte @Nullable [] content;
        private final String version;

        /** @param content hostile bytes; null if they are those of the version that the caller has */
        public Stored(byte @Nullable [] content, String version) {
            this.content = content == null ? null : content.clone();
            this.version = Objects.requireNonNull(version, "version");
        }

        /** The bytes; null if they are those of the version that the caller has. */
        public byte @Nullable [] content() {
            return content == null ? null : content.clone();
        }

        /** Tells this content from others that the cell had or will have. */
        public String version() {
            return version;
        }
    }
}
