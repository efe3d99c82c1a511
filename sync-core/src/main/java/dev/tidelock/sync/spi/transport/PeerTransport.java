package dev.tidelock.sync.spi.transport;

/**
 * A transport whose remote is another device of the space, not a relay: the log that it reads and appends to is what that device holds. Both devices have one, at the
 * two ends of one line: what the other one asks is answered from what this one holds.
 *
 * <p>Another device may take the peer's place at any time. Its log is then another one, and nothing was lost by it: the engine does not stop and ask.
 */
public interface PeerTransport extends LiveTransport {
    /** Answers what the peer asks from this log, from now on. Called once, before any other method of the transport is. */
    void serve(PeerLog log);
}
