package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import dev.tidelock.sync.sqlite.StoreCheckup.Finding;
import dev.tidelock.sync.sqlite.StoreCheckup.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What must hold in a store, beside what its tables enforce; as far as it can be seen without keys and without folding. */
final class StoreInvariants {
    private static final int PAGE_PROBLEMS_MAX = 20;

    private final Session session;
    private final SqliteReader reader;
    private final List<Finding> findings;

    /** @param findings gains what is wrong */
    StoreInvariants(Session session, List<Finding> findings) {
        this.session = session;
        this.reader = new SqliteReader(session);
        this.findings = findings;
    }

    /** What one check looks at. */
    private interface Check {
        void run();
    }

    void check() {
        guarded(Kind.PAGES, this::pages);
        guarded(Kind.ENVELOPES, this::envelopes);
        guarded(Kind.OUTBOX, this::outbox);
        guarded(Kind.OWN_EVENTS, this::ownEvents);
        guarded(Kind.ROWS, this::rows);
        guarded(Kind.INDEXES, this::indexes);
    }

    /** A check that cannot go on has found something, and the next one has its turn. */
    private void guarded(Kind kind, Check check) {
        session.database().forgetFailure();
        try {
            check.run();
        } catch (StoreException failed) {
            if (failed.kind() != StoreException.Kind.CORRUPT) {
                throw failed;
            }
            found(kind, String.valueOf(failed.getMessage()));
        }
    }

    private void found(Kind kind, String detail) {
        findings.add(new Finding(kind, detail));
    }

    private void pages() {
        try (SqlRows rows = session.database()
                .prepare("PRAGMA integrity_check(" + PAGE_PROBLEMS_MAX + ")")
                .query()) {
            while (rows.next()) {
                String line = String.valueOf(rows.textAt(1));
                if (!line.equals("ok")) {
                    found(Kind.PAGES, line.replaceAll("\\s*\\n\\s*", "; "));
                }
            }
        }
    }

    private void envelopes() {
        for (EnvelopeChain chain : reader.chains()) {
            long counter = 0;
            EnvelopeHash last = EnvelopeHash.NONE;
            try (SqlRows rows = session.database()
                    .prepare("SELECT hash, bytes FROM envelopes WHERE device = ? ORDER BY first")
                    .bind(1, session.ordinalOf(chain.device()))
                    .query()) {
                while (rows.next()) {
                    Envelope envelope = Rows.decode(() -> Envelope.parse(Rows.bytes(rows, 2)));
                    EnvelopeHeader header = envelope.header();
                    if (!Rows.decode(() -> EnvelopeHash.of(Rows.bytes(rows, 1))).equals(envelope.hash())
                            || !header.device().equals(chain.device())
                            || header.firstCounter() != counter + 1
                            || !header.previous().equals(last)) {
                        found(
                                Kind.ENVELOPES,
                                "an envelope of device " + chain.device() + " after its counter " + counter
                                        + " has been changed, or one before it is missing");
                    }
                    counter = header.lastCounter();
                    last = envelope.hash();
                }
            }
            if (counter != chain.lastCounter() || !last.equals(chain.lastHash())) {
                found(
                        Kind.ENVELOPES,
                        "the envelopes of device " + chain.device() + " end at counter " + counter + " instead of "
                                + chain.lastCounter());
            }
        }
    }

    private void outbox() {
        long dangling =
                number("SELECT count(*) FROM outbox o LEFT JOIN envelopes e ON e.seq = o.seq WHERE e.seq IS NULL");
        if (dangling > 0) {
            found(Kind.OUTBOX, dangling + " entries of the outbox refer to envelopes that are not there");
        }
    }

    private void ownEvents() {
        long own = reader.ownOrdinal();
        if (own == 0) {
            return;
        }
        String range = " FROM events WHERE id BETWEEN " + Schema.eventRow(own, 1) + " AND "
                + Schema.eventRow(own, Schema.COUNTER_MAX);
        long held = number("SELECT count(*)" + range);
        long last = Schema.counterOf(number("SELECT max(id)" + range));
        EnvelopeChain chain =
                reader.chain(java.util.Objects.requireNonNull(reader.identity()).device());
        long sealed = chain == null ? 0 : chain.lastCounter();
        if (held != last || last < sealed) {
            found(
                    Kind.OWN_EVENTS,
                    "this device has numbered " + Math.max(last, sealed) + " events, and " + held + " are there");
        }
    }

    /** Every row means something, and belongs to something. */
    private void rows() {
        StoreReader.RecordVisitor nothing = (key, value) -> {};
        reader.records(null, nothing);
        reader.conflicts();
        reader.quarantine();
        long lost = number(
                "SELECT count(*) FROM events e LEFT JOIN records r ON r.number = e.record" + " WHERE r.number IS NULL");
        if (lost > 0) {
            found(Kind.ROWS, lost + " events belong to records that are not there");
        }
        try (SqlRows rows = session.database()
                .prepare("SELECT e.id, e.state, e.head, e.value, r.collection, r.id FROM events e"
                        + " CROSS JOIN records r ON r.number = e.record")
                .query()) {
            while (rows.next()) {
                Rows.decode(() -> Rows.event(rows, Rows.eventKey(rows, session), session));
            }
        }
        try (SqlRows rows = session.database()
                .prepare("SELECT number, fold, value FROM records")
                .query()) {
            while (rows.next()) {
                Rows.decode(() -> Rows.record(rows, List.of()));
            }
        }
    }

    /** Each entry of a built index is there, and no other. */
    private void indexes() {
        for (IndexRows.Kept kept : IndexRows.all(session)) {
            StoredIndex index = kept.stored();
            if (index == null || !index.ready()) {
                continue; // nobody uses it
            }
            long[] wanted = {0, 0};
            reader.records(index.collection(), "", (key, value) -> {
                byte[] name = key.id().getBytes(StandardCharsets.UTF_8);
                for (byte[] indexKey : index.keysOf(value)) {
                    wanted[0]++;
                    wanted[1] += session.queryLong(session.statement(Sql.HAS_ENTRY)
                            .bind(1, kept.ordinal())
                            .bind(2, IndexRows.entry(indexKey, name)));
                }
                return true;
            });
            long held = session.queryLong(session.statement(Sql.ENTRY_COUNT).bind(1, kept.ordinal()));
            if (wanted[1] != wanted[0] || held != wanted[0]) {
                found(
                        Kind.INDEXES,
                        "an index should have " + wanted[0] + " entries; it has " + wanted[1] + " of them, and "
                                + (held - wanted[1]) + " others");
            }
        }
    }

    private long number(String sql) {
        return session.queryLong(session.database().prepare(sql));
    }
}
