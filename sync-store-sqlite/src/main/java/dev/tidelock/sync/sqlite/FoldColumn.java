package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code fold} of a record: its state without the value and the conflicts. One column, because each costs the driver about as much as
 * the work behind it.
 *
 * <pre>
 * size  field (numbers are big endian)
 *    1  flags: 1 a value stamp follows; 2 a latest stamp follows; 4 the latest stamp is the value stamp; 8 the record has conflicts
 *  (24) value stamp: reading (8) and device (16)
 *  (24) latest stamp, likewise
 *  24 n heads: device (16) and counter (8)
 * </pre>
 */
final class FoldColumn {
    private static final int VALUE_STAMP = 1;
    private static final int LATEST = 2;
    private static final int LATEST_IS_VALUE_STAMP = 4;
    private static final int CONFLICTED = 8;

    private static final int STAMP_BYTES = Long.BYTES + DeviceId.BYTES;

    private FoldColumn() {}

    static byte[] encode(RecordState state) {
        Stamp valueStamp = state.valueStamp();
        Stamp latest = state.latest();
        int flags = state.conflicts().isEmpty() ? 0 : CONFLICTED;
        int bytes = 1 + state.heads().size() * EventIds.BYTES;
        if (valueStamp != null) {
            flags |= VALUE_STAMP;
            bytes += STAMP_BYTES;
        }
        if (latest != null && latest.equals(valueStamp)) {
            flags |= LATEST_IS_VALUE_STAMP;
        } else if (latest != null) {
            flags |= LATEST;
            bytes += STAMP_BYTES;
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).put((byte) flags);
        if (valueStamp != null) {
            put(out, valueStamp);
        }
        if (latest != null && (flags & LATEST) != 0) {
            put(out, latest);
        }
        for (EventId head : state.heads()) {
            EventIds.put(out, head);
        }
        return out.array();
    }

    private static void put(ByteBuffer out, Stamp stamp) {
        out.putLong(stamp.reading()).put(stamp.device().toByteArray());
    }

    static boolean isConflicted(byte[] column) {
        return (column[0] & CONFLICTED) != 0;
    }

    /** The state, but for the value and the conflicts. */
    static RecordState decode(byte[] column) {
        ByteBuffer in = ByteBuffer.wrap(column);
        int flags = in.get();
        Stamp valueStamp = (flags & VALUE_STAMP) != 0 ? stamp(in) : null;
        @Nullable Stamp latest = (flags & LATEST_IS_VALUE_STAMP) != 0 ? valueStamp : null;
        if ((flags & LATEST) != 0) {
            latest = stamp(in);
        }
        return new RecordState(null, valueStamp, EventIds.rest(in), latest, List.of());
    }

    private static Stamp stamp(ByteBuffer in) {
        long reading = in.getLong();
        return new Stamp(reading, EventIds.nextDevice(in));
    }
}
