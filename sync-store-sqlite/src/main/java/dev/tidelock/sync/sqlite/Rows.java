package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import dev.tidelock.sync.status.BlockedBy;
import java.nio.BufferUnderflowException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Rows to values. What makes no value is a damaged database. */
final class Rows {
    private Rows() {}

    /** Reads a value; whatever the model refuses was not written by this library. */
    @FunctionalInterface
    interface Decoding<T> {
        T decode();
    }

    static <T> T decode(Decoding<T> decoding) {
        try {
            return decoding.decode();
        } catch (IllegalArgumentException
                | NullPointerException
                | IndexOutOfBoundsException
                | BufferUnderflowException malformed) {
            throw new StoreException(
                    Kind.CORRUPT,
                    "the database holds something that nobody wrote: " + malformed.getMessage(),
                    malformed);
        }
    }

    static String text(SqlRows rows, int column) {
        return Objects.requireNonNull(rows.textAt(column), "a column without text");
    }

    static byte[] bytes(SqlRows rows, int column) {
        return Objects.requireNonNull(rows.bytesAt(column), "a column without bytes");
    }

    /** A row of {@link Sql#RECORD}. */
    static RecordState record(SqlRows rows, List<Conflict> conflicts) {
        RecordState fold = FoldColumn.decode(bytes(rows, 2));
        byte[] value = rows.bytesAt(3);
        return new RecordState(
                value == null ? null : JsonValue.parse(value),
                fold.valueStamp(),
                fold.heads(),
                fold.latest(),
                conflicts);
    }

    /** The columns of {@link Sql#EVENTS_OF_RECORD}. */
    static ListedEvent listedEvent(long row, byte[] head, byte @Nullable [] value, RecordKey key, Session session) {
        Op.Kind kind = EventColumn.kindOf(head);
        EventId id = eventId(row, session);
        boolean isLeftOut = value == null && kind != Op.Kind.DELETE;
        return isLeftOut
                ? ListedEvent.withoutValue(EventColumn.decodeLinks(head, id, key), kind)
                : ListedEvent.whole(EventColumn.decode(head, id, key, value));
    }

    private static EventId eventId(long row, Session session) {
        return new EventId(session.deviceOf(Schema.ordinalOf(row)), Schema.counterOf(row));
    }

    /** A row of {@link Sql#EVENTS_IN_RANGE}. */
    static StoredEvent event(SqlRows rows, RecordKey key, Session session) {
        EventId id = eventId(rows.longAt(1), session);
        Event event = EventColumn.decode(bytes(rows, 3), id, key, rows.bytesAt(4));
        return new StoredEvent(event, Codes.state(rows.longAt(2)));
    }

    /** The key of an event of {@link Sql#EVENTS_IN_RANGE}. */
    static RecordKey eventKey(SqlRows rows, Session session) {
        return new RecordKey(session.collectionOf(rows.longAt(5)), text(rows, 6));
    }

    /** The columns of {@link Sql#RECORD_CONFLICTS}, with which {@link Sql#CONFLICTS} begins. */
    static Conflict conflict(SqlRows rows, RecordKey key) {
        return new Conflict(
                new EventId(DeviceId.of(bytes(rows, 1)), rows.longAt(2)),
                EventIds.decode(bytes(rows, 7)),
                key,
                Codes.kind(rows.longAt(3)),
                JsonValue.parse(bytes(rows, 8)),
                new Stamp(rows.longAt(4), DeviceId.of(bytes(rows, 5))),
                EventIds.decode(bytes(rows, 6)).get(0));
    }

    /** The columns of {@link Sql#CHAIN}, the ordinal left out. */
    static EnvelopeChain chain(SqlRows rows) {
        return new EnvelopeChain(
                DeviceId.of(bytes(rows, 2)),
                bytes(rows, 3),
                rows.longAt(4),
                EnvelopeHash.of(bytes(rows, 5)),
                rows.longAt(6));
    }

    static QuarantineItem quarantined(SqlRows rows) {
        byte[] author = rows.bytesAt(3);
        return new QuarantineItem(
                text(rows, 1),
                QuarantineItem.Reason.valueOf(text(rows, 2)),
                author == null ? null : DeviceId.of(author),
                rows.longAt(4),
                (int) rows.longAt(5),
                text(rows, 6),
                rows.longAt(7));
    }

    /** A row of {@link Sql#SEEN_HEADS}. */
    static SeenHead seenHead(SqlRows rows, Session session) {
        return new SeenHead(
                session.deviceOf(rows.longAt(1)),
                session.deviceOf(rows.longAt(2)),
                rows.longAt(3),
                EnvelopeHash.of(bytes(rows, 4)));
    }

    /** A row of {@link Sql#INCIDENTS}; an empty device stands for none. */
    static Incident incident(SqlRows rows) {
        byte[] device = bytes(rows, 2);
        return new Incident(
                Incident.Kind.valueOf(text(rows, 1)),
                device.length == 0 ? null : DeviceId.of(device),
                text(rows, 3),
                rows.longAt(4) != 0,
                rows.longAt(5),
                rows.longAt(6),
                rows.longAt(7));
    }

    static SyncOutcome outcome(SqlRows rows) {
        String blockedBy = rows.textAt(2);
        return blockedBy == null
                ? SyncOutcome.NEVER
                : new SyncOutcome(rows.longAt(1), BlockedBy.valueOf(blockedBy), text(rows, 3), rows.longAt(4));
    }
}
