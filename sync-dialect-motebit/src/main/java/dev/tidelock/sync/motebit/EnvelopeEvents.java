package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidelock.sync.envelope.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as events of the relay's log. The payload is sealed with the motebit's sync key; what is sealed is {@code {"tidelock":1,"envelope":BASE64URL}}.
 *
 * <p>The event type is our own, the payload is marked as encrypted, and has no {@code receipt}: so the relay alters nothing. The device is not named: whoever reads the log could then take its place.
 */
final class EnvelopeEvents {
    private static final String TYPE = "tidelock_envelope";
    private static final long VERSION = 1;

    private final DeviceSigner device;
    private final EventSeal seal;

    EnvelopeEvents(DeviceSigner device, EventSeal seal) {
        this.device = device;
        this.seal = seal;
    }

    /** An event that carries an envelope, as JSON. */
    String write(Envelope envelope, UUID id, long clock, long millis) {
        String plaintext = "{\"tidelock\":" + VERSION + ",\"envelope\":\""
                + Base64.getUrlEncoder().withoutPadding().encodeToString(envelope.toByteArray()) + "\"}";
        String sealed = seal.seal(plaintext.getBytes(StandardCharsets.US_ASCII));
        return "{\"event_id\":\"" + id + "\",\"motebit_id\":\"" + device.motebitId() + "\",\"timestamp\":" + millis
                + ",\"event_type\":\"" + TYPE
                + "\",\"payload\":{\"_encrypted\":true,\"_data\":" + CanonicalJson.write(sealed)
                + "},\"version_clock\":" + clock + ",\"tombstoned\":false}";
    }

    /** Whether an event is one of this motebit: only who has its seed can have sealed it. Null if not; else what was sealed. */
    byte @Nullable [] open(WireEvent event) {
        String sealed = event.sealed();
        return sealed != null && device.motebitId().equals(event.motebitId()) ? seal.open(sealed) : null;
    }

    /** The envelope that was sealed; null if it was something else. */
    static @Nullable Envelope envelope(byte[] plaintext) {
        long version = 0;
        byte[] bytes = null;
        try (JsonParser in = Json.parser(plaintext)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (name.equals("tidelock") && value == JsonToken.VALUE_NUMBER_INT) {
                    version = in.getLongValue();
                } else if (name.equals("envelope") && value == JsonToken.VALUE_STRING) {
                    bytes = Base64.getUrlDecoder().decode(in.getText());
                } else {
                    in.skipChildren();
                }
            }
            Envelope envelope = version == VERSION && bytes != null ? Envelope.parse(bytes) : null;
            return envelope != null && envelope.header().eventCount() > 0 ? envelope : null;
        } catch (IOException | IllegalArgumentException noneOfOurs) {
            return null;
        }
    }
}
