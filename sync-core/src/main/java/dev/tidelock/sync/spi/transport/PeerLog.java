package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.Envelope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this device holds, as a log that a peer reads and appends to; its log id is derived from the store's identity. It has no order that a cursor could name, as a device may let go of
 * an envelope that a branch of a forked chain had: a request by cursor is always answered with {@link PullResult.CursorRefused}, one by what is known with all that is lacking, in the order in which
 * the device came to hold it.
 *
 * <p>May be called by any thread, one call at a time, also while this device asks the peer. Each call is a few transactions of the store. Both answer null if the store cannot be used at the
 * moment: the peer then hears nothing, and asks again.
 */
public interface PeerLog {
    /** Takes envelopes that the peer sends, as if they had been pulled, and says what became of each. Copies are accepted. */
    @Nullable
    PushReceipt push(List<Envelope> envelopes);

    /**
     * A part of what this device holds.
     *
     * @param bytesMax how many bytes of envelopes the page has at most; it has at least one envelope if there is one
     */
    @Nullable
    PullResult pull(PullRequest request, int bytesMax);
}
