package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.relation.Relations;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.CollectionFencedException;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.PastVersion;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.model.Undone;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one local transaction, as they are made: the first of the engine's three transactions (write, confirm, apply). Reads what it has
 * written. {@link #persist} adds the events and the records' new states together; events in no envelope yet are the start of the outbox.
 */
public final class LocalWrites {
    private final StoreTransaction tx;
    private final Fold fold;
    private final Relations relations;
    private final DeviceId device;
    private final long nowMillis;
    private final long firstCounter;
    private final Versions versions;
    private final List<Event> events = new ArrayList<>();
    private final Map<RecordKey, RecordState> states = new LinkedHashMap<>();
    private final Set<RecordKey> flipped = new LinkedHashSet<>();
    private HybridClock clock;
    private long valueBytes;
    private boolean ended;
    private @Nullable Announced announced;

    LocalWrites(
            StoreTransaction tx, Fold fold, Relations relations, DeviceId device, EngineClock time, Versions versions) {
        this.versions = versions;
        this.tx = tx;
        this.fold = fold;
        this.relations = relations;
        this.device = device;
        this.nowMillis = time.millis();
        OwnHead head = tx.ownHead();
        this.firstCounter = head.counter() + 1;
        // What was observed before this clock was put right binds only who has seen it: see seen().
        long observed = time.bounded(tx.observedReading());
        this.clock = new HybridClock(Math.max(head.reading(), observed));
    }

    /**
     * Makes one change.
     *
     * @throws WriteRefusedException if it is too large, or its op cannot be applied; the whole transaction then has to go
     * @throws CollectionFencedException if a newer app has fenced the collection off
     */
    public EventId write(RecordKey key, Op op) {
        requireOpen();
        RecordKey.requireCollection(key.collection());
        versions.requireNotFenced(announced(), key.collection());
        requireRoom(op);
        RecordState before = state(key);
        clock = seen(before).tick(nowMillis);
        EventId id = new EventId(device, firstCounter + events.size());
        TransactionSpan alone = new TransactionSpan(id.counter(), 1);
        Event event = new Event(id, key, op, new Stamp(clock.reading(), device), parents(before), alone);
        RecordState after = folded(before, event);
        JsonValue value = after.value();
        if (value != null && op.kind() != Op.Kind.PUT) {
            requireShort(value, "the record would become");
        }
        states.put(key, after);
        events.add(event);
        return id;
    }

    /** As of this transaction, which announces nothing. */
    private Announced announced() {
        Announced known = announced;
        if (known == null) {
            known = versions.announced(tx);
            announced = known;
        }
        return known;
    }

    /** What this app is too old for, as far as that can matter here. */
    Paused older() {
        Announced known = announced;
        return known == null || known.isEmpty() ? Paused.NOTHING : new Paused(versions.newerElsewhere(known));
    }

    /** A stamp exceeds all that its author had seen of the record. */
    private HybridClock seen(RecordState before) {
        return before.latest() == null ? clock : clock.observe(before.latest().reading());
    }

    /** An event that came later would have an id, and be nowhere. */
    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("a transaction is valid only within its work, and that has ended");
        }
    }

    private void requireRoom(Op op) {
        if (events.size() >= SyncLimits.TRANSACTION_CHANGES_MAX) {
            throw new WriteRefusedException(
                    "a transaction of more than " + SyncLimits.TRANSACTION_CHANGES_MAX
                            + " changes; split it into several",
                    null);
        }
        if (op.kind() != Op.Kind.DELETE) {
            valueBytes += requireShort(op.value(), "this is");
        }
        if (valueBytes > SyncLimits.TRANSACTION_VALUE_BYTES_MAX) {
            throw new WriteRefusedException(
                    "a transaction of more than " + SyncLimits.TRANSACTION_VALUE_BYTES_MAX
                            + " bytes of JSON; split it into several",
                    null);
        }
    }

    private static int requireShort(JsonValue value, String what) {
        int bytes = value.toUtf8().length;
        if (bytes > SyncLimits.VALUE_BYTES_MAX) {
            throw new WriteRefusedException(
                    what + " a value of " + bytes + " bytes of JSON; at most " + SyncLimits.VALUE_BYTES_MAX
                            + " are accepted, so split it into several records",
                    null);
        }
        return bytes;
    }

    /** As many heads as an event may name. What it leaves out stays concurrent with it, and is a head for the next one. */
    private static List<EventId> parents(RecordState before) {
        List<EventId> heads = before.heads();
        return heads.size() <= Event.PARENTS_MAX ? heads : heads.subList(0, Event.PARENTS_MAX);
    }

    private RecordState folded(RecordState before, Event event) {
        try {
            RecordState after = fold.applyDirectly(before, event);
            if (after == null && before.heads().size() <= Event.PARENTS_MAX) {
                throw new AssertionError("a local event must follow all heads of its record");
            }
            return after == null ? fold.ofAll(allWith(event), new VoidLedger(tx).standIns(event.key())) : after;
        } catch (FoldFailure refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            String what =
                    event.op().kind() == Op.Kind.NAMED ? "the op '" + event.op().name() + "'" : "the change";
            throw new WriteRefusedException(what + " cannot be applied: " + cause.getMessage(), cause);
        }
    }

    private StoredEvents allWith(Event event) {
        List<Event> unstored = new ArrayList<>(events);
        unstored.removeIf(other -> !other.key().equals(event.key()));
        unstored.add(event);
        return new StoredEvents(tx, event.key(), unstored);
    }

    /** The value of a record, shown or not, with what this transaction has changed. */
    public @Nullable JsonValue value(RecordKey key) {
        requireOpen();
        return state(key).value();
    }

    /** The value of a record, if it shows, with what this transaction has changed. */
    public @Nullable JsonValue shown(RecordKey key) {
        JsonValue value = value(key);
        return value != null && relations.visibility(this::state).isVisible(key, value) ? value : null;
    }

    /** What an earlier change had made of a record; null if it is none of the record's changes that count. */
    public @Nullable PastVersion version(RecordKey key, EventId change) {
        requireOpen();
        try {
            return fold.version(new StoredEvents(tx, key, List.of()), new VoidLedger(tx).standIns(key), change);
        } catch (FoldFailure refused) {
            throw new WriteRefusedException(
                    "what " + change + " had made of the record cannot be said: " + refused.getMessage(), refused);
        }
    }

    /** Undoes this device's last transaction; null if there is none. Nothing may have been changed before. */
    public @Nullable Undone undo() {
        requireOpen();
        return new Undo(tx, fold, device, this).run();
    }

    /** The open entries of the conflict log of a record, with what this transaction has changed. */
    public List<Conflict> conflicts(RecordKey key) {
        requireOpen();
        return state(key).conflicts();
    }

    /** The version of a record, with what this transaction has changed. */
    public RecordVersion version(RecordKey key) {
        requireOpen();
        return new RecordVersion(state(key).heads());
    }

    /** A query on a collection, with what this transaction has changed. */
    public QueryRun query(String collection) {
        requireOpen();
        Map<String, @Nullable JsonValue> changed = new HashMap<>();
        states.forEach((key, state) -> {
            if (key.collection().equals(collection)) {
                changed.put(key.id(), state.value());
            }
        });
        return new QueryRun(tx, collection, relations.visibility(this::state), changed);
    }

    private RecordState state(RecordKey key) {
        RecordState changed = states.get(key);
        return changed != null ? changed : tx.record(key);
    }

    /** The ids of the events so far, in order. */
    public List<EventId> eventIds() {
        List<EventId> ids = new ArrayList<>();
        events.forEach(event -> ids.add(event.id()));
        return ids;
    }

    Set<RecordKey> changedKeys() {
        return states.keySet();
    }

    /** Of the changed records that others go with, those that were deleted, or had been. */
    Set<RecordKey> flippedKeys() {
        return flipped;
    }

    /** No change is accepted any more. */
    void end() {
        ended = true;
    }

    void persist() {
        if (events.isEmpty()) {
            return;
        }
        states.forEach((key, state) -> {
            if (relations.mayOwn(key.collection()) && tx.record(key).isDeleted() != state.isDeleted()) {
                flipped.add(key);
            }
        });
        states.forEach(tx::setRecord); // before the events, which refer to their records
        TransactionSpan span = new TransactionSpan(firstCounter, events.size());
        for (Event event : events) {
            Event whole = span.size() == 1
                    ? event
                    : new Event(event.id(), event.key(), event.op(), event.stamp(), event.parents(), span);
            tx.addEvent(whole, EventState.APPLIED);
        }
    }
}
