package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What relations hide, told as directly as can be; only for relations by a plain member. */
final class ReferenceRelations {
    private final List<Relation> relations;

    ReferenceRelations(List<Relation> relations) {
        this.relations = relations;
    }

    /** What an app sees of a record. */
    @Nullable
    JsonValue shown(StoreReader reader, RecordKey key) {
        JsonValue value = reader.record(key).value();
        return value == null || goesWithSomethingGone(reader, key, value, new HashSet<>()) ? null : value;
    }

    private boolean goesWithSomethingGone(StoreReader reader, RecordKey key, JsonValue value, Set<RecordKey> met) {
        JsonObject object = value.asObject();
        for (Relation relation : relations) {
            JsonValue member =
                    object == null ? null : object.get(relation.member().toString());
            if (relation.child().equals(key.collection()) && member != null && member.asString() != null) {
                RecordKey owner = new RecordKey(relation.owner(), member.asString());
                if (met.add(owner) && isGone(reader, owner, met)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isGone(StoreReader reader, RecordKey key, Set<RecordKey> met) {
        RecordState state = reader.record(key);
        JsonValue value = state.value();
        return value == null ? !state.heads().isEmpty() : goesWithSomethingGone(reader, key, value, met);
    }
}
