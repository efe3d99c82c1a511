package dev.tidelock.sync.sqlite;

/**
 * Every statement that a store runs again and again. The dialect is that of SQLite 3.18, which Android 8 ships: no {@code ON CONFLICT DO UPDATE},
 * no {@code RETURNING}, no window functions. Tables are in {@link Schema}.
 *
 * <p>{@code CROSS JOIN} is an inner join whose order SQLite keeps.
 */
enum Sql {
    BEGIN_READ("BEGIN"),
    BEGIN_WRITE("BEGIN IMMEDIATE"),
    COMMIT("COMMIT"),
    ROLLBACK("ROLLBACK"),
    /** Changes when another connection has committed something, and is this connection's own number otherwise. */
    DATA_VERSION("PRAGMA data_version"),

    STORE("SELECT s.space, s.observed, d.id FROM store s LEFT JOIN devices d ON d.ordinal = s.device"),
    SET_IDENTITY("UPDATE store SET space = ?, device = ?"),
    SET_OBSERVED("UPDATE store SET observed = ?"),
    BARRIER("UPDATE store SET barriers = barriers + 1"),
    BARRIERS("SELECT barriers FROM store"),
    PLACE("SELECT place FROM store"),
    SETTLE("UPDATE store SET place = ?, barriers = max(barriers, ?)"),

    DEVICE_ORDINAL("SELECT ordinal FROM devices WHERE id = ?"),
    DEVICE_ID("SELECT id FROM devices WHERE ordinal = ?"),
    ADD_DEVICE("INSERT INTO devices (id) VALUES (?)"),
    COLLECTION_ORDINAL("SELECT ordinal FROM collections WHERE name = ?"),
    COLLECTION_NAME("SELECT name FROM collections WHERE ordinal = ?"),
    ADD_COLLECTION("INSERT INTO collections (name) VALUES (?)"),
    REMOTE_ORDINAL("SELECT ordinal FROM remotes WHERE name = ?"),
    ADD_REMOTE("INSERT INTO remotes (name) VALUES (?)"),

    RECORD("SELECT number, fold, value FROM records WHERE collection = ? AND id = ?"),
    RECORD_NUMBER("SELECT number, fold FROM records WHERE collection = ? AND id = ?"),
    LAST_PLAIN_NUMBER("SELECT max(number) FROM records WHERE number <= " + Schema.COUNTER_MAX),
    ADD_RECORD("INSERT INTO records (fold, value, number, collection, id) VALUES (?, ?, ?, ?, ?)"),
    SET_RECORD("UPDATE records SET fold = ?, value = ? WHERE number = ?"),
    RECORDS_PAGE(
            "SELECT id, value FROM records WHERE collection = ? AND id > ? AND value IS NOT NULL ORDER BY id LIMIT ?"),
    RECORD_IDS("SELECT id FROM records WHERE collection = ? AND id > ? AND value IS NOT NULL ORDER BY id LIMIT ?"),
    RECORDS_FROM(
            "SELECT id, value FROM records WHERE collection = ? AND id >= ? AND value IS NOT NULL ORDER BY id LIMIT ?"),
    RECORD_VALUE("SELECT value FROM records WHERE number = ?"),
    RECORD_COUNT("SELECT count(*) FROM records WHERE value IS NOT NULL"),
    COLLECTIONS("SELECT ordinal, name FROM collections ORDER BY name"),
    COLLECTIONS_WITH_A_VALUE("SELECT name FROM collections c WHERE EXISTS"
            + " (SELECT 1 FROM records r WHERE r.collection = c.ordinal AND r.value IS NOT NULL) ORDER BY name"),

    INDEXES("SELECT i.ordinal, i.collection, i.definition, i.built_to, c.name"
            + " FROM indexes i CROSS JOIN collections c ON c.ordinal = i.collection ORDER BY i.ordinal"),
    ADD_INDEX("INSERT INTO indexes (collection, definition, built_to) VALUES (?, ?, '')"),
    SET_INDEX_BUILT("UPDATE indexes SET built_to = ? WHERE ordinal = ?"),
    REMOVE_INDEX("DELETE FROM indexes WHERE ordinal = ?"),
    RECORDS_TO_INDEX("SELECT number, id, value FROM records WHERE collection = ? AND id > ? AND value IS NOT NULL"
            + " ORDER BY id LIMIT ?"),
    ENTRIES("SELECT e.entry, r.id, r.value FROM index_entries e CROSS JOIN records r ON r.number = e.record"
            + " WHERE e.ordinal = ? AND e.entry >= ? AND e.entry < ? ORDER BY e.entry LIMIT ?"),
    ENTRIES_DESCENDING("SELECT e.entry, r.id, r.value FROM index_entries e CROSS JOIN records r ON r.number = e.record"
            + " WHERE e.ordinal = ? AND e.entry >= ? AND e.entry < ? ORDER BY e.entry DESC LIMIT ?"),
    HAS_ENTRY("SELECT 1 FROM index_entries WHERE ordinal = ? AND entry = ?"),
    ENTRY_COUNT("SELECT count(*) FROM index_entries WHERE ordinal = ?"),
    HAS_ENTRIES("SELECT 1 FROM index_entries WHERE ordinal = ? LIMIT 1"),
    ADD_ENTRY("INSERT OR IGNORE INTO index_entries (ordinal, entry, record) VALUES (?, ?, ?)"),
    REMOVE_ENTRY("DELETE FROM index_entries WHERE ordinal = ? AND entry = ?"),
    REMOVE_ENTRIES("DELETE FROM index_entries WHERE ordinal = ?1 AND entry <= coalesce("
            + "(SELECT entry FROM index_entries WHERE ordinal = ?1 ORDER BY entry LIMIT 1 OFFSET ?2), x'ffff')"),
    REMOVE_ALL_ENTRIES("DELETE FROM index_entries WHERE ordinal = ?"),

    RECORD_CONFLICTS("SELECT device, counter, kind, reading, stamp_device, winner, losing, value FROM conflicts"
            + " WHERE record = ? ORDER BY device, counter"),
    CONFLICTS(
            "SELECT c.device, c.counter, c.kind, c.reading, c.stamp_device, c.winner, c.losing, c.value, r.collection, r.id"
                    + " FROM conflicts c CROSS JOIN records r ON r.number = c.record"
                    + " ORDER BY c.reading, c.stamp_device, c.device, c.counter"),
    CONFLICT_COUNT("SELECT count(*) FROM conflicts"),
    CONFLICT_COUNT_SINCE("SELECT count(*) FROM conflicts WHERE reading >= ?"),
    ADD_CONFLICT("INSERT INTO conflicts (record, device, counter, kind, reading, stamp_device, winner, losing, value)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    REMOVE_CONFLICTS("DELETE FROM conflicts WHERE record = ?"),

    /** A value that is left out is not read from the disk either. */
    EVENTS_OF_RECORD("SELECT id, head, CASE WHEN length(value) <= ?4 THEN value END FROM events"
            + " WHERE record = ?1 AND record <> id AND state = ?2 AND id > ?3"
            + " UNION ALL SELECT id, head, CASE WHEN length(value) <= ?4 THEN value END FROM events"
            + " WHERE id = ?1 AND record = id AND state = ?2 AND id > ?3 ORDER BY id LIMIT ?5"),
    EVENTS_IN_RANGE(
            "SELECT e.id, e.state, e.head, e.value, r.collection, r.id, length(e.value)"
                    + " FROM events e CROSS JOIN records r ON r.number = e.record WHERE e.id BETWEEN ? AND ? ORDER BY e.id LIMIT ?"),
    LAST_EVENT_IN_RANGE("SELECT id, head FROM events WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"),
    ADD_EVENT("INSERT INTO events (id, record, state, head, value) VALUES (?, ?, ?, ?, ?)"),
    REMOVE_EVENTS("DELETE FROM events WHERE id BETWEEN ? AND ?"),
    SET_STATES("UPDATE events SET state = ? WHERE id BETWEEN ? AND ?"),

    CHAIN("SELECT ordinal, id, author_key, last_counter, last_hash, last_seen FROM devices"
            + " WHERE id = ? AND last_hash IS NOT NULL"),
    CHAINS("SELECT ordinal, id, author_key, last_counter, last_hash, last_seen FROM devices"
            + " WHERE last_hash IS NOT NULL ORDER BY id"),
    SET_CHAIN("UPDATE devices SET author_key = ?, last_counter = ?, last_hash = ?, last_seen = ? WHERE ordinal = ?"),

    ENVELOPE("SELECT bytes FROM envelopes WHERE hash = ?"),
    ENVELOPE_SEQ("SELECT seq FROM envelopes WHERE hash = ?"),
    ENVELOPE_PLACES("SELECT seq FROM envelopes WHERE device = ? AND first > ? AND first + count > ? AND seq > ?"
            + " ORDER BY first LIMIT ?"),
    ENVELOPE_IN_PLACE("SELECT bytes FROM envelopes WHERE seq = ?"),
    ENVELOPE_AT("SELECT hash FROM envelopes WHERE device = ? AND first = ?"),
    ADD_ENVELOPE("INSERT INTO envelopes (device, first, count, hash, bytes) VALUES (?, ?, ?, ?, ?)"),

    ENVELOPE_LAST("SELECT first + count - 1, hash FROM envelopes WHERE device = ? ORDER BY first DESC LIMIT 1"),
    REMOVE_ENVELOPES("DELETE FROM envelopes WHERE device = ? AND first >= ?"),
    REMOVE_ENVELOPES_FROM_OUTBOX(
            "DELETE FROM outbox WHERE seq IN (SELECT seq FROM envelopes WHERE device = ? AND first >= ?)"),
    REMOVE_ENVELOPES_FROM_LOG(
            "DELETE FROM in_log WHERE seq IN (SELECT seq FROM envelopes WHERE device = ? AND first >= ?)"),

    IN_LOG("SELECT 1 FROM in_log WHERE remote = ? AND seq = (SELECT seq FROM envelopes WHERE hash = ?)"),
    MARK_IN_LOG("INSERT OR IGNORE INTO in_log (remote, seq) SELECT ?, seq FROM envelopes WHERE hash = ?"),
    FORGET_LOG("DELETE FROM in_log WHERE remote = ?"),
    SEEN_HEADS("SELECT author, device, counter, hash FROM seen_heads"),
    SET_SEEN_HEAD("INSERT OR REPLACE INTO seen_heads (author, device, counter, hash) VALUES (?, ?, ?, ?)"),
    INCIDENTS("SELECT kind, device, detail, open, first, last, count FROM incidents ORDER BY first, kind, device"),
    SET_INCIDENT("INSERT OR REPLACE INTO incidents (kind, device, detail, open, first, last, count)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)"),
    REMOVE_INCIDENTS("DELETE FROM incidents"),

    OUTBOX("SELECT e.device, length(e.bytes), e.bytes FROM outbox o CROSS JOIN envelopes e ON e.seq = o.seq"
            + " WHERE o.remote = ? ORDER BY o.seq"),
    OUTBOX_COUNT("SELECT count(*) FROM outbox WHERE remote = ?"),
    OUTBOX_EVENTS("SELECT sum(e.count) FROM outbox o CROSS JOIN envelopes e ON e.seq = o.seq"
            + " WHERE o.remote = ? AND e.device = ?"),
    ADD_TO_OUTBOX("INSERT OR IGNORE INTO outbox (remote, seq) VALUES (?, ?)"),
    ADD_MISSING_TO_OUTBOX("INSERT OR IGNORE INTO outbox (remote, seq) SELECT ?, seq FROM envelopes"
            + " WHERE device = ? AND first > ? AND first + count > ?"),
    REMOVE_FROM_OUTBOX("DELETE FROM outbox WHERE remote = ? AND seq = (SELECT seq FROM envelopes WHERE hash = ?)"),

    CURSOR("SELECT log, position, prefix FROM remotes WHERE name = ?"),
    SET_CURSOR("UPDATE remotes SET log = ?, position = ?, prefix = ? WHERE ordinal = ?"),
    OUTCOME("SELECT last_success, blocked_by, detail, clock_offset FROM remotes WHERE name = ?"),
    SET_OUTCOME("UPDATE remotes SET last_success = ?, blocked_by = ?, detail = ?, clock_offset = ? WHERE ordinal = ?"),

    NOTE("SELECT text FROM notes WHERE name = ?"),
    SET_NOTE("INSERT OR REPLACE INTO notes (name, text) VALUES (?, ?)"),
    REMOVE_NOTE("DELETE FROM notes WHERE name = ?"),

    QUARANTINE("SELECT id, reason, author, first, count, detail, since FROM quarantine ORDER BY since, number"),
    QUARANTINED("SELECT id, reason, author, first, count, detail, since FROM quarantine WHERE id = ?"),
    QUARANTINE_COUNT("SELECT count(*) FROM quarantine"),
    HELD_COUNT("SELECT count(*) FROM quarantine WHERE reason IN ('HELD', 'NEEDS_UPDATE')"),
    QUARANTINED_BYTES("SELECT bytes FROM quarantine WHERE id = ?"),
    SET_QUARANTINED(
            "UPDATE quarantine SET reason = ?, author = ?, first = ?, count = ?, detail = ?, since = ?, bytes = ?"
                    + " WHERE id = ?"),
    ADD_QUARANTINED("INSERT INTO quarantine (reason, author, first, count, detail, since, bytes, id)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
    REMOVE_QUARANTINED("DELETE FROM quarantine WHERE id = ?");

    final String text;

    Sql(String text) {
        this.text = text;
    }
}
