package dev.tidelock.sync.sqlite;

import java.util.Objects;

/** How a {@link SqliteStore} works. Immutable. */
public final class SqliteStoreOptions {
    /** What a committed transaction survives at once. A crash of the process it survives in any case. */
    public enum Durability {
        /**
         * Every commit survives a loss of power. Each waits for the disk.
         */
        POWER_SAFE,
        /**
         * A commit survives a loss of power once the engine has sealed it into an envelope, which it does within seconds and always before anything
         * is sent; also once every process has closed the store. What was written in those seconds may be gone, as a whole and from the end: the file
         * stays sound, and no number that another device may have seen is given out twice.
         */
        CRASH_SAFE
    }

    /** {@link Durability#CRASH_SAFE}. */
    public static final SqliteStoreOptions DEFAULTS = new SqliteStoreOptions(Durability.CRASH_SAFE);

    private final Durability durability;

    private SqliteStoreOptions(Durability durability) {
        this.durability = Objects.requireNonNull(durability, "durability");
    }

    /** These options with another durability. */
    public SqliteStoreOptions withDurability(Durability other) {
        return new SqliteStoreOptions(other);
    }

    /** What a commit survives. */
    public Durability durability() {
        return durability;
    }
}
