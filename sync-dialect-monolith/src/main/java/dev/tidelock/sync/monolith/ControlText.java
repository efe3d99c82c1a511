package dev.tidelock.sync.monolith;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a text frame says: the relay's word, or the other device's, as nothing tells them apart. So it is a hint, whatever it is.
 *
 * @param alone in {@code PAIRED}: whether nobody else is there yet
 * @param code in {@code PEER_GONE}: how the other socket was closed
 */
record ControlText(Kind kind, boolean alone, long code) {
    private static final int CHARS_MAX = 4096;
    private static final ControlText OTHER = new ControlText(Kind.OTHER, false, 0);

    enum Kind {
        PAIRED,
        PEER_THERE,
        PEER_GONE,
        PEER_UNLINKED,
        OTHER
    }

    static ControlText parse(String frame) {
        if (frame.length() > CHARS_MAX) {
            return OTHER;
        }
        JsonValue value;
        try {
            value = JsonValue.parse(frame);
        } catch (JsonFormatException notJson) {
            return OTHER;
        }
        if (!(value instanceof JsonObject message)) {
            return OTHER;
        }
        return switch (text(message.get("type"))) {
            case "session_paired" ->
                new ControlText(Kind.PAIRED, text(message.get("paired_at")).isEmpty(), 0);
            case "peer_connected" -> new ControlText(Kind.PEER_THERE, false, 0);
            case "peer_disconnected" -> new ControlText(Kind.PEER_GONE, false, number(message.get("code")));
            case "device_unlinked" -> new ControlText(Kind.PEER_UNLINKED, false, 0);
            default -> OTHER; // peer_revoked and server_shutdown: a close follows, and that counts
        };
    }

    private static String text(@Nullable JsonValue value) {
        return value instanceof JsonString string ? string.value() : "";
    }

    private static long number(@Nullable JsonValue value) {
        return value instanceof JsonNumber number && number.isInteger() ? number.longValue() : 0;
    }

    static String join(String session, String device) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("type", JsonValue.of("join"));
        members.put("session_id", JsonValue.of(session));
        members.put("device_id", JsonValue.of(device));
        members.put("version", JsonValue.of(1));
        return JsonValue.object(members).toJson();
    }

    static String ofType(String type) {
        return JsonValue.object(Map.of("type", JsonValue.of(type))).toJson();
    }
}
