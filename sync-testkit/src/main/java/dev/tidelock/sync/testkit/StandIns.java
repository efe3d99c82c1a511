package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stands for the events of a record that do not count: their parents, and the event that issues them again. Written from the words of the protocol, apart
 * from the engine, so that the two can be compared.
 */
final class StandIns {
    private final StoreReader reader;

    private StandIns(StoreReader reader) {
        this.reader = reader;
    }

    /** What stands for one event. */
    record StandIn(List<EventId> parents, @Nullable EventId again) {}

    static Map<EventId, StandIn> of(StoreReader reader, RecordKey key) {
        Map<EventId, StandIn> standIns = new HashMap<>();
        StandIns finder = new StandIns(reader);
        for (Event event : RecordEvents.of(reader, key, EventState.VOID)) {
            List<EventId> parents = new ArrayList<>(event.parents());
            parents.removeIf(parent -> finder.isOwnVoid(event, parent));
            standIns.put(event.id(), new StandIn(parents, finder.again(event)));
        }
        return standIns;
    }

    /** Whether somebody has issued all of a device's events again that have a counter above the one bound and up to the other: they are of a branch that is gone. */
    static boolean areIssuedAgain(StoreReader reader, DeviceId device, long above, long upTo) {
        long next = above + 1;
        boolean found = true;
        while (next <= upTo && found) {
            long wanted = next;
            long reached = 0;
            for (Event one : new StandIns(reader).voids(RecordKey.control(device.toString()))) {
                JsonObject words = words(one);
                long last = number(words, "first") + number(words, "count") - 1;
                boolean contains = number(words, "first") <= wanted && last >= wanted;
                reached = words.get("content") != null && contains ? Math.max(reached, last) : reached;
            }
            found = reached >= next;
            next = reached + 1;
        }
        return found;
    }

    private boolean isOwnVoid(Event event, EventId parent) {
        boolean own =
                parent.device().equals(event.device()) && event.transaction().contains(parent.counter());
        StoredEvent stored = own ? reader.event(parent) : null;
        return stored != null && isVoid(stored.event());
    }

    /** Among all void events about it or about what it issues again itself: the one in whose transaction the same op counts, as far from the end. */
    private @Nullable EventId again(Event event) {
        TransactionSpan span = event.transaction();
        for (Event one : voids(RecordKey.control(event.device().toString()))) {
            JsonObject words = words(one);
            boolean meansIt = number(words, "first") == span.first() && number(words, "count") == span.size();
            EventId again = meansIt && words.get("content") != null ? counterpart(event, one) : null;
            if (again != null) {
                return again;
            }
        }
        for (StoredEvent own : reader.transaction(event.device(), span)) {
            if (isVoid(own.event()) && words(own.event()).get("content") != null) {
                for (Event rival : voids(own.event().key())) {
                    boolean same = words(rival).equals(words(own.event()));
                    EventId again = same ? counterpart(event, rival) : null;
                    if (again != null) {
                        return again;
                    }
                }
            }
        }
        return null;
    }

    private @Nullable EventId counterpart(Event event, Event voiding) {
        TransactionSpan span = voiding.transaction();
        long counter = span.last() - (event.transaction().last() - event.id().counter());
        StoredEvent found = span.contains(counter) ? reader.event(new EventId(voiding.device(), counter)) : null;
        boolean same = found != null
                && found.state() == EventState.APPLIED
                && found.event().key().equals(event.key())
                && found.event().op().equals(event.op());
        return found != null && same ? found.event().id() : null;
    }

    private List<Event> voids(RecordKey control) {
        List<Event> voids = RecordEvents.of(reader, control);
        voids.removeIf(event -> !isVoid(event));
        return voids;
    }

    private static boolean isVoid(Event event) {
        return event.key().isControl()
                && event.op().kind() == Op.Kind.NAMED
                && event.op().name().equals("void");
    }

    private static JsonObject words(Event event) {
        return Objects.requireNonNull(event.op().value().asObject());
    }

    private static long number(JsonObject words, String name) {
        return Objects.requireNonNull(Objects.requireNonNull(words.get(name)).asNumber())
                .longValue();
    }
}
