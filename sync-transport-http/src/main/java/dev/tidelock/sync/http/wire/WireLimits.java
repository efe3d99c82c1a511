package dev.tidelock.sync.http.wire;

import dev.tidelock.sync.envelope.Envelope;

/** Every bound of the HTTP protocol, version 1. What is longer is refused before it is read whole. */
public final class WireLimits {
    /** The longest body of a push. */
    public static final int PUSH_BYTES_MAX = 8 << 20;

    /** The most envelopes in one push. */
    public static final int PUSH_ENVELOPES_MAX = 1000;

    /** The least that a pull may ask for, in bytes. */
    public static final int PULL_BYTES_MIN = 16 << 10;

    /** The most that a pull may ask for, in bytes. */
    public static final int PULL_BYTES_MAX = 4 << 20;

    /** What a pull asks for if it does not say. */
    public static final int PULL_BYTES_DEFAULT = 1 << 20;

    /** The most devices that a space may have. */
    public static final int DEVICES_MAX = 4096;

    /** The longest JSON body of a request: a pull that names every device of a full space. */
    public static final int JSON_REQUEST_BYTES_MAX = 256 << 10;

    /** The longest JSON body of an answer: the refusal of a full push, or the list of a full space. */
    public static final int JSON_ANSWER_BYTES_MAX = 1 << 20;

    /** The longest text that says why an envelope or a request is refused; longer ones are cut when written. */
    public static final int DETAIL_CHARACTERS_MAX = 500;

    /** The shortest life of a mailbox, in seconds. */
    public static final int MAILBOX_SECONDS_MIN = 10;

    /** The longest life of a mailbox, in seconds. */
    public static final int MAILBOX_SECONDS_MAX = 3600;

    /** The longest that a request waits for a slot of a mailbox, in seconds. */
    public static final int MAILBOX_WAIT_SECONDS_MAX = 20;

    /** The most cells that a space may have. */
    public static final int CELLS_MAX = 256;

    private WireLimits() {}

    /** The longest page that answers a pull for {@code bytesMax}: its entries, or a single long one, and what stands before them. */
    public static int pageBytesMax(int bytesMax) {
        int entries = Math.max(bytesMax, PageWriter.ENVELOPE_OVERHEAD_BYTES + Envelope.BYTES_MAX);
        return PageWriter.HEAD_BYTES_MAX + entries;
    }
}
