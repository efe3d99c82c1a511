package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What a test keeps in a store: events of numbered devices, and envelopes that look genuine from outside. The same every time. */
final class StoreSamples {
    static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    /** Clock readings of sample events start above this one. */
    static final long READING = 1_760_000_000_000L << 16;

    private StoreSamples() {}

    static byte[] authorKey(int number) {
        byte[] key = new byte[EnvelopeHeader.PUBLIC_KEY_BYTES];
        Arrays.fill(key, (byte) number);
        return key;
    }

    static DeviceId device(int number) {
        return EnvelopeHeader.deviceOf(authorKey(number));
    }

    static EventId id(int device, long counter) {
        return new EventId(device(device), counter);
    }

    static Stamp stamp(int device, long counter) {
        return new Stamp(READING + counter, device(device));
    }

    static RecordKey key(String id) {
        return new RecordKey("notes", id);
    }

    static JsonValue json(String text) {
        return JsonValue.object(Collections.singletonMap("text", JsonValue.of(text)));
    }

    /** A JSON string of so many bytes, quotes included. */
    static JsonValue jsonOfLength(int bytes) {
        char[] text = new char[bytes - 2];
        Arrays.fill(text, 'x');
        return JsonValue.of(new String(text));
    }

    static Event event(int device, long counter, RecordKey key, Op op) {
        return event(device, counter, key, op, new TransactionSpan(counter, 1));
    }

    static Event event(int device, long counter, RecordKey key, Op op, TransactionSpan span, EventId... parents) {
        List<EventId> sorted = new ArrayList<>(Arrays.asList(parents));
        Collections.sort(sorted);
        return new Event(id(device, counter), key, op, stamp(device, counter), sorted, span);
    }

    static Event put(int device, long counter, RecordKey key, String text) {
        return event(device, counter, key, Op.put(json(text)));
    }

    /** What a record comes to after this one put. */
    static RecordState stateOf(Event put) {
        return new RecordState(put.op().value(), put.stamp(), List.of(put.id()), put.stamp(), List.of());
    }

    static RecordState deleted(Event delete) {
        return new RecordState(null, null, List.of(delete.id()), delete.stamp(), List.of());
    }

    static RecordState withConflicts(RecordState state, Conflict... conflicts) {
        List<Conflict> sorted = new ArrayList<>(Arrays.asList(conflicts));
        sorted.sort((one, other) -> one.id().compareTo(other.id()));
        return new RecordState(state.value(), state.valueStamp(), state.heads(), state.latest(), sorted);
    }

    /** An entry for a put that lost to the first event of device 1. */
    static Conflict conflict(int device, long counter, RecordKey key, String text) {
        EventId losing = id(device, counter);
        return new Conflict(losing, List.of(losing), key, Op.Kind.PUT, json(text), stamp(device, counter), id(1, 1));
    }

    /** The envelope of a device that holds the events {@code first} to {@code last}. */
    static Envelope envelope(int device, long first, long last, EnvelopeHash previous) {
        return envelope(device, first, last, previous, Envelope.BODY_BYTES_MIN);
    }

    static Envelope envelope(int device, long first, long last, EnvelopeHash previous, int bodyBytes) {
        byte[] body = new byte[bodyBytes];
        Arrays.fill(body, (byte) device);
        int count = (int) (last - first + 1);
        EnvelopeHeader header = EnvelopeHeader.of(device(device), first, count, 1, previous, authorKey(device));
        return Envelope.of(header, body, new byte[Envelope.SIGNATURE_BYTES]);
    }

    /** A chain of envelopes of one device, each with so many events. */
    static List<Envelope> chain(int device, int envelopes, int eventsEach) {
        List<Envelope> chain = new ArrayList<>();
        EnvelopeHash previous = EnvelopeHash.NONE;
        for (int i = 0; i < envelopes; i++) {
            long first = 1 + (long) i * eventsEach;
            Envelope next = envelope(device, first, first + eventsEach - 1, previous);
            chain.add(next);
            previous = next.hash();
        }
        return chain;
    }
}
