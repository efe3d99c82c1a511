package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.Envelope;
import java.util.List;

/**
 * Carries envelopes to and from one remote log. Blind: nothing here can name a plaintext event.
 *
 * <p>A push may be repeated, and may have happened although it failed; the remote drops what it has. Calls block, and are made by
 * one thread at a time; {@link #close} may be called by any, and makes a call that waits fail.
 *
 * <p>What an implementation must hold is in the test kit, as a contract suite.
 */
public interface Transport extends AutoCloseable {
    /**
     * The name under which cursors and the outbox are kept for this remote: the same for the same remote, today and tomorrow.
     */
    String remote();

    /**
     * Appends envelopes to the remote log, in this order.
     *
     * @param envelopes not empty; those of one device in the order of their counters
     * @return what became of each
     * @throws TransportException if it is not known what became of them; none, some or all may have been appended
     */
    PushReceipt push(List<Envelope> envelopes) throws TransportException;

    /**
     * Whether the remote log has one order that stays, so that a cursor says what was read. Where it has none, what it holds may turn up anywhere in it at any time: every
     * cursor is refused, and the engine always asks by what is known.
     */
    default boolean isOrdered() {
        return true;
    }

    /** Reads a part of the remote log. */
    PullResult pull(PullRequest request) throws TransportException;

    /** Ends what is under way, and frees what is held. May be called more than once. */
    @Override
    void close();
}
