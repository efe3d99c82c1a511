package dev.tidelock.sync.spi.link;

/** Is told what a link hears. Called by the link's threads, {@link #received} one call at a time; it may take a while, and the link reads no further meanwhile. */
public interface LinkListener {
    /**
     * A frame came.
     *
     * @param frame hostile bytes
     */
    void received(byte[] frame);

    /** Somebody came to the other end, or nobody is there any more: {@link Link#isUp} says which. Returns at once. */
    void lineChanged();
}
