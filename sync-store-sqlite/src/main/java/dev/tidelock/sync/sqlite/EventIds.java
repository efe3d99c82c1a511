package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.EventId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Event ids in one column, in their order; null for none. Each is
 *
 * <pre>
 * offset  size  field
 *      0    16  device id
 *     16     8  counter, big endian
 * </pre>
 */
final class EventIds {
    private static final int BYTES = DeviceId.BYTES + Long.BYTES;

    private EventIds() {}

    static byte @Nullable [] encode(Collection<EventId> ids) {
        if (ids.isEmpty()) {
            return null;
        }
        ByteBuffer out = ByteBuffer.allocate(ids.size() * BYTES);
        for (EventId id : ids) {
            out.put(id.device().toByteArray()).putLong(id.counter());
        }
        return out.array();
    }

    static byte[] encode(EventId id) {
        return ByteBuffer.allocate(BYTES)
                .put(id.device().toByteArray())
                .putLong(id.counter())
                .array();
    }

    static List<EventId> decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return List.of();
        }
        if (bytes.length % BYTES != 0) {
            throw new IllegalArgumentException("event ids of " + bytes.length + " bytes");
        }
        if (bytes.length == BYTES) {
            return List.of(decodeAt(bytes, 0));
        }
        List<EventId> ids = new ArrayList<>(bytes.length / BYTES);
        for (int offset = 0; offset < bytes.length; offset += BYTES) {
            ids.add(decodeAt(bytes, offset));
        }
        return ids;
    }

    static EventId decodeOne(byte @Nullable [] bytes) {
        if (Objects.requireNonNull(bytes, "an event id").length != BYTES) {
            throw new IllegalArgumentException("an event id of " + bytes.length + " bytes");
        }
        return decodeAt(bytes, 0);
    }

    private static EventId decodeAt(byte[] bytes, int offset) {
        long counter = ByteBuffer.wrap(bytes).getLong(offset + DeviceId.BYTES);
        return new EventId(DeviceId.of(bytes, offset), counter);
    }
}
