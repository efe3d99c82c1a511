package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** See {@link Codecs#list}. */
final class ListCodec<E> implements Codec<List<E>> {
    private final Codec<E> items;

    ListCodec(Codec<E> items) {
        this.items = items;
    }

    @Override
    public JsonValue encode(List<E> value) {
        List<JsonValue> encoded = new ArrayList<>(value.size());
        for (E item : value) {
            try {
                if (item == null) {
                    throw new CodecException("an item that is null");
                }
                encoded.add(items.encode(item));
            } catch (CodecException refused) {
                throw refused.inItem(encoded.size());
            }
        }
        try {
            return JsonValue.array(encoded);
        } catch (JsonFormatException tooDeep) {
            throw new CodecException(String.valueOf(tooDeep.getMessage()));
        }
    }

    @Override
    public List<E> decode(JsonValue json) {
        JsonArray array = json.asArray();
        if (array == null) {
            throw CodecException.expected("an array", json);
        }
        List<E> decoded = new ArrayList<>(array.items().size());
        for (JsonValue item : array.items()) {
            try {
                decoded.add(items.decode(item));
            } catch (CodecException refused) {
                throw refused.inItem(decoded.size());
            }
        }
        return Collections.unmodifiableList(decoded);
    }
}
