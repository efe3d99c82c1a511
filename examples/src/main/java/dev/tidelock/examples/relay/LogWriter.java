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
    private final RelayQuotas quotas;
    private final RelayMeter meter;
    private final Growth growth;

    /** Is told what was appended, in the order of the log. Returns at once. */
    interface Growth {
        void appended(long space, List<LogEntry> entries);
    }

    LogWriter(RelayDatabase database, RelayQuotas quotas, RelayMeter meter, Growth growth) {
        this.database = database;
        this.quotas = quotas;
        this.meter = meter;
        this.growth = growth;
    }

    PushReceipt append(Space space, List<Candidate> candidates, long nowMillis) throws SQLException, RefusedException {
        List<LogEntry> appended = new ArrayList<>();
        PushReceipt pushed = database.write(
                sql -> {
                    Membership.requireThere(sql, space);
                    return new Append(sql, space.number(), appended).run(candidates, nowMillis);
                },
                receipt -> {
                    if (!appended.isEmpty()) {
                        growth.appended(space.number(), appended);
                    }
                });
        long bytes = appended.stream().mapToLong(entry -> entry.bytes().length).sum();
        meter.pushed(pushed, appended.size(), bytes);
        return pushed;
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
        private long events;

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
            events = sql.one("SELECT sum(last_counter) FROM member WHERE space = ?", row -> row.getLong(1), space)
                    .orElse(0L);
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
            Refusal beyond = beyondQuota(candidate);
            if (beyond != null) {
                return beyond;
            }
            insert(candidate);
            head.counter = header.lastCounter();
            head.hash = candidate.hash();
            head.changed = true;
            return null;
        }

        private @Nullable Refusal beyondQuota(Candidate candidate) {
            int length = candidate.bytes().length;
            int count = candidate.header().eventCount();
            if (length > quotas.envelopeBytesMax()) {
                String detail = "an envelope of " + length + " bytes; this relay takes " + quotas.envelopeBytesMax();
                return refuse(candidate, RefusalReason.TOO_LARGE, detail);
            }
            if (length > quotas.bytesMax() - bytes) {
                String detail = "the space has " + bytes + " of " + quotas.bytesMax() + " bytes";
                return refuse(candidate, RefusalReason.QUOTA, detail);
            }
            if (count > quotas.eventsMax() - events) {
                String detail = "the space has " + events + " of " + quotas.eventsMax() + " events";
                return refuse(candidate, RefusalReason.QUOTA, detail);
            }
            events += count;
            return null;
        }

        private Refusal refuse(Candidate candidate, RefusalReason reason, String detail) {
            return new Refusal(candidate.hash(), reason, detail);
        }

        private Head head(long member) throws SQLException {
            Head head = heads.get(member);
            if (head == null) {
                head = sql.one(
                                "SELECT last_counter, last_hash FROM member WHERE number = ? AND space = ?",
                                row -> new Head(row.getLong(1), EnvelopeHash.of(row.getBytes(2))),
                                member,
                                space)
                        .orElseThrow(); // a space keeps its members as long as it is there
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
