package dev.tidelock.sync.json;

/** A text is not JSON, or holds something that canonical JSON cannot keep. The message says what, and at which path. */
public final class JsonFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String path;

    /** @param path where in the value: a JSON pointer (RFC 6901), empty for the value itself */
    public JsonFormatException(String problem, String path) {
        super(path.isEmpty() ? problem : problem + ", at " + path);
        this.path = path;
    }

    /** Where in the value: a JSON pointer (RFC 6901), empty for the value itself. */
    public String path() {
        return path;
    }
}
