package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The column {@code head} of an event: all of it but its identity, its record and its value. One column, because each costs the driver about as
 * much as the work behind it.
 *
 * <pre>
 * size  field (numbers are big endian)
 *    1  kind of the op: 0 put, 1 patch, 2 delete, 3 named
 *    8  reading of the stamp; its device is the event's
 *    4  size of the transaction
 *    4  where in the transaction it stands, from 0
 *    1  length of the op's name; 0 if it has none
 *  (n)  the name, in UTF-8
 * 24 n  parents: device (16) and counter (8)
 * </pre>
 */
final class EventColumn {
    private static final int FIXED_BYTES = 18;

    private EventColumn() {}

    static byte[] encode(Event event) {
        Op op = event.op();
        byte[] name = op.kind() == Op.Kind.NAMED ? op.name().getBytes(StandardCharsets.UTF_8) : new byte[0];
        TransactionSpan span = event.transaction();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + name.length + event.parents().size() * EventIds.BYTES);
        out.put((byte) Codes.of(op.kind())).putLong(event.stamp().reading());
        out.putInt(span.size()).putInt((int) (event.id().counter() - span.first()));
        out.put((byte) name.length).put(name);
        for (EventId parent : event.parents()) {
            EventIds.put(out, parent);
        }
        return out.array();
    }

    /** The event. */
    static Event decode(byte[] column, EventId id, RecordKey key, byte @Nullable [] value) {
        return decode(column, id, key, (kind, name) -> op(kind, name, value));
    }

    /** How the event is connected; its op is none. */
    static Event decodeLinks(byte[] column, EventId id, RecordKey key) {
        return decode(column, id, key, (kind, name) -> Op.delete());
    }

    private static Event decode(byte[] column, EventId id, RecordKey key, BiFunction<Op.Kind, byte[], Op> op) {
        ByteBuffer in = ByteBuffer.wrap(column);
        Op.Kind kind = Codes.kind(in.get());
        Stamp stamp = new Stamp(in.getLong(), id.device());
        int size = in.getInt();
        TransactionSpan span = new TransactionSpan(id.counter() - in.getInt(), size);
        byte[] name = new byte[in.get() & 0xff];
        in.get(name);
        List<EventId> parents = EventIds.rest(in);
        return new Event(id, key, op.apply(kind, name), stamp, parents, span);
    }

    static Op.Kind kindOf(byte[] column) {
        return Codes.kind(column[0]);
    }

    static long readingOf(byte[] column) {
        return ByteBuffer.wrap(column).getLong(1);
    }

    private static Op op(Op.Kind kind, byte[] name, byte @Nullable [] value) {
        if (kind == Op.Kind.DELETE) {
            return Op.delete();
        }
        JsonValue given = JsonValue.parse(Objects.requireNonNull(value, "an op without its value"));
        return switch (kind) {
            case PUT -> Op.put(given);
            case PATCH -> Op.patch(given);
            default -> Op.named(new String(name, StandardCharsets.UTF_8), given);
        };
    }
}
