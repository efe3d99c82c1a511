package dev.tidelock.sync.http.wire;

/** The answer to {@code GET /health}: {@code {"ok":true,"protocol":1,"timeMillis":n}}. */
public final class HealthAnswer {
    /** The version of the protocol that this is. */
    public static final int PROTOCOL = 1;

    private HealthAnswer() {}

    /**
     * The answer, in UTF-8.
     *
     * @param timeMillis the relay's time, in milliseconds since 1970
     */
    public static byte[] write(long timeMillis) {
        return JsonBody.write(out -> {
            out.writeBooleanField("ok", true);
            out.writeNumberField("protocol", PROTOCOL);
            out.writeNumberField("timeMillis", timeMillis);
        });
    }
}
