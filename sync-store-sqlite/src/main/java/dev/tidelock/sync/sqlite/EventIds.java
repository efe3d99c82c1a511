package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.EventId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Event ids, one after another. Each is
 *
 * <pre>
 * offset  size  field
 *      0    16  device id
 *     16     8  counter, big endian
 * </pre>
 */
final class EventIds {
    static final int BYTES = DeviceId.BYTES + Long.BYTES;

    private EventIds() {}

    static byte[] encode(Collection<EventId> ids) {
        ByteBuffer out = ByteBuffer.allocate(ids.size() * BYTES);
        for (EventId id : ids) {
            put(out, id);
        }
        return out.array();
    }

    static void put(ByteBuffer out, EventId id) {
        out.put(id.device().toByteArray()).putLong(id.counter());
    }

    static List<EventId> decode(byte[] bytes) {
        return rest(ByteBuffer.wrap(bytes));
    }

    /** All that follow. */
    static List<EventId> rest(ByteBuffer in) {
        List<EventId> ids = new ArrayList<>(in.remaining() / BYTES);
        while (in.hasRemaining()) {
            ids.add(next(in));
        }
        return ids;
    }

    static EventId next(ByteBuffer in) {
        DeviceId device = nextDevice(in);
        return new EventId(device, in.getLong());
    }

    static DeviceId nextDevice(ByteBuffer in) {
        byte[] device = new byte[DeviceId.BYTES];
        in.get(device);
        return DeviceId.of(device);
    }
}
