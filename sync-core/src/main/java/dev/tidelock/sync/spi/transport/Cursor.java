package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.EnvelopeHash;
import java.util.Objects;

/**
 * How far a device has read one remote log: which log, how many envelopes of it, and the hash of that prefix, so that a log that was
 * rolled back or rewritten is noticed.
 *
 * <p>The hash of the empty prefix is {@link EnvelopeHash#NONE}; one more envelope makes it {@link EnvelopeHash#chainedWith}.
 *
 * @param position the number of envelopes read, from the beginning of the log
 */
public record Cursor(LogId log, long position, EnvelopeHash prefix) {
    public Cursor {
        Objects.requireNonNull(log, "log");
        Objects.requireNonNull(prefix, "prefix");
        if (position < 0) {
            throw new IllegalArgumentException("a cursor at position " + position + "; positions start at 0");
        }
    }

    /** This cursor after one more envelope. */
    public Cursor after(EnvelopeHash envelope) {
        return new Cursor(log, position + 1, prefix.chainedWith(envelope));
    }
}
