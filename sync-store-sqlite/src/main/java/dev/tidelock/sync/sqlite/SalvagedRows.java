package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.store.StoreIdentity;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a damaged store's rows tell, told apart by their shapes (see {@link Schema}): only what is never changed once written, and so true wherever
 * it is found. Everything else is made anew from that.
 */
final class SalvagedRows implements DamagedRows.Visitor {
    /** An envelope whose bytes are those of its hash. */
    record Kept(DamagedRows.Place place, EnvelopeHeader header, EnvelopeHash hash) {}

    /** How far a device's chain went, as its row says. */
    record Chain(long lastCounter, EnvelopeHash lastHash) {}

    final TreeMap<Long, Kept> envelopes = new TreeMap<>();
    final TreeMap<Long, DamagedRows.Place> events = new TreeMap<>();
    final Map<Long, Chain> chains = new HashMap<>();
    final Map<Long, RecordKeyParts> records = new HashMap<>();
    private final Map<Long, DeviceId> devices = new HashMap<>();
    private final Map<Long, String> collections = new HashMap<>();
    private final Map<Long, String> namesInIndexes = new HashMap<>();
    private int collectionsIndexPage;

    private @Nullable SpaceId space;
    private long ownOrdinal;
    int damagedEnvelopes;

    /** A record's collection, by number, and its id. */
    record RecordKeyParts(long collection, String id) {}

    @Override
    public void visit(DamagedRows.Place place, boolean ofTable, long rowId, @Nullable Object[] row) {
        if (!ofTable) {
            visitIndex(place, row);
        } else if (is(row, "TTTI?")) {
            noteTable(row);
        } else if (is(row, "NIIIBB")) {
            envelope(place, rowId, (byte[]) row[4], (byte[]) row[5]);
        } else if (is(row, "NIIB?")) {
            events.put(rowId, place);
        } else if (is(row, "NITB?")) {
            records.put(rowId, new RecordKeyParts((Long) row[1], (String) row[2]));
        } else if (rowId == 1 && is(row, "NBIII?") && ((byte[]) row[1]).length == SpaceId.BYTES) {
            space = SpaceId.of((byte[]) row[1]);
            ownOrdinal = (Long) row[2];
        } else if (is(row, "NB????") && ((byte[]) row[1]).length == DeviceId.BYTES) {
            device(rowId, row);
        } else if (is(row, "NT")) {
            collections.put(rowId, (String) row[1]);
        }
    }

    /** Where the index of the collections' names begins; the names are there as well. */
    private void noteTable(@Nullable Object[] row) {
        if ("index".equals(row[0]) && "collections".equals(row[2])) {
            collectionsIndexPage = Math.toIntExact((Long) row[3]);
        }
    }

    private void visitIndex(DamagedRows.Place place, @Nullable Object[] row) {
        if (is(row, "BI") && ((byte[]) row[0]).length == DeviceId.BYTES) {
            devices.putIfAbsent((Long) row[1], DeviceId.of((byte[]) row[0]));
        } else if (is(row, "ITI")) {
            records.putIfAbsent((Long) row[2], new RecordKeyParts((Long) row[0], (String) row[1]));
        } else if (is(row, "TI") && place.page() == collectionsIndexPage) {
            namesInIndexes.put((Long) row[1], (String) row[0]);
        }
    }

    private void device(long ordinal, @Nullable Object[] row) {
        devices.put(ordinal, DeviceId.of((byte[]) row[1]));
        boolean ofEnvelopes = row[3] instanceof Long && row[4] instanceof byte[];
        if (ofEnvelopes && ((byte[]) row[4]).length == EnvelopeHash.BYTES) {
            chains.put(ordinal, new Chain((Long) row[3], EnvelopeHash.of((byte[]) row[4])));
        } else if (row[3] == null && row[4] == null) {
            chains.put(ordinal, new Chain(0, EnvelopeHash.NONE));
        }
    }

    private void envelope(DamagedRows.Place place, long sequence, byte[] hash, byte[] bytes) {
        try {
            Envelope envelope = Envelope.parse(bytes);
            if (Arrays.equals(envelope.hash().toByteArray(), hash)) {
                envelopes.put(sequence, new Kept(place, envelope.header(), envelope.hash()));
                return;
            }
        } catch (EnvelopeFormatException damaged) {
            // As if the hash did not fit.
        }
        damagedEnvelopes++;
    }

    /** Whether no row says that the store is another's. */
    boolean canBeOf(StoreIdentity owner) {
        DeviceId device = devices.get(ownOrdinal);
        return (space == null || space.equals(owner.space())) && (device == null || device.equals(owner.device()));
    }

    /** The ordinal of a device; 0 if no row says. */
    long ordinalOf(DeviceId device) {
        for (Map.Entry<Long, DeviceId> known : devices.entrySet()) {
            if (known.getValue().equals(device)) {
                return known.getKey();
            }
        }
        return 0;
    }

    /** Which record that is; null if no row says. */
    @Nullable
    RecordKey key(long number) {
        RecordKeyParts parts = records.get(number);
        String collection =
                parts == null ? null : collections.getOrDefault(parts.collection, namesInIndexes.get(parts.collection));
        try {
            return parts == null || collection == null ? null : new RecordKey(collection, parts.id);
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    /** Whether the values are of these kinds: N null, I integer, T text, B bytes, ? any. */
    private static boolean is(@Nullable Object[] row, String kinds) {
        boolean same = row.length == kinds.length();
        for (int i = 0; same && i < row.length; i++) {
            Object value = row[i];
            switch (kinds.charAt(i)) {
                case 'N':
                    same = value == null;
                    break;
                case 'I':
                    same = value instanceof Long;
                    break;
                case 'T':
                    same = value instanceof String;
                    break;
                case 'B':
                    same = value instanceof byte[];
                    break;
                default:
                    break;
            }
        }
        return same;
    }
}
