package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.sqlite.SqlDatabase.ConstraintException;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlStatement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a store within the transaction that its session is in. */
final class SqliteTransaction extends SqliteReader implements StoreTransaction {
    private final Writer writer;
    private final WriterCache cache;
    private final IndexWriter indexes;
    private final RecordWriter records;
    private long observedReading = -1;

    SqliteTransaction(Session session, Writer writer, WriterCache cache) {
        super(session);
        this.writer = writer;
        this.cache = cache;
        this.indexes = new IndexWriter(session, cache);
        this.records = new RecordWriter(session, cache, indexes);
    }

    /** A statement that changes something. */
    private SqlStatement change(Sql sql) {
        return session().statement(sql);
    }

    /** Writes what has been kept back; the last step before the commit. */
    void finish() {
        if (observedReading >= 0) {
            change(Sql.SET_OBSERVED).bind(1, observedReading).update();
            cache.storeRow = new StoreRow(identity(), observedReading);
        }
    }

    @Override
    public void surviveLossOfPower() {
        session();
        writer.surviveLossOfPower();
    }

    // Identity and clock: read for every event, so they are kept from one transaction to the next.

    @Override
    StoreRow storeRow() {
        session().setUsed(true);
        StoreRow row = cache.storeRow;
        if (row == null) {
            row = super.storeRow();
            cache.storeRow = row;
        }
        return row;
    }

    @Override
    public void setIdentity(StoreIdentity identity) {
        StoreRow row = storeRow();
        if (row.identity() != null && !row.identity().equals(identity)) {
            throw new IllegalStateException(
                    "this store belongs to device " + row.identity().device() + " already");
        }
        long device = session().ordinalFor(identity.device());
        change(Sql.SET_IDENTITY)
                .bind(1, identity.space().toByteArray())
                .bind(2, device)
                .update();
        cache.storeRow = new StoreRow(identity, row.observedReading());
        cache.ownHead = null;
    }

    @Override
    public void replaceIdentity(StoreIdentity identity) {
        StoreIdentity before = storeRow().identity();
        if (before == null || !before.space().equals(identity.space())) {
            throw new IllegalStateException("only another device of the same space can take this store over");
        }
        if (!before.equals(identity) && ownHead().counter() > sealedCounter()) {
            throw new IllegalStateException(
                    "the former device has events in no envelope; they are to be removed first");
        }
        long device = session().ordinalFor(identity.device());
        change(Sql.SET_IDENTITY)
                .bind(1, identity.space().toByteArray())
                .bind(2, device)
                .update();
        cache.storeRow = new StoreRow(identity, storeRow().observedReading());
        cache.ownHead = null;
        writer.settleOrigin();
    }

    @Override
    public OwnHead ownHead() {
        session().setUsed(true);
        OwnHead head = cache.ownHead;
        if (head == null) {
            head = super.ownHead();
            cache.ownHead = head;
        }
        return head;
    }

    @Override
    public long observedReading() {
        return Math.max(observedReading, super.observedReading());
    }

    /** Written once, at the end: a batch brings thousands. */
    @Override
    public void observe(long reading) {
        if (reading > observedReading()) {
            observedReading = reading;
        }
    }

    // Records

    private RecordWriter records() {
        session(); // not once the transaction has ended
        return records;
    }

    @Override
    void found(RecordKey key, long number, boolean conflicted) {
        records().found(key, number, conflicted);
    }

    @Override
    public void setRecord(RecordKey key, RecordState state) {
        records().set(key, state);
    }

    // Indexes

    @Override
    List<IndexRows.Kept> keptIndexes(String collection) {
        return indexes.of(session().ordinalOfCollection(collection));
    }

    @Override
    public void addIndex(String collection, Index index) {
        indexes.add(session().ordinalForCollection(RecordKey.requireCollection(collection)), index);
    }

    @Override
    public boolean buildIndex(String collection, Index index, int recordsMax) {
        return indexes.build(session().ordinalOfCollection(collection), index, recordsMax);
    }

    @Override
    public boolean removeIndex(String collection, Index index, int entriesMax) {
        return indexes.remove(session().ordinalOfCollection(collection), index, entriesMax);
    }

    // Events

    @Override
    public void addEvent(Event event, EventState state) {
        long row = records().eventRow(event.id());
        if (row == 0) {
            throw new IllegalArgumentException(
                    "event " + event.id() + "; counters up to " + Schema.COUNTER_MAX + " are kept");
        }
        long record = records().numberFor(event.key(), row);
        Op op = event.op();
        SqlStatement statement = change(Sql.ADD_EVENT)
                .bind(1, row)
                .bind(2, record)
                .bind(3, Codes.of(state))
                .bind(4, EventColumn.encode(event))
                .bind(5, op.kind() == Op.Kind.DELETE ? null : records().bytes(op.value()));
        try {
            statement.update();
        } catch (ConstraintException heldAlready) {
            throw new IllegalStateException("event " + event.id() + " is held already", heldAlready);
        }
        noteOwn(event);
    }

    private void noteOwn(Event event) {
        OwnHead head = cache.ownHead;
        StoreIdentity identity = identity();
        if (head != null
                && identity != null
                && event.device().equals(identity.device())
                && event.id().counter() > head.counter()) {
            cache.ownHead = new OwnHead(event.id().counter(), event.stamp().reading());
        }
    }

    @Override
    public void setState(DeviceId device, TransactionSpan span, EventState state) {
        long ordinal = session().ordinalOf(device);
        if (ordinal == 0 || span.first() > Schema.COUNTER_MAX) {
            return;
        }
        change(Sql.SET_STATES)
                .bind(1, Codes.of(state))
                .bind(2, Schema.eventRow(ordinal, span.first()))
                .bind(3, Schema.eventRow(ordinal, Math.min(span.last(), Schema.COUNTER_MAX)))
                .update();
    }

    @Override
    public List<Event> removeEvents(DeviceId device, long fromCounter) {
        long ordinal = session().ordinalOf(device);
        List<Event> removed = new ArrayList<>();
        readRange(
                ordinal,
                fromCounter,
                Schema.COUNTER_MAX,
                Integer.MAX_VALUE,
                (stored, valueBytes) -> removed.add(stored.event()));
        removeEnvelopes(device, ordinal, fromCounter);
        if (!removed.isEmpty()) {
            change(Sql.REMOVE_EVENTS)
                    .bind(1, Schema.eventRow(ordinal, fromCounter))
                    .bind(2, Schema.eventRow(ordinal, Schema.COUNTER_MAX))
                    .update();
        }
        cache.ownHead = null;
        return removed;
    }

    private void removeEnvelopes(DeviceId device, long ordinal, long fromCounter) {
        EnvelopeChain chain = chain(device);
        if (chain == null || chain.lastCounter() < fromCounter) {
            return;
        }
        for (Sql sql : List.of(Sql.REMOVE_ENVELOPES_FROM_OUTBOX, Sql.REMOVE_ENVELOPES_FROM_LOG, Sql.REMOVE_ENVELOPES)) {
            change(sql).bind(1, ordinal).bind(2, fromCounter).update();
        }
        long lastCounter = 0;
        byte[] lastHash = null;
        try (SqlRows rows =
                session().statement(Sql.ENVELOPE_LAST).bind(1, ordinal).query()) {
            if (rows.next()) {
                lastCounter = rows.longAt(1);
                lastHash = rows.bytesAt(2);
            }
        }
        if (lastCounter >= fromCounter) {
            throw new IllegalStateException("an envelope goes on beyond counter " + (fromCounter - 1));
        }
        change(Sql.SET_CHAIN)
                .bind(1, chain.authorKey())
                .bind(2, lastCounter)
                .bind(3, lastHash)
                .bind(4, chain.lastSeenMillis())
                .bind(5, ordinal)
                .update();
    }

    // Envelopes and outbox

    @Override
    public void addEnvelope(Envelope envelope, long nowMillis) {
        EnvelopeHeader header = envelope.header();
        EnvelopeChain chain = chain(header.device());
        long lastCounter = chain == null ? 0 : chain.lastCounter();
        EnvelopeHash lastHash = chain == null ? EnvelopeHash.NONE : chain.lastHash();
        if (header.firstCounter() != lastCounter + 1 || !header.previous().equals(lastHash)) {
            throw new IllegalStateException(
                    envelope + " does not follow counter " + lastCounter + " of its device's chain");
        }
        long device = session().ordinalFor(header.device());
        change(Sql.ADD_ENVELOPE)
                .bind(1, device)
                .bind(2, header.firstCounter())
                .bind(3, header.eventCount())
                .bind(4, envelope.hash().toByteArray())
                .bind(5, envelope.toByteArray())
                .update();
        change(Sql.SET_CHAIN)
                .bind(1, chain == null ? header.authorKey() : chain.authorKey())
                .bind(2, header.lastCounter())
                .bind(3, envelope.hash().toByteArray())
                .bind(4, nowMillis)
                .bind(5, device)
                .update();
    }

    @Override
    public void addToOutbox(String remote, EnvelopeHash hash) {
        long sequence = sequenceOf(hash);
        if (sequence == 0) {
            throw new IllegalStateException("envelope " + hash + " is not kept");
        }
        long ordinal = session().ordinalForRemote(remote);
        change(Sql.ADD_TO_OUTBOX).bind(1, ordinal).bind(2, sequence).update();
    }

    @Override
    public int addMissingToOutbox(String remote, Map<DeviceId, Long> heads) {
        Map<Long, Long> missing = new LinkedHashMap<>();
        try (SqlRows rows = session().statement(Sql.CHAINS).query()) {
            while (rows.next()) {
                EnvelopeChain chain = Rows.decode(() -> Rows.chain(rows));
                long head = Math.max(0, heads.getOrDefault(chain.device(), 0L));
                if (head < chain.lastCounter()) {
                    missing.put(rows.longAt(1), head);
                }
            }
        }
        int added = 0;
        for (Map.Entry<Long, Long> device : missing.entrySet()) {
            long head = device.getValue();
            added += change(Sql.ADD_MISSING_TO_OUTBOX)
                    .bind(1, session().ordinalForRemote(remote))
                    .bind(2, device.getKey())
                    .bind(3, head - EnvelopeHeader.EVENTS_MAX) // none that begins as early ends above the head
                    .bind(4, head + 1)
                    .update();
        }
        return added;
    }

    @Override
    public void removeFromOutbox(String remote, Collection<EnvelopeHash> hashes) {
        long ordinal = session().ordinalOfRemote(remote);
        if (ordinal == 0) {
            return;
        }
        for (EnvelopeHash hash : hashes) {
            change(Sql.REMOVE_FROM_OUTBOX)
                    .bind(1, ordinal)
                    .bind(2, hash.toByteArray())
                    .update();
        }
    }

    @Override
    public void markInLog(String remote, Collection<EnvelopeHash> hashes) {
        long ordinal = session().ordinalForRemote(remote);
        for (EnvelopeHash hash : hashes) {
            change(Sql.MARK_IN_LOG).bind(1, ordinal).bind(2, hash.toByteArray()).update();
        }
    }

    @Override
    public void forgetLog(String remote) {
        change(Sql.FORGET_LOG).bind(1, session().ordinalForRemote(remote)).update();
    }

    // What devices said and did

    @Override
    public void setSeenHead(SeenHead head) {
        change(Sql.SET_SEEN_HEAD)
                .bind(1, session().ordinalFor(head.author()))
                .bind(2, session().ordinalFor(head.device()))
                .bind(3, head.counter())
                .bind(4, head.hash().toByteArray())
                .update();
    }

    @Override
    public void setIncident(Incident incident) {
        DeviceId device = incident.device();
        change(Sql.SET_INCIDENT)
                .bind(1, incident.kind().name())
                .bind(2, device == null ? new byte[0] : device.toByteArray())
                .bind(3, incident.detail())
                .bind(4, incident.open() ? 1 : 0)
                .bind(5, incident.firstMillis())
                .bind(6, incident.lastMillis())
                .bind(7, incident.count())
                .update();
    }

    @Override
    public void removeIncidents() {
        change(Sql.REMOVE_INCIDENTS).update();
    }

    // The rest

    @Override
    public void setCursor(String remote, @Nullable Cursor cursor) {
        long ordinal = session().ordinalForRemote(remote);
        change(Sql.SET_CURSOR)
                .bind(1, cursor == null ? null : cursor.log().value())
                .bind(2, cursor == null ? 0 : cursor.position())
                .bind(3, cursor == null ? null : cursor.prefix().toByteArray())
                .bind(4, ordinal)
                .update();
    }

    @Override
    public void setNote(String name, @Nullable String text) {
        if (text == null) {
            change(Sql.REMOVE_NOTE).bind(1, name).update();
        } else {
            change(Sql.SET_NOTE).bind(1, name).bind(2, text).update();
        }
    }

    @Override
    public void setOutcome(String remote, SyncOutcome outcome) {
        long ordinal = session().ordinalForRemote(remote);
        change(Sql.SET_OUTCOME)
                .bind(1, outcome.lastSuccessMillis())
                .bind(2, outcome.blockedBy().name())
                .bind(3, outcome.detail())
                .bind(4, outcome.clockOffsetMillis())
                .bind(5, ordinal)
                .update();
    }

    @Override
    public void addToQuarantine(QuarantineItem item, byte @Nullable [] bytes) {
        if (bindQuarantined(change(Sql.SET_QUARANTINED), item, bytes).update() == 0) {
            bindQuarantined(change(Sql.ADD_QUARANTINED), item, bytes).update();
        }
    }

    private static SqlStatement bindQuarantined(SqlStatement statement, QuarantineItem item, byte @Nullable [] bytes) {
        DeviceId author = item.author();
        return statement
                .bind(1, item.reason().name())
                .bind(2, author == null ? null : author.toByteArray())
                .bind(3, item.firstCounter())
                .bind(4, item.eventCount())
                .bind(5, item.detail())
                .bind(6, item.sinceMillis())
                .bind(7, bytes)
                .bind(8, item.id());
    }

    @Override
    public void removeFromQuarantine(String itemId) {
        change(Sql.REMOVE_QUARANTINED).bind(1, itemId).update();
    }
}
