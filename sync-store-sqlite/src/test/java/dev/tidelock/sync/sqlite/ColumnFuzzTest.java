package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.StoreException;
import java.util.Arrays;

/** Columns come from a disk that may have changed them: they are read, or the store is damaged and says so. */
class ColumnFuzzTest {
    private static final EventId ID = new EventId(DeviceId.of(new byte[DeviceId.BYTES]), 500);
    private static final RecordKey KEY = new RecordKey("notes", "one");

    @FuzzTest
    void fold(byte[] column) {
        RecordState state;
        try {
            state = Rows.decode(() -> FoldColumn.decode(column));
        } catch (StoreException damaged) {
            assertEquals(StoreException.Kind.CORRUPT, damaged.kind());
            return;
        }
        byte[] encoded = FoldColumn.encode(state);
        assertArrayEquals(encoded, FoldColumn.encode(FoldColumn.decode(encoded)));
    }

    /** The length of the head (1 byte), the head, and the value. */
    @FuzzTest
    void event(byte[] bytes) {
        int split = bytes.length == 0 ? 0 : Math.min(bytes.length, 1 + (bytes[0] & 0xff));
        byte[] head = Arrays.copyOfRange(bytes, Math.min(1, split), split);
        byte[] value = Arrays.copyOfRange(bytes, split, bytes.length);
        Event event;
        try {
            event = Rows.decode(() -> EventColumn.decode(head, ID, KEY, value));
        } catch (StoreException damaged) {
            assertEquals(StoreException.Kind.CORRUPT, damaged.kind());
            return;
        }
        assertEquals(event, EventColumn.decode(EventColumn.encode(event), ID, KEY, value));
    }

    @FuzzTest
    void eventIds(byte[] column) {
        try {
            assertArrayEquals(column, EventIds.encode(Rows.decode(() -> EventIds.decode(column))));
        } catch (StoreException damaged) {
            assertEquals(StoreException.Kind.CORRUPT, damaged.kind());
        }
    }
}
