package dev.tidelock.sync.internal.codec;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch of consecutive events of one device to the bytes that are sealed, and back.
 *
 * <pre>
 * body    := varint number of header fields, then each: varint tag (ascending), varint length, bytes
 *            event, as often as the envelope's header says
 * event   := 1 byte: bits 0-1 op (0 put, 1 patch, 2 delete, 3 named), bit 2 same collection as before, bit 3 no parents,
 *                    bit 4 a transaction of several events begins, or goes on from the envelope before; others 0. What follows
 *                    belongs to it until it is complete
 *            [bit 4]      varint index in the transaction, varint size
 *            zigzag difference to the stamp reading of the event before (the first: to 0)
 *            [not bit 2]  text collection
 *            text record id
 *            [named]      text op name
 *            [not bit 3]  varint count, then each parent, ascending: varint index into the devices met so far (one past the end: 16 bytes
 *                         of a new one follow; the author is 0 from the start), varint counter
 *            [not delete] varint length, canonical JSON
 * text    := varint length, UTF-8
 * </pre>
 *
 * <p>Header field 1 says how far the author holds other devices' envelopes, as far as that has changed since it last said so: for each device its
 * 16 bytes, varint counter of the last event, and the 32 bytes of the last envelope's hash. It is there only if the batch holds all that its author had written: what
 * it writes next, it writes having seen this. Fields 2 (registry head) and 3 (checkpoint head) are reserved; a reader passes over tags that it
 * does not know. The body is then compressed and padded: see {@link PlaintextCodec}.
 */
public final class EventBatchCodec {
    private static final int OP_MASK = 3;
    private static final int SAME_COLLECTION = 1 << 2;
    private static final int NO_PARENTS = 1 << 3;
    private static final int NAMES_TRANSACTION = 1 << 4;
    private static final int KNOWN_FLAGS = OP_MASK | SAME_COLLECTION | NO_PARENTS | NAMES_TRANSACTION;
    private static final int HEADER_FIELDS_MAX = 64;
    private static final int FIELD_SEEN = 1;

    /** How many heads one envelope tells of at most; the rest goes into the next one. */
    public static final int SEEN_HEADS_MAX = 1000;

    /** How many parents the events of one batch name at most, together: a few bytes each here, many in memory. */
    public static final int PARENTS_MAX = 50_000;

    /** How long the values of one batch are at most, together: as long as one may be. They are many times that in memory. */
    static final int VALUE_BYTES_MAX = SyncLimits.VALUE_BYTES_MAX;

    private static final Op.Kind[] KINDS = {Op.Kind.PUT, Op.Kind.PATCH, Op.Kind.DELETE, Op.Kind.NAMED};

    private EventBatchCodec() {}

    /**
     * What an envelope holds.
     *
     * @param seen what its author says that it holds; empty if it says nothing, or nothing new
     * @param bytes how long it is without compression
     */
    public record Batch(List<Event> events, List<SeenHead> seen, int bytes) {}

    /**
     * @param events consecutive events of one device, at least one
     * @param seen what their author tells others that it holds
     */
    public static byte[] encode(List<Event> events, List<SeenHead> seen) {
        ByteWriter out = new ByteWriter();
        out.varint(seen.isEmpty() ? 0 : 1);
        if (!seen.isEmpty()) {
            ByteWriter field = new ByteWriter();
            for (SeenHead head : seen) {
                field.raw(head.device().toByteArray());
                field.varint(head.counter());
                field.raw(head.hash().toByteArray());
            }
            out.varint(FIELD_SEEN);
            out.bytes(field.toByteArray());
        }
        writeEvents(out, events);
        return PlaintextCodec.encode(out.toByteArray());
    }

    /** Names the events of one transaction by what they are: SHA-256 over their encoding. */
    public static EnvelopeHash contentHash(List<Event> transaction) {
        ByteWriter out = new ByteWriter();
        writeEvents(out, transaction);
        return EnvelopeHash.ofEnvelope(out.toByteArray());
    }

    private static void writeEvents(ByteWriter out, List<Event> events) {
        Map<DeviceId, Integer> devices = new HashMap<>();
        devices.put(events.get(0).device(), 0);
        Event before = null;
        for (Event event : events) {
            writeEvent(out, event, before, devices);
            before = event;
        }
    }

    private static void writeEvent(
            ByteWriter out, Event event, @Nullable Event before, Map<DeviceId, Integer> devices) {
        boolean sameCollection =
                before != null && event.key().collection().equals(before.key().collection());
        boolean goesOn =
                before != null && before.transaction().contains(event.id().counter());
        boolean namesTransaction = !goesOn && event.transaction().size() > 1;
        Op op = event.op();
        out.oneByte(Arrays.asList(KINDS).indexOf(op.kind())
                | (sameCollection ? SAME_COLLECTION : 0)
                | (event.parents().isEmpty() ? NO_PARENTS : 0)
                | (namesTransaction ? NAMES_TRANSACTION : 0));
        if (namesTransaction) {
            out.varint(event.id().counter() - event.transaction().first());
            out.varint(event.transaction().size());
        }
        out.zigzag(
                event.stamp().reading() - (before == null ? 0 : before.stamp().reading()));
        if (!sameCollection) {
            out.text(event.key().collection());
        }
        out.text(event.key().id());
        if (op.kind() == Op.Kind.NAMED) {
            out.text(op.name());
        }
        if (!event.parents().isEmpty()) {
            writeParents(out, event.parents(), devices);
        }
        if (op.kind() != Op.Kind.DELETE) {
            out.bytes(op.value().toUtf8());
        }
    }

    private static void writeParents(ByteWriter out, List<EventId> parents, Map<DeviceId, Integer> devices) {
        out.varint(parents.size());
        for (EventId parent : parents) {
            Integer known = devices.get(parent.device());
            out.varint(known == null ? devices.size() : known);
            if (known == null) {
                out.raw(parent.device().toByteArray());
                devices.put(parent.device(), devices.size());
            }
            out.varint(parent.counter());
        }
    }

    /**
     * Reads what an envelope holds.
     *
     * @param header the envelope's
     * @param plaintext what was sealed
     * @throws CodecException if it is anything else than what {@link #encode} writes, or a later version of it
     */
    public static Batch decode(EnvelopeHeader header, byte[] plaintext) throws CodecException {
        try {
            byte[] body = PlaintextCodec.decode(plaintext);
            Decoding decoding = new Decoding(header, body);
            List<Event> events = decoding.events();
            return new Batch(events, decoding.seen, body.length);
        } catch (JsonFormatException badValue) {
            throw new CodecException("a value is not canonical JSON");
        } catch (IllegalArgumentException outOfRange) {
            throw new CodecException("an event does not hold together");
        }
    }

    /** One batch being read. */
    private static final class Decoding {
        private final EnvelopeHeader header;
        private final ByteReader in;
        private final List<DeviceId> devices = new ArrayList<>();
        private final List<SeenHead> seen = new ArrayList<>();
        private @Nullable String collection;
        private long reading;
        private int parentsSoFar;
        private int valueBytesSoFar;
        private @Nullable TransactionSpan transaction;

        Decoding(EnvelopeHeader header, byte[] body) {
            this.header = header;
            this.in = new ByteReader(body);
            devices.add(header.device());
        }

        List<Event> events() throws CodecException {
            readHeaderFields();
            List<Event> events = new ArrayList<>();
            for (int i = 0; i < header.eventCount(); i++) {
                events.add(event(header.firstCounter() + i));
            }
            if (!in.atEnd()) {
                throw new CodecException("there is more after its last event");
            }
            return events;
        }

        private void readHeaderFields() throws CodecException {
            int count = in.varint("the number of header fields", 0, HEADER_FIELDS_MAX);
            long tagBefore = 0;
            for (int i = 0; i < count; i++) {
                long tag = in.varint();
                if (Long.compareUnsigned(tag, tagBefore) <= 0) {
                    throw new CodecException("its header fields are not in order");
                }
                tagBefore = tag;
                int length = in.varint("the length of a header field", 0, PlaintextCodec.BODY_BYTES_MAX);
                if (tag == FIELD_SEEN) {
                    readSeen(new ByteReader(in.raw(length)));
                } else {
                    in.skip(length);
                }
            }
        }

        private void readSeen(ByteReader field) throws CodecException {
            while (!field.atEnd()) {
                if (seen.size() == SEEN_HEADS_MAX) {
                    throw new CodecException("it tells of more than " + SEEN_HEADS_MAX + " devices");
                }
                DeviceId device = DeviceId.of(field.raw(DeviceId.BYTES));
                long counter = field.varint();
                if (counter < 1) {
                    throw new CodecException("it tells of a counter that is out of range");
                }
                seen.add(
                        new SeenHead(header.device(), device, counter, EnvelopeHash.of(field.raw(EnvelopeHash.BYTES))));
            }
        }

        private Event event(long counter) throws CodecException {
            int flags = in.oneByte();
            if ((flags & ~KNOWN_FLAGS) != 0) {
                throw new CodecException("event flags " + flags + " are not known to this version");
            }
            Op.Kind kind = KINDS[flags & OP_MASK];
            transaction = transaction(counter, (flags & NAMES_TRANSACTION) != 0);
            reading += in.zigzag();
            if ((flags & SAME_COLLECTION) == 0) {
                collection = in.text("a collection name", RecordKey.COLLECTION_BYTES_MAX);
            }
            if (collection == null) {
                throw new CodecException("its first event names no collection");
            }
            RecordKey key = new RecordKey(collection, in.text("a record id", RecordKey.ID_BYTES_MAX));
            String name = kind == Op.Kind.NAMED ? in.text("an op name", Op.NAME_BYTES_MAX) : "";
            List<EventId> parents = (flags & NO_PARENTS) != 0 ? List.of() : parents();
            Stamp stamp = new Stamp(reading, header.device());
            return new Event(new EventId(header.device(), counter), key, op(kind, name), stamp, parents, transaction);
        }

        /** One that is not complete goes on, so that none can overlap another. */
        private TransactionSpan transaction(long counter, boolean named) throws CodecException {
            boolean goesOn = transaction != null && transaction.contains(counter);
            if (goesOn && named) {
                throw new CodecException("its transactions overlap");
            }
            if (transaction != null && goesOn) {
                return transaction;
            }
            if (!named) {
                return new TransactionSpan(counter, 1);
            }
            long index = in.varint("the place in a transaction", 0, TransactionSpan.SIZE_MAX - 1);
            if (index > 0 && counter != header.firstCounter()) {
                throw new CodecException("a transaction begins before its first event");
            }
            int size = in.varint("the size of a transaction", 2, TransactionSpan.SIZE_MAX);
            return new TransactionSpan(counter - index, size);
        }

        private List<EventId> parents() throws CodecException {
            int count = in.varint("the number of parents", 1, Event.PARENTS_MAX);
            parentsSoFar += count;
            if (parentsSoFar > PARENTS_MAX) {
                throw new CodecException("its events name more than " + PARENTS_MAX + " parents");
            }
            List<EventId> parents = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int device = in.varint("the index of a device", 0, devices.size());
                if (device == devices.size()) {
                    devices.add(DeviceId.of(in.raw(DeviceId.BYTES)));
                }
                parents.add(new EventId(devices.get(device), in.varint()));
            }
            return parents;
        }

        private Op op(Op.Kind kind, String name) throws CodecException {
            return switch (kind) {
                case PUT -> Op.put(value());
                case PATCH -> Op.patch(value());
                case DELETE -> Op.delete();
                case NAMED -> Op.named(name, value());
            };
        }

        private JsonValue value() throws CodecException {
            int length = in.varint("the length of a value", 1, SyncLimits.VALUE_BYTES_MAX);
            valueBytesSoFar += length;
            if (valueBytesSoFar > VALUE_BYTES_MAX) {
                throw new CodecException("its values are longer than " + VALUE_BYTES_MAX + " bytes");
            }
            byte[] given = in.raw(length);
            JsonValue value = JsonValue.parse(given);
            if (!Arrays.equals(value.toUtf8(), given)) {
                throw new CodecException("a value is not in its canonical form");
            }
            return value;
        }
    }
}
