package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a remote answers to a pull. */
public sealed interface PullResult {
    /** The remote's wall clock in milliseconds since 1970, a hint; 0 if it did not say. */
    long remoteMillis();

    /**
     * A part of the log.
     *
     * @param entries in the order of the log
     * @param next the cursor after the last entry
     * @param more whether the log goes on after {@code next}
     * @param heads per device, the last counter that the log holds; only in the answer to a request by what is known
     */
    record Page(List<LogEntry> entries, Cursor next, boolean more, Map<DeviceId, Long> heads, long remoteMillis)
            implements PullResult {
        public Page {
            entries = List.copyOf(entries);
            heads = Map.copyOf(heads);
            Objects.requireNonNull(next, "next");
        }
    }

    /**
     * The cursor is not one of this log: the log was rolled back or rewritten, or it is another log.
     *
     * @param log the log that is there now
     */
    record CursorRefused(LogId log, long remoteMillis) implements PullResult {
        public CursorRefused {
            Objects.requireNonNull(log, "log");
        }
    }

    /** One entry of a remote log. */
    sealed interface LogEntry {
        /** The name of the envelope. */
        EnvelopeHash hash();
    }

    /** An envelope, as the remote sent it: hostile bytes, perhaps not even an envelope. */
    final class Sent implements LogEntry {
        private final byte[] bytes;
        private final EnvelopeHash hash;

        /** @param bytes as they came; they are copied, and not looked into */
        public Sent(byte[] bytes) {
            this.bytes = bytes.clone();
            this.hash = EnvelopeHash.ofEnvelope(bytes);
        }

        /** The bytes, as they came. */
        public byte[] toByteArray() {
            return bytes.clone();
        }

        @Override
        public EnvelopeHash hash() {
            return hash;
        }
    }

    /** An envelope that the reading device wrote itself, by name only: it need not travel back. */
    record Own(EnvelopeHash hash) implements LogEntry {
        public Own {
            Objects.requireNonNull(hash, "hash");
        }
    }
}
