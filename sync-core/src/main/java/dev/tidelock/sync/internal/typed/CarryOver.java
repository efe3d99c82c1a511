package dev.tidelock.sync.internal.typed;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What of a stored value stays when a codec writes another one over it: what the codec does not see, and what it sees and has left alone.
 *
 * <p>{@code stored} is what is there, {@code known} what the codec makes of it, {@code fresh} what it writes now. A member of {@code stored} that is not in {@code
 * known} is unknown, and stays. One that is the same in {@code known} and {@code fresh} was left alone, and keeps the form that it has. Any other is as in {@code
 * fresh}: changed, new or gone. Items of arrays belong together if the codec has left them alone, wherever they are now, or if they are objects of the same {@code
 * id}.
 */
final class CarryOver {
    private static final String ID = "id";

    private CarryOver() {}

    static JsonValue of(JsonValue stored, JsonValue known, JsonValue fresh) {
        JsonObject was = stored.asObject();
        JsonObject seen = known.asObject();
        JsonObject now = fresh.asObject();
        if (was != null && seen != null && now != null) {
            return object(was, seen, now);
        }
        if (known.equals(fresh)) {
            return stored;
        }
        JsonArray items = stored.asArray();
        JsonArray seenItems = known.asArray();
        JsonArray freshItems = fresh.asArray();
        if (items == null || seenItems == null || freshItems == null) {
            return fresh;
        }
        boolean alike = items.items().size() == seenItems.items().size();
        return alike ? new Items(items.items(), seenItems.items(), freshItems.items()).carried() : fresh;
    }

    private static JsonObject object(JsonObject stored, JsonObject known, JsonObject fresh) {
        Map<String, JsonValue> members = new LinkedHashMap<>(fresh.members());
        stored.members().forEach((name, was) -> {
            JsonValue seen = known.get(name);
            JsonValue now = fresh.get(name);
            if (seen == null && now == null) {
                members.put(name, was);
            } else if (seen != null && now != null) {
                members.put(name, of(was, seen, now));
            }
        });
        return JsonValue.object(members);
    }

    /** The items of an array: which of the fresh ones were there before. */
    private static final class Items {
        private final List<JsonValue> stored;
        private final List<JsonValue> known;
        private final List<JsonValue> fresh;

        /** For each fresh item, where it was; -1 if it was not. */
        private final int[] origins;

        private final boolean[] taken;

        Items(List<JsonValue> stored, List<JsonValue> known, List<JsonValue> fresh) {
            this.stored = stored;
            this.known = known;
            this.fresh = fresh;
            this.origins = new int[fresh.size()];
            this.taken = new boolean[known.size()];
        }

        JsonValue carried() {
            matchInPlace();
            matchMoved();
            matchById();
            List<JsonValue> carried = new ArrayList<>(fresh.size());
            for (int i = 0; i < origins.length; i++) {
                int origin = origins[i];
                carried.add(origin < 0 ? fresh.get(i) : of(stored.get(origin), known.get(origin), fresh.get(i)));
            }
            return JsonValue.array(carried);
        }

        private void matchInPlace() {
            for (int i = 0; i < origins.length; i++) {
                origins[i] = -1;
                if (i < taken.length && known.get(i).equals(fresh.get(i))) {
                    match(i, i);
                }
            }
        }

        private void matchMoved() {
            Map<JsonValue, Deque<Integer>> places = new HashMap<>();
            for (int i = 0; i < taken.length; i++) {
                if (!taken[i]) {
                    places.computeIfAbsent(known.get(i), item -> new ArrayDeque<>())
                            .add(i);
                }
            }
            for (int i = 0; i < origins.length; i++) {
                Deque<Integer> origin = origins[i] < 0 ? places.get(fresh.get(i)) : null;
                if (origin != null && !origin.isEmpty()) {
                    match(i, origin.remove());
                }
            }
        }

        private void matchById() {
            Map<JsonValue, Integer> before = placesById(known);
            placesById(fresh).forEach((id, place) -> {
                Integer origin = before.get(id);
                if (origin != null && !taken[origin] && origins[place] < 0) {
                    match(place, origin);
                }
            });
        }

        private void match(int place, int origin) {
            origins[place] = origin;
            taken[origin] = true;
        }

        /** Where each id is that only one item has. */
        private static Map<JsonValue, Integer> placesById(List<JsonValue> items) {
            Map<JsonValue, @Nullable Integer> places = new LinkedHashMap<>();
            for (int i = 0; i < items.size(); i++) {
                JsonObject item = items.get(i).asObject();
                JsonValue id = item == null ? null : item.get(ID);
                if (id != null && (id.asString() != null || id.asNumber() != null)) {
                    places.put(id, places.containsKey(id) ? null : (Integer) i);
                }
            }
            places.values().removeIf(Objects::isNull);
            return places;
        }
    }
}
