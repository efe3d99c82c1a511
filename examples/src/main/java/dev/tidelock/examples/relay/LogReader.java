package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads one page of a space's log, on one snapshot of it. */
final class LogReader {
    private static final String ENTRIES =
            "SELECT position, member, last_counter, hash, prefix, length, number FROM entry"
                    + " WHERE space = ? AND position > ? ORDER BY position";

    private final RelayDatabase database;

    LogReader(RelayDatabase database) {
        this.database = database;
    }

    /**
     * The page that answers a request, as bytes.
     *
     * @throws RefusedException if the cursor is not one of this log
     */
    byte[] pull(Space space, Member reader, PullBody pull, long nowMillis) throws SQLException, RefusedException {
        return page(space, reader, pull, nowMillis).bytes();
    }

    /** As {@link #pull}, with the cursor at which the page ends, and whether the log does. */
    LogPage page(Space space, Member reader, PullBody pull, long nowMillis) throws SQLException, RefusedException {
        Optional<LogPage> page = database.read(sql -> {
            Membership.requireThere(sql, space);
            return new Page(sql, space, pull).read(reader, nowMillis);
        });
        return page.orElseThrow(() -> new RefusedException(
                ErrorCode.CURSOR_REFUSED, "the cursor does not agree with the log that is here", space.log()));
    }

    /**
     * How long the log is.
     *
     * @throws RefusedException if the space is no more
     */
    long end(Space space) throws SQLException, RefusedException {
        return database.read(sql -> {
            Membership.requireThere(sql, space);
            return end(sql, space);
        });
    }

    private static long end(Sql sql, Space space) throws SQLException {
        return sql.one("SELECT position FROM space WHERE number = ?", row -> row.getLong(1), space.number())
                .orElseThrow();
    }

    /** One page in the making. */
    private static final class Page {
        private final Sql sql;
        private final Space space;
        private final PullRequest request;
        private final PageWriter writer;
        private final Map<Long, Long> known = new HashMap<>();
        private Cursor next;
        private int passedOver;

        Page(Sql sql, Space space, PullBody pull) {
            this.sql = sql;
            this.space = space;
            this.request = pull.request();
            this.writer = new PageWriter(pull.bytesMax());
            this.next = new Cursor(space.log(), 0, EnvelopeHash.NONE);
        }

        /** Empty if the cursor is not one of this log. */
        Optional<LogPage> read(Member reader, long nowMillis) throws SQLException {
            long end = end(sql, space);
            Map<DeviceId, Long> heads = null;
            Cursor after = request.after();
            if (after == null) {
                heads = readHeads();
                next = cursorAt(Math.min(end, request.fromPosition()));
            } else if (!agrees(after, end)) {
                return Optional.empty();
            } else {
                next = cursorAt(after.position());
            }
            collect(after == null ? null : reader);
            boolean more = next.position() < end;
            return Optional.of(new LogPage(writer.write(next, more, heads, nowMillis), next, more));
        }

        private boolean agrees(Cursor cursor, long end) throws SQLException {
            if (cursor.position() == 0) {
                return cursor.prefix().equals(EnvelopeHash.NONE);
            }
            return cursor.log().equals(space.log())
                    && cursor.position() <= end
                    && cursorAt(cursor.position()).prefix().equals(cursor.prefix());
        }

        private Cursor cursorAt(long position) throws SQLException {
            if (position == 0) {
                return new Cursor(space.log(), 0, EnvelopeHash.NONE);
            }
            return sql.one(
                            "SELECT prefix FROM entry WHERE space = ? AND position = ?",
                            row -> new Cursor(space.log(), position, EnvelopeHash.of(row.getBytes(1))),
                            space.number(),
                            position)
                    .orElseThrow();
        }

        /** What the log holds of each device; and, beside it, what the request says is known of each. */
        private Map<DeviceId, Long> readHeads() throws SQLException {
            Map<DeviceId, Long> heads = new HashMap<>();
            sql.visit(
                    "SELECT number, device, last_counter FROM member WHERE space = ? AND last_counter > 0",
                    row -> {
                        DeviceId device = DeviceId.of(row.getBytes(2));
                        heads.put(device, row.getLong(3));
                        known.put(row.getLong(1), request.known().getOrDefault(device, 0L));
                        return true;
                    },
                    space.number());
            return heads;
        }

        /** @param own whose envelopes go by name only; null if all of them go whole */
        private void collect(@Nullable Member own) throws SQLException {
            sql.visit(ENTRIES, row -> add(row, own), space.number(), next.position());
        }

        /** Adds an entry, or passes over what is known; false if the page is to end here. */
        private boolean add(ResultSet row, @Nullable Member own) throws SQLException {
            long member = row.getLong(2);
            if (row.getLong(3) > known.getOrDefault(member, 0L)) {
                if (own != null && own.number() == member) {
                    if (!writer.hasRoomForOwn()) {
                        return false;
                    }
                    writer.addOwn(EnvelopeHash.of(row.getBytes(4)));
                } else {
                    if (!writer.hasRoomForEnvelope(row.getInt(6))) {
                        return false;
                    }
                    writer.addEnvelope(body(row.getLong(7)));
                }
            } else {
                passedOver++;
            }
            next = new Cursor(space.log(), row.getLong(1), EnvelopeHash.of(row.getBytes(5)));
            return passedOver < RelayLimits.PASSED_OVER_MAX;
        }

        private byte[] body(long entry) throws SQLException {
            return sql.one("SELECT bytes FROM body WHERE entry = ?", row -> row.getBytes(1), entry)
                    .orElseThrow();
        }
    }
}
