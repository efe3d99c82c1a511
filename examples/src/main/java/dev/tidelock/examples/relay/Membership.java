package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DevicesAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.LogId;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Which spaces there are, and which devices may write to them. */
final class Membership {
    private static final long DAY_MILLIS = 86_400_000;

    /** How much is deleted in one transaction: others wait that long. */
    private static final int DELETED_ROWS_MAX = 1_000;

    private static final long DELETED_BYTES_MAX = 8 << 20;

    private final RelayDatabase database;
    private final int devicesMax;
    private final LongSupplier wallMillis;
    private final SecureRandom random = new SecureRandom();

    Membership(RelayDatabase database, int devicesMax, LongSupplier wallMillis) {
        this.database = database;
        this.devicesMax = devicesMax;
        this.wallMillis = wallMillis;
    }

    Optional<Space> space(SpaceId id) throws SQLException {
        return database.read(sql -> space(sql, id));
    }

    private static Optional<Space> space(Sql sql, SpaceId id) throws SQLException {
        return sql.one(
                "SELECT number, log, max(used_millis, created_millis) FROM space WHERE id = ?",
                row -> new Space(row.getLong(1), id, new LogId(row.getString(2)), row.getLong(3)),
                id.toByteArray());
    }

    /**
     * To be asked in the transaction that reads or writes what is the space's: it may be deleted while a request is under way.
     *
     * @throws RefusedException if it has been
     */
    static void requireThere(Sql sql, Space space) throws SQLException, RefusedException {
        if (!isThere(sql, space)) {
            throw new RefusedException(ErrorCode.UNKNOWN_SPACE, "this relay has no such space");
        }
    }

    private static boolean isThere(Sql sql, Space space) throws SQLException {
        return sql.one(
                        "SELECT 1 FROM space WHERE number = ? AND log = ?",
                        row -> true,
                        space.number(),
                        space.log().value())
                .isPresent();
    }

    Optional<Member> member(Space space, DeviceId device) throws SQLException {
        return database.read(sql -> member(sql, space.number(), device));
    }

    private static Optional<Member> member(Sql sql, long space, DeviceId device) throws SQLException {
        return sql.one(
                "SELECT number, public_key FROM member WHERE space = ? AND device = ?",
                row -> new Member(row.getLong(1), device, row.getBytes(2)),
                space,
                device.toByteArray());
    }

    /**
     * Makes a space with this device as its first member, or finds that it is one.
     *
     * @return whether the space was made
     * @throws RefusedException if the space is there, and the device is no member
     */
    boolean createSpace(SpaceId id, byte[] publicKey) throws SQLException, RefusedException {
        boolean made = database.write(sql -> {
            if (space(sql, id).isPresent()) {
                return false;
            }
            byte[] log = new byte[16];
            random.nextBytes(log);
            long number = sql.insert(
                    "INSERT INTO space (id, log, position, prefix, bytes, created_millis) VALUES (?, ?, 0, ?, 0, ?)",
                    id.toByteArray(),
                    WireText.base64Url(log),
                    EnvelopeHash.NONE.toByteArray(),
                    wallMillis.getAsLong());
            addMember(sql, number, publicKey);
            return true;
        });
        if (!made) {
            DeviceId device = EnvelopeHeader.deviceOf(publicKey);
            if (member(space(id).orElseThrow(), device).isEmpty()) {
                throw new RefusedException(
                        ErrorCode.NOT_A_MEMBER, "the space exists, and this device is no member of it");
            }
        }
        return made;
    }

    /**
     * Lets a device write to a space.
     *
     * @return false if it may already
     * @throws RefusedException if there is no room for another one
     */
    boolean admit(Space space, byte[] publicKey) throws SQLException, RefusedException {
        enum Outcome {
            ADMITTED,
            THERE,
            FULL
        }
        Outcome outcome = database.write(sql -> {
            requireThere(sql, space);
            if (member(sql, space.number(), EnvelopeHeader.deviceOf(publicKey)).isPresent()) {
                return Outcome.THERE;
            }
            long members = sql.one("SELECT count(*) FROM member WHERE space = ?", row -> row.getLong(1), space.number())
                    .orElseThrow();
            if (members >= devicesMax) {
                return Outcome.FULL;
            }
            addMember(sql, space.number(), publicKey);
            return Outcome.ADMITTED;
        });
        if (outcome == Outcome.FULL) {
            throw new RefusedException(ErrorCode.SPACE_FULL, "a space has at most " + devicesMax + " devices");
        }
        return outcome == Outcome.ADMITTED;
    }

    private void addMember(Sql sql, long space, byte[] publicKey) throws SQLException {
        sql.update(
                "INSERT INTO member (space, device, public_key, added_millis, last_counter, last_hash) VALUES (?, ?, ?, ?, 0, ?)",
                space,
                EnvelopeHeader.deviceOf(publicKey).toByteArray(),
                publicKey,
                wallMillis.getAsLong(),
                EnvelopeHash.NONE.toByteArray());
    }

    /**
     * Takes a space out of use, at once: nobody finds it any more. What was in it is there until {@link #empty}.
     *
     * @return false if it was gone already
     */
    boolean retire(Space space) throws SQLException {
        return retire(space, Long.MAX_VALUE);
    }

    /** As {@link #retire(Space)}, unless somebody has asked for it since a moment. */
    boolean retire(Space space, long sinceMillis) throws SQLException {
        // The number stays taken: a request under way may still mean it.
        return database.write(sql -> isUnused(sql, space, sinceMillis)
                && sql.update(
                                "UPDATE space SET id = randomblob(16), log = '', position = 0, prefix = zeroblob(32), bytes = 0,"
                                        + " used_millis = 0 WHERE number = ?",
                                space.number())
                        == 1);
    }

    /** Deletes what was in a space that was retired, so that it is nowhere in the file; others write in between. */
    void empty(long space) throws SQLException {
        while (database.write(sql -> deleteEntries(sql, space))) {}
        for (String table : List.of("member", "cell")) {
            String some = "DELETE FROM " + table + " WHERE rowid IN (SELECT rowid FROM " + table
                    + " WHERE space = ? LIMIT " + DELETED_ROWS_MAX + ")";
            while (database.write(sql -> sql.update(some, space)) > 0) {}
        }
        database.checkpoint();
    }

    /** @return whether there may be more */
    private static boolean deleteEntries(Sql sql, long space) throws SQLException {
        long[] last = {0, 0, 0};
        sql.visit(
                "SELECT position, length FROM entry WHERE space = ? ORDER BY position",
                row -> {
                    last[0] = row.getLong(1);
                    last[1]++;
                    last[2] += row.getLong(2);
                    return last[1] < DELETED_ROWS_MAX && last[2] < DELETED_BYTES_MAX;
                },
                space);
        sql.update(
                "DELETE FROM body WHERE entry IN (SELECT number FROM entry WHERE space = ? AND position <= ?)",
                space,
                last[0]);
        return sql.update("DELETE FROM entry WHERE space = ? AND position <= ?", space, last[0]) > 0;
    }

    /** Empties the spaces that were retired when the relay stopped in the middle of that. */
    void finishEmptying() throws SQLException {
        List<Long> unfinished = database.read(sql -> sql.all(
                "SELECT number FROM space WHERE log = '' AND (EXISTS (SELECT 1 FROM entry WHERE entry.space = space.number)"
                        + " OR EXISTS (SELECT 1 FROM member WHERE member.space = space.number)"
                        + " OR EXISTS (SELECT 1 FROM cell WHERE cell.space = space.number))",
                row -> row.getLong(1)));
        for (long space : unfinished) {
            empty(space);
        }
        database.checkpoint(); // the stop may have come right before that of a space that is empty
    }

    private static boolean isUnused(Sql sql, Space space, long sinceMillis) throws SQLException {
        return sql.one(
                        "SELECT max(used_millis, created_millis) FROM space WHERE number = ? AND log = ?",
                        row -> row.getLong(1) < sinceMillis,
                        space.number(),
                        space.log().value())
                .orElse(false);
    }

    /** Notes that somebody asks for a space: once a day. */
    void use(Space space) throws SQLException {
        long now = wallMillis.getAsLong();
        if (now - space.usedMillis() > DAY_MILLIS) {
            database.write(sql -> sql.update("UPDATE space SET used_millis = ? WHERE number = ?", now, space.number()));
        }
    }

    /** The spaces that nobody has asked for since a moment. */
    List<Space> unusedSince(long millis) throws SQLException {
        return database.read(sql -> sql.all(
                "SELECT number, id, log, max(used_millis, created_millis) FROM space"
                        + " WHERE log <> '' AND max(used_millis, created_millis) < ?",
                row -> new Space(
                        row.getLong(1), SpaceId.of(row.getBytes(2)), new LogId(row.getString(3)), row.getLong(4)),
                millis));
    }

    /** How many spaces there are. */
    long spaces() throws SQLException {
        return database.read(sql -> sql.one("SELECT count(*) FROM space WHERE log <> ''", row -> row.getLong(1))
                .orElseThrow());
    }

    /** The members, in the order in which they were admitted. */
    List<DevicesAnswer.Device> members(Space space) throws SQLException {
        return database.read(sql -> sql.all(
                "SELECT public_key, added_millis FROM member WHERE space = ? ORDER BY number",
                row -> new DevicesAnswer.Device(row.getBytes(1), row.getLong(2)),
                space.number()));
    }
}
