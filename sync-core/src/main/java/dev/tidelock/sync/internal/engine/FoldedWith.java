package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the records of a store were folded with, as far as that is not the default: a note in the store, a JSON object. It names the strategies of collections, and the
 * reducers. Under a name may stand that nobody knows: several apps have folded something, or one has not come to an end.
 */
final class FoldedWith {
    private static final String NOTE = "folded";
    private static final String REDUCERS = "reducers";
    private static final JsonValue UNKNOWN = JsonValue.of("?");

    private final Strategies strategies;
    private final Versions versions;

    FoldedWith(Strategies strategies, Versions versions) {
        this.strategies = strategies;
        this.versions = versions;
    }

    static JsonObject noted(StoreReader reader) {
        String note = reader.note(NOTE);
        return note == null
                ? JsonObject.EMPTY
                : Objects.requireNonNull(JsonValue.parse(note).asObject());
    }

    static void note(StoreTransaction tx, Map<String, JsonValue> members) {
        tx.setNote(NOTE, members.isEmpty() ? null : JsonValue.object(members).toJson());
    }

    /** What is to be noted: what this app folds with; where it is too old, what was noted if that is the same, and otherwise that nobody knows. */
    JsonObject target(StoreReader reader) {
        JsonObject own = own();
        Announced announced = versions.announced(reader);
        Paused older = announced.isEmpty() ? Paused.NOTHING : new Paused(versions.newerElsewhere(announced));
        return older.isEmpty() ? own : unlessOlder(noted(reader), own, older);
    }

    private static JsonObject unlessOlder(JsonObject noted, JsonObject own, Paused older) {
        TreeSet<String> names = new TreeSet<>(noted.members().keySet());
        names.addAll(own.members().keySet());
        Map<String, JsonValue> members = new TreeMap<>(own.members());
        for (String name : names) {
            boolean isOlder = name.equals(REDUCERS) ? older.hasOps() : older.hasCollection(name.substring(1));
            if (isOlder && !Objects.equals(noted.get(name), own.get(name))) {
                members.put(name, UNKNOWN);
            }
        }
        return JsonValue.object(members);
    }

    /** A collection's name follows a colon, so that none is taken for something else. */
    private JsonObject own() {
        Map<String, JsonValue> members = new TreeMap<>();
        for (String collection : strategies.collections()) {
            Strategy strategy = strategies.strategy(collection);
            boolean isDefault = strategy.version() == 1
                    && strategy.name().equals(Strategy.lastWriterWins().name());
            if (!isDefault) {
                members.put(":" + collection, JsonValue.of(strategy.name() + " " + strategy.version()));
            }
        }
        Map<String, JsonValue> reducers = new LinkedHashMap<>();
        strategies.versionedReducers().forEach(op -> reducers.put(op, JsonValue.of(strategies.reducerVersion(op))));
        if (!reducers.isEmpty()) {
            members.put(REDUCERS, JsonValue.object(reducers));
        }
        return JsonValue.object(members);
    }

    /** The collections that have to be folded anew, in order. */
    static List<String> stale(StoreReader reader, JsonObject noted, JsonObject target) {
        JsonValue reducers = target.get(REDUCERS);
        if (!UNKNOWN.equals(reducers) && !Objects.equals(noted.get(REDUCERS), reducers)) {
            return reader.collections();
        }
        TreeSet<String> names = new TreeSet<>(noted.members().keySet());
        names.addAll(target.members().keySet());
        names.remove(REDUCERS);
        List<RecordKey> stale = new ArrayList<>();
        for (String name : names) {
            JsonValue wanted = target.get(name);
            if (!UNKNOWN.equals(wanted) && !Objects.equals(noted.get(name), wanted)) {
                stale.add(new RecordKey(name.substring(1), "\0"));
            }
        }
        stale.sort(null);
        List<String> collections = new ArrayList<>();
        stale.forEach(key -> collections.add(key.collection()));
        return collections;
    }

    /** What is about to be folded anew, nobody knows until that is done. */
    static void noteBegin(StoreTransaction tx, JsonObject target) {
        JsonObject noted = noted(tx);
        Map<String, JsonValue> members = new TreeMap<>(noted.members());
        TreeSet<String> names = new TreeSet<>(noted.members().keySet());
        names.addAll(target.members().keySet());
        for (String name : names) {
            if (!Objects.equals(noted.get(name), target.get(name))) {
                members.put(name, UNKNOWN);
            }
        }
        note(tx, members);
    }

    /** This app has folded records that it is too old for: if a newer one had folded them, or does so now, they are to be folded anew. */
    void noteOlder(StoreTransaction tx, Paused older, Collection<RecordKey> keys) {
        if (older.isEmpty() || !older.touches(keys)) {
            return;
        }
        JsonObject noted = noted(tx);
        Map<String, JsonValue> members = new TreeMap<>(noted.members());
        unlessOlder(noted, own(), older).members().forEach((name, value) -> {
            if (value.equals(UNKNOWN)) {
                members.put(name, UNKNOWN);
            }
        });
        if (!members.equals(noted.members())) {
            note(tx, members);
        }
        Refolding.beginAnew(tx);
    }
}
