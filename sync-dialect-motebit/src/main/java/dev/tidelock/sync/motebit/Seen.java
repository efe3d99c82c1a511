package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import org.jspecify.annotations.Nullable;

/** An envelope that the relay's log was seen to hold. Its bytes are kept for a moment only, if at all: the log has them. */
final class Seen {
    final EnvelopeHash hash;
    final DeviceId device;
    final long first;
    final long last;
    final EnvelopeHash previous;
    final int length;

    /** The lowest of those events' that carry it: anybody can copy an event, with a clock of his choice; what was there first has a lower one. */
    long clock;

    /** How many events that carry it are remembered. */
    int events;

    byte @Nullable [] bytes;

    /** Where it stands in the order in which the log is shown: not before what it follows. */
    long place;

    Seen(Envelope envelope, long clock) {
        EnvelopeHeader header = envelope.header();
        this.hash = envelope.hash();
        this.device = header.device();
        this.first = header.firstCounter();
        this.last = header.lastCounter();
        this.previous = header.previous();
        this.length = envelope.length();
        this.clock = clock;
    }

    /** Whether another envelope of its author claims the same place: whoever holds that one has to be told of this, whatever counters it knows. */
    boolean contested;

    boolean follows(long counter, EnvelopeHash before) {
        return first == counter + 1 && previous.equals(before);
    }
}
