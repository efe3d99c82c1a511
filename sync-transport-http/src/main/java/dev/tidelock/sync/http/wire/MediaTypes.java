package dev.tidelock.sync.http.wire;

/** The content types of the protocol. */
public final class MediaTypes {
    /** Every body that is not one of those below. */
    public static final String JSON = "application/json";

    /** A {@link PushBody}. */
    public static final String ENVELOPES = "application/vnd.tidelock.envelopes";

    /** What {@link PageWriter} writes. */
    public static final String PAGE = "application/vnd.tidelock.page";

    /** The content of a mailbox. */
    public static final String BYTES = "application/octet-stream";

    private MediaTypes() {}
}
