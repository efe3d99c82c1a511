package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** See {@link Codecs#map}. */
final class MapCodec<V> implements Codec<Map<String, V>> {
    private final Codec<V> values;

    MapCodec(Codec<V> values) {
        this.values = values;
    }

    @Override
    public JsonValue encode(Map<String, V> value) {
        Map<String, JsonValue> encoded = new LinkedHashMap<>();
        value.forEach((key, entry) -> encoded.put(requireKey(key), encodeEntry(key, entry)));
        try {
            return JsonValue.object(encoded);
        } catch (JsonFormatException refused) {
            throw new CodecException(String.valueOf(refused.getMessage()));
        }
    }

    private static String requireKey(String key) {
        if (key == null) {
            throw new CodecException("a key that is null");
        }
        return key;
    }

    private JsonValue encodeEntry(String key, V entry) {
        try {
            if (entry == null) {
                throw new CodecException("an entry that is null");
            }
            return values.encode(entry);
        } catch (CodecException refused) {
            throw refused.inEntry(key);
        }
    }

    @Override
    public Map<String, V> decode(JsonValue json) {
        JsonObject object = json.asObject();
        if (object == null) {
            throw CodecException.expected("an object", json);
        }
        Map<String, V> decoded = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> entry : object.members().entrySet()) {
            try {
                decoded.put(entry.getKey(), values.decode(entry.getValue()));
            } catch (CodecException refused) {
                throw refused.inEntry(entry.getKey());
            }
        }
        return Collections.unmodifiableMap(decoded);
    }
}
