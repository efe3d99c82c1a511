package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlRows;
import dev.tidelock.sync.sqlite.SqlDatabase.SqlStatement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One connection with its compiled statements, and the ordinals that it has met. For one thread at a time. */
final class Session {
    private final SqlDatabase database;
    private final @Nullable SqlStatement[] statements = new @Nullable SqlStatement[Sql.values().length];

    // Ordinals never change once committed, by whichever store, so they stay true across transactions; only one that is
    // undone takes some back.
    private final Map<DeviceId, Long> deviceOrdinals = new HashMap<>();
    private final Map<Long, DeviceId> devices = new HashMap<>();
    private final Map<String, Long> collectionOrdinals = new HashMap<>();
    private final Map<Long, String> collections = new HashMap<>();

    private boolean used;

    Session(SqlDatabase database) {
        this.database = database;
    }

    SqlDatabase database() {
        return database;
    }

    void close() {
        database.close();
    }

    /** Whether the transaction under way has read or changed anything. */
    boolean isUsed() {
        return used;
    }

    /** A transaction begins, or what it has from memory is used. */
    void setUsed(boolean now) {
        used = now;
    }

    /** A statement to bind and run. */
    SqlStatement statement(Sql sql) {
        StoreException failure = database.failure();
        if (failure != null) {
            throw new StoreException(
                    failure.kind(), "this transaction has failed already: " + failure.getMessage(), failure);
        }
        used = true;
        SqlStatement statement = statements[sql.ordinal()];
        if (statement == null) {
            statement = database.prepare(sql.text);
            statements[sql.ordinal()] = statement;
        }
        return statement;
    }

    /** Runs a query for one number: 0 if there is no row. */
    long queryLong(SqlStatement bound) {
        try (SqlRows rows = bound.query()) {
            return rows.next() ? rows.longAt(1) : 0;
        }
    }

    /** Forgets what a transaction that is undone may have brought. */
    void forgetOrdinals() {
        deviceOrdinals.clear();
        devices.clear();
        collectionOrdinals.clear();
        collections.clear();
    }

    /** A device's ordinal; 0 if it has none. */
    long ordinalOf(DeviceId device) {
        Long known = deviceOrdinals.get(device);
        if (known != null) {
            return known;
        }
        long ordinal = queryLong(statement(Sql.DEVICE_ORDINAL).bind(1, device.toByteArray()));
        if (ordinal != 0) {
            deviceOrdinals.put(device, ordinal);
        }
        return ordinal;
    }

    /** A device's ordinal; it gets one if it has none. */
    long ordinalFor(DeviceId device) {
        long ordinal = ordinalOf(device);
        if (ordinal == 0) {
            statement(Sql.ADD_DEVICE).bind(1, device.toByteArray()).update();
            ordinal = ordinalOf(device);
        }
        if (ordinal > Schema.ORDINAL_MAX) {
            throw new IllegalStateException("more than " + Schema.ORDINAL_MAX + " devices");
        }
        return ordinal;
    }

    DeviceId deviceOf(long ordinal) {
        DeviceId known = devices.get(ordinal);
        if (known != null) {
            return known;
        }
        try (SqlRows rows = statement(Sql.DEVICE_ID).bind(1, ordinal).query()) {
            if (!rows.next()) {
                throw new StoreException(Kind.CORRUPT, "the database names a device that it does not hold", null);
            }
            DeviceId device = DeviceId.of(Objects.requireNonNull(rows.bytesAt(1)));
            devices.put(ordinal, device);
            return device;
        }
    }

    /** A collection's ordinal; 0 if it has none. */
    long ordinalOfCollection(String name) {
        Long known = collectionOrdinals.get(name);
        if (known != null) {
            return known;
        }
        long ordinal = queryLong(statement(Sql.COLLECTION_ORDINAL).bind(1, name));
        if (ordinal != 0) {
            collectionOrdinals.put(name, ordinal);
        }
        return ordinal;
    }

    /** A collection's ordinal; it gets one if it has none. */
    long ordinalForCollection(String name) {
        long ordinal = ordinalOfCollection(name);
        if (ordinal == 0) {
            statement(Sql.ADD_COLLECTION).bind(1, name).update();
            ordinal = ordinalOfCollection(name);
        }
        return ordinal;
    }

    String collectionOf(long ordinal) {
        String known = collections.get(ordinal);
        if (known != null) {
            return known;
        }
        try (SqlRows rows = statement(Sql.COLLECTION_NAME).bind(1, ordinal).query()) {
            if (!rows.next()) {
                throw new StoreException(Kind.CORRUPT, "the database names a collection that it does not hold", null);
            }
            String name = Objects.requireNonNull(rows.textAt(1));
            collections.put(ordinal, name);
            return name;
        }
    }

    /** A remote's ordinal; 0 if it has none. */
    long ordinalOfRemote(String name) {
        return queryLong(statement(Sql.REMOTE_ORDINAL).bind(1, name));
    }

    /** A remote's ordinal; it gets one if it has none. */
    long ordinalForRemote(String name) {
        long ordinal = ordinalOfRemote(name);
        if (ordinal == 0) {
            statement(Sql.ADD_REMOTE).bind(1, name).update();
            ordinal = ordinalOfRemote(name);
        }
        return ordinal;
    }
}
