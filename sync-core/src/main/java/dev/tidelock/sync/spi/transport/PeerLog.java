package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.Envelope;
import java.util.List;
import java.util.function.Consumer;

/**
 * What this device holds, as a log that a peer reads and appends to. Its log id is that of the store; its order is that in which the device came to hold the envelopes. Calls return at
 * once; the answer comes on a thread of the engine. Both answers are {@code null} if the store cannot be used at the moment: the peer hears nothing then, and asks again.
 */
public interface PeerLog {
    /** Takes envelopes that the peer sends, as if they had been pulled, and says what became of each. Copies are accepted. */
    void push(List<Envelope> envelopes, Consumer<PushReceipt> answer);

    /**
     * A part of what this device holds.
     *
     * @param bytesMax how many bytes of envelopes the page has at most; it has at least one envelope if there is one
     */
    void pull(PullRequest request, int bytesMax, Consumer<PullResult> answer);
}
