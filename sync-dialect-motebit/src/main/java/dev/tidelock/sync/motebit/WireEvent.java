package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is of interest in an event of the relay's log. Anybody can write anything there: what is not in order is null here, and never a failure.
 *
 * @param id null if it is no UUID in its usual form
 * @param motebitId the motebit that it says it is of; the relay does not check that
 * @param clock the version clock; {@link Long#MAX_VALUE} for one that is no whole number, or that JavaScript does not hold exactly
 * @param sealed the sealed payload, as text; null if it is not sealed
 */
record WireEvent(
        @Nullable UUID id,
        @Nullable String motebitId,
        long clock,
        @Nullable String sealed) {
    /** The highest integer that JavaScript holds exactly. */
    static final long CLOCK_MAX = (1L << 53) - 1;

    private static final int ID_CHARS = 36;

    /** Reads an event; null if it is not even JSON. */
    static @Nullable WireEvent parse(byte[] event) {
        try (JsonParser in = Json.parser(event)) {
            return in.nextToken() == JsonToken.START_OBJECT ? read(in) : null;
        } catch (IOException noneOfOurs) {
            return null;
        }
    }

    /** Reads the object that the parser stands at. */
    static WireEvent read(JsonParser in) throws IOException {
        UUID id = null;
        String motebitId = null;
        long clock = Long.MAX_VALUE;
        String sealed = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("event_id") && value == JsonToken.VALUE_STRING) {
                id = uuid(in.getText());
            } else if (name.equals("motebit_id") && value == JsonToken.VALUE_STRING) {
                motebitId = in.getText();
            } else if (name.equals("version_clock")) {
                clock = clock(in);
            } else if (name.equals("payload") && value == JsonToken.START_OBJECT) {
                sealed = sealed(in);
            } else {
                in.skipChildren();
            }
        }
        return new WireEvent(id, motebitId, clock, sealed);
    }

    private static @Nullable String sealed(JsonParser in) throws IOException {
        boolean encrypted = false;
        String data = null;
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String name = in.currentName();
            JsonToken value = in.nextToken();
            if (name.equals("_encrypted")) {
                encrypted = value == JsonToken.VALUE_TRUE;
            } else if (name.equals("_data") && value == JsonToken.VALUE_STRING) {
                data = in.getText();
            }
            in.skipChildren();
        }
        return encrypted ? data : null;
    }

    private static @Nullable UUID uuid(String text) {
        try {
            UUID id = text.length() == ID_CHARS ? UUID.fromString(text) : null;
            return id != null && id.toString().equals(text) ? id : null;
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** The relay stores numbers, fractions and texts alike. */
    private static long clock(JsonParser in) throws IOException {
        if (!in.currentToken().isScalarValue()) {
            in.skipChildren();
            return Long.MAX_VALUE;
        }
        try {
            double value = Double.parseDouble(in.getText());
            boolean whole = value == Math.rint(value) && Math.abs(value) <= CLOCK_MAX;
            return whole ? (long) value : Long.MAX_VALUE;
        } catch (NumberFormatException none) {
            return Long.MAX_VALUE;
        }
    }
}
