package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Appends to a space's log, in one transaction per push. What is answered as accepted is on disk. An envelope that is there already
 * counts as accepted; one that does not follow its device's last one is a gap, or a fork.
 */
final class LogWriter {
    private final RelayDatabase database;
    private final long spaceBytesMax;
    private final Growth growth;

    /** Is told what was appended, in the order of the log. Returns at once. */
    interface Growth {
        void appended(long space, List<LogEntry> entries);
    }

    LogWriter(RelayDatabase database, long spaceBytesMax, Growth growth) {
        this.database = database;
        this.spaceBytesMax = spaceBytesMax;
        this.growth = growth;
    }

    PushReceipt append(Space space, List<Candidate> candidates, long nowMillis) throws SQLException {
        List<LogEntry> appended = new ArrayList<>();
        return database.write(sql -> new Append(sql, space.number(), appended).run(candidates, nowMillis), receipt -> {
            if (!appended.isEmpty()) {
                growth.appended(space.number(), appended);
            }
        });
    }

    /** The end of one device's chain. */
    private static final class Head {
        private long counter;
        private EnvelopeHash hash;
        private boolean changed;

        Head(long counter, EnvelopeHash hash) {
            this.counter = counter;
            this.hash = hash;
        }
    }

    /** One transaction. */
    private final class Append {
        private final Sql sql;
        private final long space;
        private final List<LogEntry> appended;
        private final Map<Long, Head> heads = new HashMap<>();
        private long position;
        private EnvelopeHash prefix = EnvelopeHash.NONE;
        private long bytes;

        Append(Sql sql, long space, List<LogEntry> appended) {
            this.sql = sql;
            this.space = space;
            this.appended = appended;
        }

        PushReceipt run(List<Candidate> candidates, long nowMillis) throws SQLException {
            sql.visit(
                    "SELECT position, prefix, bytes FROM space WHERE number = ?",
                    row -> {
                        position = row.getLong(1);
                        prefix = EnvelopeHash.of(row.getBytes(2));
                        bytes = row.getLong(3);
                        return false;
                    },
                    space);
            List<EnvelopeHash> accepted = new ArrayList<>();
            List<Refusal> refusals = new ArrayList<>();
            for (Candidate candidate : candidates) {
                Refusal refusal = candidate.refusal();
                if (refusal == null) {
                    refusal = append(candidate);
                }
                if (refusal == null) {
                    accepted.add(candidate.hash());
                } else {
                    refusals.add(refusal);
                }
            }
            store();
            return new PushReceipt(accepted, refusals, nowMillis);
        }

        /** Null if the envelope is in the log now. */
        private @Nullable Refusal append(Candidate candidate) throws SQLException {
            EnvelopeHeader header = candidate.header();
            Head head = head(candidate.member());
            if (header.firstCounter() <= head.counter) {
                return isThere(candidate)
                        ? null
                        : refuse(candidate, RefusalReason.FORK, "other events have these counters");
            }
            if (header.firstCounter() != head.counter + 1) {
                return refuse(candidate, RefusalReason.GAP, "the log has this device's events up to " + head.counter);
            }
            if (!header.previous().equals(head.hash)) {
                return refuse(candidate, RefusalReason.FORK, "another envelope comes before it here");
            }
            if (candidate.bytes().length > spaceBytesMax - bytes) {
                return refuse(
                        candidate, RefusalReason.QUOTA, "the space has " + bytes + " of " + spaceBytesMax + " bytes");
            }
            insert(candidate);
            head.counter = header.lastCounter();
            head.hash = candidate.hash();
            head.changed = true;
            return null;
        }

        private Refusal refuse(Candidate candidate, RefusalReason reason, String detail) {
            return new Refusal(candidate.hash(), reason, detail);
        }

        private Head head(long member) throws SQLException {
            Head head = heads.get(member);
            if (head == null) {
                head = sql.one(
                                "SELECT last_counter, last_hash FROM member WHERE number = ?",
                                row -> new Head(row.getLong(1), EnvelopeHash.of(row.getBytes(2))),
                                member)
                        .orElseThrow();
                heads.put(member, head);
            }
            return head;
        }

        private boolean isThere(Candidate candidate) throws SQLException {
            Optional<EnvelopeHash> there = sql.one(
                    "SELECT hash FROM entry WHERE member = ? AND first_counter = ?",
                    row -> EnvelopeHash.of(row.getBytes(1)),
                    candidate.member(),
                    candidate.header().firstCounter());
            return there.isPresent() && there.get().equals(candidate.hash());
        }

        private void insert(Candidate candidate) throws SQLException {
            position++;
            prefix = prefix.chainedWith(candidate.hash());
            bytes += candidate.bytes().length;
            long entry = sql.insert(
                    "INSERT INTO entry (space, position, member, first_counter, last_counter, hash, prefix, length)"
                            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    space,
                    position,
                    candidate.member(),
                    candidate.header().firstCounter(),
                    candidate.header().lastCounter(),
                    candidate.hash().toByteArray(),
                    prefix.toByteArray(),
                    candidate.bytes().length);
            sql.update("INSERT INTO body (entry, bytes) VALUES (?, ?)", entry, candidate.bytes());
            appended.add(new LogEntry(position, candidate.member(), candidate.hash(), prefix, candidate.bytes()));
        }

        private void store() throws SQLException {
            for (Map.Entry<Long, Head> entry : heads.entrySet()) {
                Head head = entry.getValue();
                if (head.changed) {
                    sql.update(
                            "UPDATE member SET last_counter = ?, last_hash = ? WHERE number = ?",
                            head.counter,
                            head.hash.toByteArray(),
                            entry.getKey());
                }
            }
            sql.update(
                    "UPDATE space SET position = ?, prefix = ?, bytes = ? WHERE number = ?",
                    position,
                    prefix.toByteArray(),
                    bytes,
                    space);
        }
    }
}
