package dev.tidelock.sync.strategy;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Unites arrays to which items are only added: each id once, in the order in which they were first met. Items without an id are told apart by their whole value. What is
 * not an array is the later author's.
 */
final class UnionMerge implements Strategy.Merge {
    private final String idMember;

    UnionMerge(String idMember) {
        this.idMember = idMember;
    }

    @Override
    public JsonValue merge(Strategy.@Nullable Side base, Strategy.Side local, Strategy.Side remote) {
        JsonArray ours = local.value().asArray();
        JsonArray theirs = remote.value().asArray();
        if (ours == null || theirs == null) {
            return remote.value();
        }
        Map<JsonValue, JsonValue> united = new LinkedHashMap<>();
        ours.items().forEach(item -> united.putIfAbsent(id(item), item));
        theirs.items().forEach(item -> united.putIfAbsent(id(item), item));
        List<JsonValue> items = new ArrayList<>(united.values());
        return JsonValue.array(items);
    }

    @Override
    public boolean loses(Strategy.@Nullable Side base, Strategy.Side local, Strategy.Side remote, JsonValue merged) {
        return local.value().asArray() == null || remote.value().asArray() == null;
    }

    private JsonValue id(JsonValue item) {
        JsonObject object = item.asObject();
        JsonValue id = object == null ? null : object.get(idMember);
        return id == null ? item : id;
    }
}
