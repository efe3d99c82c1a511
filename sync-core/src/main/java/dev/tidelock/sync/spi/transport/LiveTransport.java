package dev.tidelock.sync.spi.transport;

/**
 * A transport that hears by itself when the remote log grows. It keeps a line open from {@link #listen} to {@link #close}, and opens it again after a cut, with growing
 * pauses; {@link #push} and {@link #pull} work all the while, by that line or by another way.
 *
 * <p>What it tells is a help to be quick: an engine that misses all of it finds the same by pulling.
 */
public interface LiveTransport extends Transport {
    /**
     * Opens the line, and keeps it open. Returns at once. Called once at most; a transport that is never told to listen works like any other.
     *
     * @param listener called by threads of the transport, one call at a time
     */
    void listen(LiveListener listener);

    /** Whether the line is open: what the remote log gets is told as it comes. */
    boolean isLive();
}
