package dev.tidelock.sync.spi.link;

/**
 * A two-way channel to one other device that carries short frames and promises little: a frame may be lost, come twice, late, in another order, or back to its sender. {@link
 * dev.tidelock.sync.link.LinkTransport} makes a way to sync of it.
 *
 * <p>It does not look into frames: they are sealed already. Safe for use by any number of threads.
 */
public interface Link extends AutoCloseable {
    /** The shortest {@link #frameBytesMax} that a link may have. */
    int FRAME_BYTES_MIN = 256;

    /** The name under which the store keeps what it knows of the other end: the same for the same channel, today and tomorrow. */
    String name();

    /** The longest frame that it carries, in bytes; always the same, and {@value #FRAME_BYTES_MIN} or more. */
    int frameBytesMax();

    /** Opens the channel and keeps it open, until it is closed or cannot be any more. Returns at once. Called once. */
    void open(LinkListener listener);

    /** Whether somebody is at the other end now, as far as the channel knows. */
    boolean isUp();

    /** Why nobody is there and waiting may not help, in a sentence for people; empty if it is only a matter of waiting. */
    String trouble();

    /** Sends a frame, some time soon. Returns at once; while nobody is there, the frame may be dropped. */
    void send(byte[] frame);

    /** Ends it, and frees what is held. May be called more than once. */
    @Override
    void close();
}
