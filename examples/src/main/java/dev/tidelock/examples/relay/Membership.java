package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DevicesAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.LogId;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Which spaces there are, and which devices may write to them. */
final class Membership {
    private final RelayDatabase database;
    private final LongSupplier wallMillis;
    private final SecureRandom random = new SecureRandom();

    Membership(RelayDatabase database, LongSupplier wallMillis) {
        this.database = database;
        this.wallMillis = wallMillis;
    }

    Optional<Space> space(SpaceId id) throws SQLException {
        return database.read(sql -> space(sql, id));
    }

    private static Optional<Space> space(Sql sql, SpaceId id) throws SQLException {
        return sql.one(
                "SELECT number, log FROM space WHERE id = ?",
                row -> new Space(row.getLong(1), id, new LogId(row.getString(2))),
                id.toByteArray());
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
            if (member(sql, space.number(), EnvelopeHeader.deviceOf(publicKey)).isPresent()) {
                return Outcome.THERE;
            }
            long members = sql.one("SELECT count(*) FROM member WHERE space = ?", row -> row.getLong(1), space.number())
                    .orElseThrow();
            if (members >= WireLimits.DEVICES_MAX) {
                return Outcome.FULL;
            }
            addMember(sql, space.number(), publicKey);
            return Outcome.ADMITTED;
        });
        if (outcome == Outcome.FULL) {
            throw new RefusedException(
                    ErrorCode.SPACE_FULL, "a space has at most " + WireLimits.DEVICES_MAX + " devices");
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

    /** The members, in the order in which they were admitted. */
    List<DevicesAnswer.Device> members(Space space) throws SQLException {
        return database.read(sql -> sql.all(
                "SELECT public_key, added_millis FROM member WHERE space = ? ORDER BY number",
                row -> new DevicesAnswer.Device(row.getBytes(1), row.getLong(2)),
                space.number()));
    }
}
