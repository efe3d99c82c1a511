package dev.tidelock.sync.testkit.monolith;

/** The client's side of one WebSocket to a {@link MonolithModel}. Calls must return at once, and must not call the model. */
public interface MonolithSocket {
    /** A text frame came. */
    void text(String frame);

    /** A binary frame came. */
    void binary(byte[] frame);

    /** The relay has closed the socket. */
    void closed(int code, String reason);
}
