package dev.tidelock.sync.spi.transport;

/** Is told of a remote log that grows. Calls return at once. */
public interface LiveListener {
    /**
     * What the log has after a cursor came by itself. The transport brings no further page before this one was taken: so neither side has to keep what the other
     * is too slow for.
     *
     * @param after where the page begins: where the last pull by cursor, or the last page that came, had ended
     * @param page hostile as any other; may go on after its end, if {@code more} says so: then the rest is pulled
     * @param taken to be run once the page has been taken or given up, by any thread
     */
    void arrived(Cursor after, PullResult.Page page, Runnable taken);

    /** Something may have changed that no page tells: the line is open again, or the remote says that there is more than it sends. Whoever hears it pulls soon. */
    void changed();

    /** The line was cut, or is open again: {@link LiveTransport#isLive} says which. */
    void lineChanged();
}
