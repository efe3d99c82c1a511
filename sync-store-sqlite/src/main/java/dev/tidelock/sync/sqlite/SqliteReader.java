package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.PlacedEnvelope;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a store within the transaction that its session is in: its records, and everything else. */
class SqliteReader extends SqliteRecordReader {
    SqliteReader(Session session) {
        super(session);
    }

    // Events by identity

    @Override
    public @Nullable StoredEvent event(EventId id) {
        List<StoredEvent> found = new ArrayList<>(1);
        long ordinal = session().ordinalOf(id.device());
        readRange(ordinal, id.counter(), id.counter(), 1, (stored, valueBytes) -> found.add(stored));
        return found.isEmpty() ? null : found.get(0);
    }

    @Override
    public List<StoredEvent> transaction(DeviceId device, TransactionSpan span) {
        List<StoredEvent> held = new ArrayList<>();
        readRange(
                session().ordinalOf(device),
                span.first(),
                span.last(),
                span.size(),
                (stored, valueBytes) -> held.add(stored));
        return held;
    }

    /** Sees one event after another, and says whether it wants more. */
    interface EventVisitor {
        boolean visit(StoredEvent stored, long valueBytes);
    }

    final void readRange(long device, long first, long last, int countMax, EventVisitor visitor) {
        if (device == 0 || first > Schema.COUNTER_MAX) {
            return;
        }
        Session session = session();
        try (SqlRows rows = session.statement(Sql.EVENTS_IN_RANGE)
                .bind(1, Schema.eventRow(device, first))
                .bind(2, Schema.eventRow(device, Math.min(last, Schema.COUNTER_MAX)))
                .bind(3, countMax)
                .query()) {
            boolean more = true;
            while (more && rows.next()) {
                StoredEvent stored = Rows.decode(() -> Rows.event(rows, Rows.eventKey(rows, session), session));
                more = visitor.visit(stored, rows.longAt(7));
            }
        }
    }

    /** The ordinal of this device; 0 if the store is new. */
    final long ownOrdinal() {
        StoreIdentity identity = identity();
        return identity == null ? 0 : session().ordinalOf(identity.device());
    }

    @Override
    public OwnHead ownHead() {
        long own = ownOrdinal();
        if (own == 0) {
            return OwnHead.NONE;
        }
        try (SqlRows rows = session()
                .statement(Sql.LAST_EVENT_IN_RANGE)
                .bind(1, Schema.eventRow(own, 1))
                .bind(2, Schema.eventRow(own, Schema.COUNTER_MAX))
                .query()) {
            return rows.next()
                    ? Rows.decode(() ->
                            new OwnHead(Schema.counterOf(rows.longAt(1)), EventColumn.readingOf(Rows.bytes(rows, 2))))
                    : OwnHead.NONE;
        }
    }

    /** Up to which counter this device's events are in envelopes. */
    final long sealedCounter() {
        StoreIdentity identity = identity();
        EnvelopeChain own = identity == null ? null : chain(identity.device());
        return own == null ? 0 : own.lastCounter();
    }

    @Override
    public List<Event> unsealed(int countMax, long valueBytesMax) {
        List<Event> events = new ArrayList<>();
        long[] bytes = {0};
        int limit = Math.max(1, countMax);
        readRange(ownOrdinal(), sealedCounter() + 1, Schema.COUNTER_MAX, limit, (stored, valueBytes) -> {
            bytes[0] += valueBytes;
            boolean fits = events.isEmpty() || bytes[0] <= valueBytesMax;
            if (fits) {
                events.add(stored.event());
            }
            return fits;
        });
        return events;
    }

    // Envelopes

    @Override
    public @Nullable EnvelopeChain chain(DeviceId device) {
        try (SqlRows rows =
                session().statement(Sql.CHAIN).bind(1, device.toByteArray()).query()) {
            return rows.next() ? Rows.decode(() -> Rows.chain(rows)) : null;
        }
    }

    @Override
    public List<EnvelopeChain> chains() {
        List<EnvelopeChain> chains = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.CHAINS).query()) {
            while (rows.next()) {
                chains.add(Rows.decode(() -> Rows.chain(rows)));
            }
        }
        return chains;
    }

    @Override
    public @Nullable EnvelopeHash envelopeAt(DeviceId device, long firstCounter) {
        long ordinal = session().ordinalOf(device);
        try (SqlRows rows = session()
                .statement(Sql.ENVELOPE_AT)
                .bind(1, ordinal)
                .bind(2, firstCounter)
                .query()) {
            return rows.next() ? Rows.decode(() -> EnvelopeHash.of(Rows.bytes(rows, 1))) : null;
        }
    }

    @Override
    public boolean hasEnvelope(EnvelopeHash hash) {
        return sequenceOf(hash) != 0;
    }

    /** Where an envelope stands in the order of holding; 0 if it is not held. */
    final long sequenceOf(EnvelopeHash hash) {
        return session().queryLong(session().statement(Sql.ENVELOPE_SEQ).bind(1, hash.toByteArray()));
    }

    @Override
    public @Nullable Envelope envelope(EnvelopeHash hash) {
        try (SqlRows rows =
                session().statement(Sql.ENVELOPE).bind(1, hash.toByteArray()).query()) {
            return rows.next() ? Rows.decode(() -> Envelope.parse(Rows.bytes(rows, 1))) : null;
        }
    }

    @Override
    public List<PlacedEnvelope> missing(Map<DeviceId, Long> known, long afterPlace, int countMax, long bytesMax) {
        TreeSet<Long> places = new TreeSet<>();
        int limit = Math.max(1, countMax);
        for (EnvelopeChain chain : chains()) {
            long head = Math.max(0, known.getOrDefault(chain.device(), 0L));
            if (head < chain.lastCounter()) {
                readPlaces(chain.device(), head, afterPlace, limit, places);
            }
        }
        List<PlacedEnvelope> envelopes = new ArrayList<>();
        long bytes = 0;
        for (long place : places) {
            Envelope envelope = envelopeIn(place);
            bytes += envelope.length();
            if (!envelopes.isEmpty() && (envelopes.size() >= limit || bytes > bytesMax)) {
                break;
            }
            envelopes.add(new PlacedEnvelope(place, envelope));
        }
        return envelopes;
    }

    /** A device's envelopes come in the order of its counters, so its first ones are enough. */
    private void readPlaces(DeviceId device, long head, long afterPlace, int limit, Set<Long> places) {
        try (SqlRows rows = session()
                .statement(Sql.ENVELOPE_PLACES)
                .bind(1, session().ordinalOf(device))
                .bind(2, head - EnvelopeHeader.EVENTS_MAX) // none that begins as early ends above the head
                .bind(3, head + 1)
                .bind(4, afterPlace)
                .bind(5, limit)
                .query()) {
            while (rows.next()) {
                places.add(rows.longAt(1));
            }
        }
    }

    private Envelope envelopeIn(long place) {
        try (SqlRows rows =
                session().statement(Sql.ENVELOPE_IN_PLACE).bind(1, place).query()) {
            if (!rows.next()) {
                throw new IllegalStateException("an envelope that the index names is not there");
            }
            return Rows.decode(() -> Envelope.parse(Rows.bytes(rows, 1)));
        }
    }

    // Outbox

    @Override
    public List<Envelope> outbox(String remote, Set<DeviceId> except, int countMax, long bytesMax) {
        List<Envelope> envelopes = new ArrayList<>();
        long ordinal = session().ordinalOfRemote(remote);
        Set<Long> passedOver = new HashSet<>();
        except.forEach(device -> passedOver.add(session().ordinalOf(device)));
        long bytes = 0;
        try (SqlRows rows = session().statement(Sql.OUTBOX).bind(1, ordinal).query()) {
            while (rows.next()) {
                if (passedOver.contains(rows.longAt(1))) {
                    continue;
                }
                bytes += rows.longAt(2);
                if (!envelopes.isEmpty() && (envelopes.size() >= countMax || bytes > bytesMax)) {
                    break;
                }
                envelopes.add(Rows.decode(() -> Envelope.parse(Rows.bytes(rows, 3))));
            }
        }
        return envelopes;
    }

    @Override
    public long pendingEvents(String remote) {
        long own = ownOrdinal();
        if (own == 0) {
            return 0;
        }
        // This device numbers its events without gaps, so nothing needs to be counted.
        long unsealed = Math.max(0, ownHead().counter() - sealedCounter());
        long ordinal = session().ordinalOfRemote(remote);
        return unsealed
                + session()
                        .queryLong(session()
                                .statement(Sql.OUTBOX_EVENTS)
                                .bind(1, ordinal)
                                .bind(2, own));
    }

    @Override
    public long outboxCount(String remote) {
        long ordinal = session().ordinalOfRemote(remote);
        return session().queryLong(session().statement(Sql.OUTBOX_COUNT).bind(1, ordinal));
    }

    @Override
    public boolean isInLog(String remote, EnvelopeHash hash) {
        long ordinal = session().ordinalOfRemote(remote);
        return session()
                        .queryLong(
                                session().statement(Sql.IN_LOG).bind(1, ordinal).bind(2, hash.toByteArray()))
                != 0;
    }

    // What devices said and did

    @Override
    public List<SeenHead> seenHeads() {
        List<SeenHead> heads = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.SEEN_HEADS).query()) {
            while (rows.next()) {
                heads.add(Rows.decode(() -> Rows.seenHead(rows, session())));
            }
        }
        return heads;
    }

    @Override
    public List<Incident> incidents() {
        List<Incident> incidents = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.INCIDENTS).query()) {
            while (rows.next()) {
                incidents.add(Rows.decode(() -> Rows.incident(rows)));
            }
        }
        return incidents;
    }

    // The rest

    @Override
    public @Nullable Cursor cursor(String remote) {
        try (SqlRows rows = session().statement(Sql.CURSOR).bind(1, remote).query()) {
            if (!rows.next() || rows.textAt(1) == null) {
                return null;
            }
            return Rows.decode(() ->
                    new Cursor(new LogId(Rows.text(rows, 1)), rows.longAt(2), EnvelopeHash.of(Rows.bytes(rows, 3))));
        }
    }

    @Override
    public @Nullable String note(String name) {
        try (SqlRows rows = session().statement(Sql.NOTE).bind(1, name).query()) {
            return rows.next() ? Rows.decode(() -> Rows.text(rows, 1)) : null;
        }
    }

    @Override
    public SyncOutcome outcome(String remote) {
        try (SqlRows rows = session().statement(Sql.OUTCOME).bind(1, remote).query()) {
            return rows.next() ? Rows.decode(() -> Rows.outcome(rows)) : SyncOutcome.NEVER;
        }
    }

    @Override
    public List<QuarantineItem> quarantine() {
        List<QuarantineItem> items = new ArrayList<>();
        try (SqlRows rows = session().statement(Sql.QUARANTINE).query()) {
            while (rows.next()) {
                items.add(Rows.decode(() -> Rows.quarantined(rows)));
            }
        }
        return items;
    }

    @Override
    public @Nullable QuarantineItem quarantined(String itemId) {
        try (SqlRows rows = session().statement(Sql.QUARANTINED).bind(1, itemId).query()) {
            return rows.next() ? Rows.decode(() -> Rows.quarantined(rows)) : null;
        }
    }

    @Override
    public long quarantineCount() {
        return session().queryLong(session().statement(Sql.QUARANTINE_COUNT));
    }

    @Override
    public long heldCount() {
        return session().queryLong(session().statement(Sql.HELD_COUNT));
    }

    @Override
    public byte @Nullable [] quarantinedBytes(String itemId) {
        try (SqlRows rows =
                session().statement(Sql.QUARANTINED_BYTES).bind(1, itemId).query()) {
            return rows.next() ? rows.bytesAt(1) : null;
        }
    }
}
