package dev.tidelock.sync.ws;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a line ended, or why it did not open.
 *
 * @param reason whose doing it was
 * @param retryAfter how long the relay asked to wait; null if it did not
 * @param served whether it was of use before: something was answered, or a page came
 */
record LineEnd(Reason reason, @Nullable Duration retryAfter, boolean served) {
    /** What decides how soon it is tried again. */
    enum Reason {
        /** The network, or nobody knows. */
        CUT,
        /** The relay stops or comes back: all its clients should not do so at the same time. */
        STOPPED,
        /** The token was not accepted any more. A fresh one may be. */
        TOKEN,
        /** The relay, or something on the way, does not do this; or the relay does not let this device in. */
        REFUSED,
        /** What came makes no sense. */
        NONSENSE
    }
}
