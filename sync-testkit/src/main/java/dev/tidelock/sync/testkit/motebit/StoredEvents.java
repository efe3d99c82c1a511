package dev.tidelock.sync.testkit.motebit;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The relay's table of events: of all motebits, with the event's id as its key. What is there stays, whoever pushes something else under the same id. */
final class StoredEvents {
    /** What is stored of an event; the rest is dropped. */
    private static final Set<String> MEMBERS = Set.of(
            "event_id", "motebit_id", "device_id", "timestamp", "event_type", "payload", "version_clock", "tombstoned");

    /** One row: under which motebit it was pushed, and what it holds. */
    private record Row(String log, JsonObject event, double clock) {}

    private Map<String, Row> rows = new LinkedHashMap<>();
    private boolean backwards;

    /** Copies of the whole table. */
    Map<String, Object> copy() {
        return new LinkedHashMap<>(rows);
    }

    void replace(Map<String, Object> copy) {
        rows = new LinkedHashMap<>();
        copy.forEach((id, row) -> rows.put(id, (Row) row));
    }

    /**
     * Stores an event, unless one of that id is there, or it lacks something. The relay does not tell which.
     *
     * @param keeps decides of each whether it is kept after all
     */
    void insert(String log, JsonObject event, Predicate<JsonObject> keeps) {
        JsonValue id = event.get("event_id");
        JsonValue clock = event.get("version_clock");
        boolean whole = id instanceof JsonString
                && clock != null
                && event.get("payload") != null
                && event.get("timestamp") != null
                && event.get("event_type") instanceof JsonString;
        if (!whole || repeatsAReceipt(event) || !keeps.test(event)) {
            return;
        }
        TreeMap<String, JsonValue> kept = new TreeMap<>();
        event.members().forEach((name, value) -> {
            if (MEMBERS.contains(name)) {
                kept.put(name, value);
            }
        });
        kept.put("tombstoned", JsonValue.of(isTruthy(event.get("tombstoned"))));
        rows.putIfAbsent(
                Objects.requireNonNull(id).asString(),
                new Row(log, JsonValue.object(kept), number(Objects.requireNonNull(clock))));
    }

    private static boolean isTruthy(@Nullable JsonValue value) {
        return value != null
                && !value.equals(JsonValue.NULL)
                && !value.equals(JsonValue.FALSE)
                && !value.equals(JsonValue.of(0))
                && !value.equals(JsonValue.of(""));
    }

    /** A text that is no number is kept as well, and above every number. */
    private static double number(JsonValue clock) {
        try {
            return Double.parseDouble(clock.asString() != null ? clock.asString() : clock.toJson());
        } catch (NumberFormatException none) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private static @Nullable JsonValue receipt(JsonObject event) {
        JsonObject payload = Objects.requireNonNull(event.get("payload")).asObject();
        JsonValue receipt = payload == null ? null : payload.get("receipt");
        JsonObject members = receipt == null ? null : receipt.asObject();
        return members == null ? null : members.get("signature");
    }

    private boolean repeatsAReceipt(JsonObject event) {
        JsonValue signature = receipt(event);
        return signature != null && rows.values().stream().anyMatch(row -> signature.equals(receipt(row.event())));
    }

    /** Ascending by clock; in which order those of equal clocks come is not defined, and another one each time. */
    List<JsonValue> after(String log, double clock) {
        List<Row> found = new ArrayList<>();
        for (Row row : rows.values()) {
            if (row.log().equals(log) && row.clock() > clock) {
                found.add(row);
            }
        }
        backwards = !backwards;
        if (backwards) {
            Collections.reverse(found);
        }
        found.sort((one, other) -> Double.compare(one.clock(), other.clock()));
        List<JsonValue> events = new ArrayList<>();
        found.forEach(row -> events.add(row.event()));
        return events;
    }

    JsonValue latestClock(String log) {
        double latest = 0;
        JsonValue clock = JsonValue.of(0);
        for (Row row : rows.values()) {
            if (row.log().equals(log) && row.clock() > latest) {
                latest = row.clock();
                clock = Objects.requireNonNull(row.event().get("version_clock"));
            }
        }
        return clock;
    }
}
