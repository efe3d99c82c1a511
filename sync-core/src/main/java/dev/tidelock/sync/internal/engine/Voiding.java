package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a void says: that transactions of a device do not count. A void always counts itself, whatever becomes of the transaction that it is in, so that the
 * order in which voids arrive makes no difference.
 *
 * <p>It travels as the named op {@value #OP_NAME} on the control record with the id of the device concerned. Its argument is a JSON object:
 *
 * <pre>
 * first    counter of the first event
 * count    how many events from there on; a transaction of which any is among them does not count
 * content  only with a transaction that is issued again: its content hash. It is void only where it is that very transaction, and not another
 *          one with the same counters that a copy of the device has written
 * links    otherwise, of those events that could be read: [counter, collection, record id, [parents]], so that what their author had seen
 *          still shows on devices that cannot read them
 * </pre>
 */
record Voiding(
        DeviceId device, TransactionSpan span, @Nullable EnvelopeHash content, List<Link> links) {
    static final String OP_NAME = "void";

    /** How many links one void carries at most; further ones go into further voids of the same transaction. */
    static final int LINKS_MAX = 200;

    /** How a void event was connected. */
    record Link(EventId event, RecordKey key, List<EventId> parents) {
        private static final int PARENT_BYTES_MAX = 2 * DeviceId.BYTES + 1 + 19 + 3; // an event id, in quotes
        private static final int CHARACTER_BYTES_MAX = 6; // of JSON, if it is written as an escape

        /** How long this can be in JSON, roughly. */
        int bytesMax() {
            return (key.collection().length() + key.id().length()) * CHARACTER_BYTES_MAX
                    + parents.size() * PARENT_BYTES_MAX;
        }

        /** What stands for the event on a device that cannot read it. */
        Event trace() {
            TransactionSpan alone = new TransactionSpan(event.counter(), 1);
            return new Event(event, key, Op.delete(), new Stamp(0, event.device()), parents, alone);
        }
    }

    Voiding {
        links = List.copyOf(links);
        if (links.size() > LINKS_MAX || (content != null && !links.isEmpty())) {
            throw new IllegalArgumentException("a void with " + links.size() + " links");
        }
        for (Link link : links) {
            if (!span.contains(link.event().counter())) {
                throw new IllegalArgumentException("a void links " + link.event() + ", which it does not mean");
            }
        }
    }

    /** Of a transaction that is issued again. */
    static Voiding ofReissued(List<Event> transaction) {
        Event first = transaction.get(0);
        return new Voiding(first.device(), first.transaction(), EventBatchCodec.contentHash(transaction), List.of());
    }

    static boolean isVoid(Event event) {
        return event.key().isControl()
                && event.op().kind() == Op.Kind.NAMED
                && event.op().name().equals(OP_NAME);
    }

    /** Whether a transaction that begins with this event issues again what another device wrote, or this one under another identity. */
    static boolean isOfAnother(Event first, DeviceId device) {
        Voiding voiding = isVoid(first) ? of(first) : null;
        return voiding != null && voiding.content() != null && !voiding.device().equals(device);
    }

    /** The control record that collects the voids of a device's transactions. */
    static RecordKey key(DeviceId device) {
        return RecordKey.control(device.toString());
    }

    /** Whether it speaks of events that this device has yet to seal, though another one wrote it: nobody can hold them. */
    boolean isAhead(StoreReader reader, DeviceId author) {
        StoreIdentity identity = reader.identity();
        return identity != null
                && identity.device().equals(device)
                && !author.equals(device)
                && content == null
                && span.last() > Witness.held(reader, device);
    }

    /** Whether it means this transaction. */
    boolean hits(List<Event> transaction) {
        TransactionSpan other = transaction.get(0).transaction();
        boolean meet = span.first() <= other.last() && other.first() <= span.last();
        return meet && (content == null || content.equals(EventBatchCodec.contentHash(transaction)));
    }

    /** Whether its author could read this event of a transaction that it hits. */
    boolean hasRead(EventId event) {
        return content != null || links.stream().anyMatch(link -> link.event().equals(event));
    }

    Op toOp() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("first", JsonValue.of(span.first()));
        members.put("count", JsonValue.of(span.size()));
        if (content != null) {
            members.put("content", JsonValue.of(content.toString()));
        }
        if (!links.isEmpty()) {
            List<JsonValue> all = new ArrayList<>();
            links.forEach(link -> all.add(toJson(link)));
            members.put("links", JsonValue.array(all));
        }
        return Op.named(OP_NAME, JsonValue.object(members));
    }

    private static JsonValue toJson(Link link) {
        List<JsonValue> parents = new ArrayList<>();
        link.parents().forEach(parent -> parents.add(JsonValue.of(parent.toString())));
        return JsonValue.array(List.of(
                JsonValue.of(link.event().counter()),
                JsonValue.of(link.key().collection()),
                JsonValue.of(link.key().id()),
                JsonValue.array(parents)));
    }

    /** Shows what all void events say of a device's transactions, each by its event. */
    static void read(StoreReader reader, DeviceId device, BiConsumer<EventId, Voiding> visitor) {
        reader.events(key(device), EventState.APPLIED, Integer.MAX_VALUE, listed -> {
            Event event = Objects.requireNonNull(listed.whole());
            Voiding voiding = isVoid(event) ? of(event) : null;
            if (voiding != null) {
                visitor.accept(event.id(), voiding);
            }
        });
    }

    /** What a void event says; null if it says nothing that this version understands. */
    static @Nullable Voiding of(Event event) {
        try {
            JsonObject argument = Objects.requireNonNull(event.op().value().asObject());
            DeviceId device = DeviceId.parse(event.key().id());
            TransactionSpan span =
                    new TransactionSpan(number(argument.get("first")), Math.toIntExact(number(argument.get("count"))));
            JsonValue content = argument.get("content");
            JsonValue links = argument.get("links");
            return new Voiding(
                    device,
                    span,
                    content == null ? null : EnvelopeHash.parse(Objects.requireNonNull(content.asString())),
                    links == null ? List.of() : links(device, Objects.requireNonNull(links.asArray())));
        } catch (IllegalArgumentException
                | ArithmeticException
                | NullPointerException
                | IndexOutOfBoundsException malformed) {
            return null;
        }
    }

    private static long number(@Nullable JsonValue value) {
        return Objects.requireNonNull(Objects.requireNonNull(value).asNumber()).longValue();
    }

    private static List<Link> links(DeviceId device, JsonArray array) {
        List<Link> links = new ArrayList<>();
        for (JsonValue item : array.items()) {
            List<JsonValue> fields = Objects.requireNonNull(item.asArray()).items();
            RecordKey key = new RecordKey(
                    Objects.requireNonNull(fields.get(1).asString()),
                    Objects.requireNonNull(fields.get(2).asString()));
            List<EventId> parents = new ArrayList<>();
            for (JsonValue parent :
                    Objects.requireNonNull(fields.get(3).asArray()).items()) {
                parents.add(EventId.parse(Objects.requireNonNull(parent.asString())));
            }
            Link link = new Link(new EventId(device, number(fields.get(0))), key, parents);
            link.trace(); // refuses what no event can be
            links.add(link);
        }
        return links;
    }
}
