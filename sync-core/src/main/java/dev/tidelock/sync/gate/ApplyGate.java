package dev.tidelock.sync.gate;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a transaction of another device may become visible here yet. A conversation, say, waits until the code that it speaks of is there.
 *
 * <p>What is held back stays in quarantine with the reason {@code HELD}, and with it whatever was written by someone who had seen it; nothing else waits. It is asked
 * about again with every sync, and when the app calls {@code SyncClient.recheckHeld}. Each device holds back for itself.
 *
 * <p>It runs within the transaction that applies, so it must be quick, must not wait, and must not call the client; what it has to look at is in
 * {@link Incoming}. If it throws, the transaction is held back.
 */
@FunctionalInterface
public interface ApplyGate {
    /**
     * Looks at a transaction that is whole and could be applied.
     *
     * @return null to let it in; else one line that says what it waits for
     */
    @Nullable
    String holdBack(Incoming incoming);
}
