package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.spi.store.StoreException.Kind;
import java.sql.SQLException;

/** What SQLite's result codes mean to a store. Their numbers are fixed: https://sqlite.org/rescode.html. */
final class SqliteError {
    static final int CONSTRAINT = 19;

    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int NOTADB = 26;

    private SqliteError() {}

    /** The primary code; drivers give the extended one, whose lower byte it is. */
    static int codeOf(SQLException failed) {
        return failed.getErrorCode() & 0xff;
    }

    static Kind kindOf(int code) {
        return switch (code) {
            case BUSY, LOCKED -> Kind.LOCKED;
            case CORRUPT, NOTADB -> Kind.CORRUPT;
            case FULL -> Kind.FULL;
            default -> Kind.IO;
        };
    }

    static String explain(int code) {
        return switch (code) {
            case BUSY, LOCKED -> "something else holds the database; close what has it open, and try again";
            case CORRUPT -> "the database is damaged, or the disk could not read it: try again first";
            case NOTADB -> "the file is not a database";
            case FULL -> "the disk is full; free some space, and try again";
            case CANTOPEN -> "the database cannot be opened; is the folder there, and may this process write to it";
            default -> "the database cannot be read or written";
        };
    }
}
