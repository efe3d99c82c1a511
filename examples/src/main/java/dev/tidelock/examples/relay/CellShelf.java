package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.WireLimits;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;

/** The cells of all spaces. The version of a cell is the hash of its content: no two contents have the same one, whatever was deleted or restored in between. */
final class CellShelf {
    private final RelayDatabase database;

    CellShelf(RelayDatabase database) {
        this.database = database;
    }

    Optional<byte[]> read(Space space, byte[] id) throws SQLException {
        return database.read(sql -> sql.one(
                "SELECT content FROM cell WHERE space = ? AND id = ?", row -> row.getBytes(1), space.number(), id));
    }

    /**
     * Replaces what a cell holds.
     *
     * @param expected whether what is there, if anything, is to be replaced
     * @return whether the cell was empty
     */
    boolean write(Space space, byte[] id, byte[] content, Predicate<Optional<byte[]>> expected)
            throws SQLException, RefusedException {
        enum Outcome {
            FIRST,
            REPLACED,
            CHANGED,
            FULL
        }
        Outcome outcome = database.write(sql -> {
            Membership.requireThere(sql, space);
            Optional<byte[]> there = sql.one(
                    "SELECT content FROM cell WHERE space = ? AND id = ?", row -> row.getBytes(1), space.number(), id);
            if (!expected.test(there)) {
                return Outcome.CHANGED;
            }
            if (there.isEmpty() && cells(sql, space) >= WireLimits.CELLS_MAX) {
                return Outcome.FULL;
            }
            sql.update(
                    "INSERT OR REPLACE INTO cell (space, id, content) VALUES (?, ?, ?)", space.number(), id, content);
            return there.isEmpty() ? Outcome.FIRST : Outcome.REPLACED;
        });
        if (outcome == Outcome.CHANGED) {
            throw new RefusedException(
                    ErrorCode.CHANGED, "the cell has another version than the one that is to be replaced");
        }
        if (outcome == Outcome.FULL) {
            throw new RefusedException(ErrorCode.SPACE_FULL, "a space has at most " + WireLimits.CELLS_MAX + " cells");
        }
        return outcome == Outcome.FIRST;
    }

    private static long cells(Sql sql, Space space) throws SQLException {
        return sql.one("SELECT count(*) FROM cell WHERE space = ?", row -> row.getLong(1), space.number())
                .orElseThrow();
    }
}
