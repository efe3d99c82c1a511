package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Events that this device writes for the engine, not for the app: voids, announcements, and transactions that are issued again under another stamp or identity. An event
 * that is issued again claims to have seen what it had seen, and no more.
 */
final class EngineWrites {
    private final StoreTransaction tx;
    private final ApplyBatch batch;
    private final DeviceId device;
    private final boolean keepsStamps;
    private final long nowMillis;
    private final Map<EventId, EventId> reissued = new HashMap<>();
    private final Map<RecordKey, EventId> lastWords = new HashMap<>();
    private HybridClock clock;
    private long lastCounter;

    /** @param reading the clock reading to go on from */
    EngineWrites(StoreTransaction tx, ApplyBatch batch, DeviceId device, long reading, long nowMillis) {
        this(tx, batch, device, reading, nowMillis, false);
    }

    /** For what another identity wrote: it keeps its clock readings. So it stays older than what others have written since, having seen it or not. */
    static EngineWrites withStampsKept(StoreTransaction tx, ApplyBatch batch, DeviceId device) {
        return new EngineWrites(tx, batch, device, 0, 0, true);
    }

    private EngineWrites(
            StoreTransaction tx, ApplyBatch batch, DeviceId device, long reading, long nowMillis, boolean keepsStamps) {
        this.keepsStamps = keepsStamps;
        this.tx = tx;
        this.batch = batch;
        this.device = device;
        this.nowMillis = nowMillis;
        this.clock = new HybridClock(reading);
        this.lastCounter = tx.ownHead().counter();
    }

    /** Writes voids, as one transaction. */
    void write(List<Voiding> voids) {
        List<Event> events = new ArrayList<>();
        TransactionSpan span = new TransactionSpan(lastCounter + 1, voids.size());
        voids.forEach(voiding -> events.add(voidEvent(voiding, span)));
        batch.write(events);
    }

    /** Writes announcements, as one transaction. */
    void announce(List<Announcement> announcements) {
        List<Event> events = new ArrayList<>();
        TransactionSpan span = new TransactionSpan(lastCounter + 1, announcements.size());
        announcements.forEach(one -> events.add(word(Announcement.KEY, one.toOp(), span)));
        batch.write(events);
    }

    /** Writes something that means nothing, so that an envelope says what this device holds now: its last word is not so any more. */
    void confirm() {
        TransactionSpan span = new TransactionSpan(lastCounter + 1, 1);
        RecordKey key = RecordKey.control(device.toString());
        batch.write(List.of(event(key, Op.named("confirm", JsonValue.NULL), List.of(), span)));
    }

    /** Issues a whole transaction again; the new one says that the former one is void, which others may hold, or may issue again as well. */
    void reissue(List<Event> former) {
        passBefore(former.get(0), 2); // leaves room for the void
        boolean full = former.size()
                == TransactionSpan.SIZE_MAX; // issued again very often: of all the voids in it, one can go
        List<Event> transaction = full ? former.subList(1, former.size()) : former;
        TransactionSpan span = new TransactionSpan(lastCounter + 1, transaction.size() + 1);
        List<Event> events = new ArrayList<>();
        Event voiding = voidEvent(Voiding.ofReissued(former), span);
        events.add(voiding);
        transaction.forEach(event -> events.add(again(event, voiding.id(), span)));
        batch.write(events);
    }

    private Event voidEvent(Voiding voiding, TransactionSpan span) {
        return word(Voiding.key(voiding.device()), voiding.toOp(), span);
    }

    /** An event on a record of the engine's own, which follows what this device holds of it. */
    private Event word(RecordKey key, Op op, TransactionSpan span) {
        EventId before = lastWords.get(key);
        List<EventId> heads = new ArrayList<>(before == null ? tx.record(key).heads() : List.of(before));
        if (before == null) {
            heads.removeIf(id -> tx.event(id) == null); // gone in this very transaction, to be issued again
        }
        heads.removeIf(this::isLater); // what was said in the future must not take this there
        List<EventId> parents = heads.subList(0, Math.min(heads.size(), Event.PARENTS_MAX));
        Event event = event(key, op, parents, span);
        lastWords.put(key, event.id());
        return event;
    }

    private boolean isLater(EventId id) {
        StoredEvent held = tx.event(id);
        long now = Math.max(clock.reading(), HybridClock.START.tick(nowMillis).reading());
        return held != null && held.event().stamp().reading() > now;
    }

    /** Advances the clock to a few ticks before an event's, if that is to be kept. */
    private void passBefore(Event event, int ticks) {
        if (keepsStamps) {
            clock = clock.observe(event.stamp().reading() - ticks);
        }
    }

    /** The void among the parents marks it: its other parents are what the former event's author had seen. */
    private Event again(Event event, EventId voiding, TransactionSpan span) {
        passBefore(event, 1);
        TreeSet<EventId> parents = new TreeSet<>();
        event.parents().forEach(parent -> parents.add(reissued.getOrDefault(parent, parent)));
        if (event.key().isControl()) {
            parents.removeIf(this::isLater);
        } else if (parents.size() < Event.PARENTS_MAX) {
            parents.add(voiding);
        }
        Event again = event(event.key(), event.op(), new ArrayList<>(parents), span);
        reissued.put(event.id(), again.id());
        return again;
    }

    /** An event, or the one that issues it again: a stamp that was taken back binds nobody. */
    private @Nullable StoredEvent counting(EventId id) {
        StoredEvent held = tx.event(id);
        if (held == null || (held.state() != EventState.VOID && held.state() != EventState.VOID_UNREAD)) {
            return held;
        }
        EventId again = new VoidLedger(tx)
                .again(held.event().id(), held.event().key(), held.event().transaction());
        return again == null ? null : tx.event(again);
    }

    private Event event(RecordKey key, Op op, List<EventId> parents, TransactionSpan span) {
        for (EventId parent : parents) {
            StoredEvent seen = parent.device().equals(device) ? null : counting(parent);
            if (seen != null) {
                clock = clock.observe(seen.event().stamp().reading());
            }
        }
        clock = clock.tick(nowMillis);
        lastCounter++;
        return new Event(new EventId(device, lastCounter), key, op, new Stamp(clock.reading(), device), parents, span);
    }
}
