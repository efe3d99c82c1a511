package dev.tidelock.sync.json;

/** A JSON string of well-formed Unicode. */
public final class JsonString extends JsonValue {
    private final String value;

    JsonString(String value) {
        this.value = value;
    }

    /** The characters, without quotes and escapes. */
    public String value() {
        return value;
    }

    @Override
    public String asString() {
        return value;
    }

    @Override
    int depth() {
        return 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonString that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
