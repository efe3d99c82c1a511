package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.sqlite.SqlDatabase.ConstraintException;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlStatement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes records, their entries in the conflict log and in the indexes, within the transaction that its session is in. */
final class RecordWriter {
    private static final int FOUND_MAX = 10_000;

    private final Session session;
    private final WriterCache cache;
    private final IndexWriter indexes;
    private final ValueBytes values = new ValueBytes();
    private final Map<RecordKey, Found> found = new HashMap<>();

    /** A record's number, 0 if there is none; and whether it has entries in the conflict log. */
    private record Found(long number, boolean conflicted) {}

    RecordWriter(Session session, WriterCache cache, IndexWriter indexes) {
        this.session = session;
        this.cache = cache;
        this.indexes = indexes;
    }

    /** What is known of a record from now on. */
    void found(RecordKey key, long number, boolean conflicted) {
        if (found.size() >= FOUND_MAX) {
            found.clear();
        }
        found.put(key, new Found(number, conflicted));
    }

    private Found find(RecordKey key) {
        Found known = found.get(key);
        if (known != null) {
            return known;
        }
        long collection = session.ordinalOfCollection(key.collection());
        long number = 0;
        boolean conflicted = false;
        if (collection != 0) {
            try (SqlRows rows = session.statement(Sql.RECORD_NUMBER)
                    .bind(1, collection)
                    .bind(2, key.id())
                    .query()) {
                if (rows.next()) {
                    number = rows.longAt(1);
                    conflicted = Rows.decode(() -> FoldColumn.isConflicted(Rows.bytes(rows, 2)));
                }
            }
        }
        found(key, number, conflicted);
        return new Found(number, conflicted);
    }

    void set(RecordKey key, RecordState state) {
        Found before = find(key);
        boolean conflicted = !state.conflicts().isEmpty();
        long number = before.number();
        List<IndexRows.Kept> kept = indexes.of(session.ordinalOfCollection(key.collection()));
        JsonValue indexed = kept.isEmpty() || number == 0 ? null : valueOf(number);
        if (number == 0) {
            List<EventId> heads = state.heads();
            number = addRecord(key, state, heads.isEmpty() ? 0 : eventRow(heads.get(0)));
        } else {
            session.statement(Sql.SET_RECORD)
                    .bind(1, FoldColumn.encode(state))
                    .bind(2, values.of(state.value()))
                    .bind(3, number)
                    .update();
        }
        found(key, number, conflicted);
        if (!kept.isEmpty()) {
            indexes.change(kept, number, key.id(), indexed, state.value());
        }
        if (before.conflicted()) {
            session.statement(Sql.REMOVE_CONFLICTS).bind(1, number).update();
        }
        for (Conflict conflict : state.conflicts()) {
            addConflict(number, conflict);
        }
    }

    private @Nullable JsonValue valueOf(long number) {
        try (SqlRows rows = session.statement(Sql.RECORD_VALUE).bind(1, number).query()) {
            byte[] value = rows.next() ? rows.bytesAt(1) : null;
            return value == null ? null : Rows.decode(() -> JsonValue.parse(value));
        }
    }

    /** Adds a record, and gives its number: that of one of its events if it is free, see {@link Schema}. */
    private long addRecord(RecordKey key, RecordState state, long event) {
        SqlStatement statement = session.statement(Sql.ADD_RECORD)
                .bind(1, FoldColumn.encode(state))
                .bind(2, values.of(state.value()))
                .bind(3, event)
                .bind(4, session.ordinalForCollection(key.collection()))
                .bind(5, key.id());
        if (event != 0) {
            try {
                statement.update();
                return event;
            } catch (ConstraintException taken) {
                return addRecord(key, state, 0);
            }
        }
        long number = nextPlainNumber();
        statement.bind(3, number).update();
        return number;
    }

    private long nextPlainNumber() {
        long last = cache.lastPlainNumber;
        if (last < 0) {
            last = session.queryLong(session.statement(Sql.LAST_PLAIN_NUMBER));
        }
        cache.lastPlainNumber = last + 1;
        return last + 1;
    }

    private void addConflict(long record, Conflict conflict) {
        session.statement(Sql.ADD_CONFLICT)
                .bind(1, record)
                .bind(2, conflict.id().device().toByteArray())
                .bind(3, conflict.id().counter())
                .bind(4, Codes.of(conflict.kind()))
                .bind(5, conflict.stamp().reading())
                .bind(6, conflict.stamp().device().toByteArray())
                .bind(7, EventIds.encode(List.of(conflict.winner())))
                .bind(8, EventIds.encode(conflict.losing()))
                .bind(9, conflict.value().toUtf8())
                .update();
    }

    /** The row id of an event; 0 if its counter is too high to be kept. */
    long eventRow(EventId id) {
        return id.counter() > Schema.COUNTER_MAX ? 0 : Schema.eventRow(session.ordinalFor(id.device()), id.counter());
    }

    /**
     * The number of a record; if there is none yet, one is added, for the event that is its first.
     *
     * @param event the row id of that
     */
    long numberFor(RecordKey key, long event) {
        long number = find(key).number();
        if (number == 0) {
            number = addRecord(key, RecordState.ABSENT, event);
            found(key, number, false);
        }
        return number;
    }

    /** A value as it is kept. */
    byte @Nullable [] bytes(@Nullable JsonValue value) {
        return values.of(value);
    }
}
