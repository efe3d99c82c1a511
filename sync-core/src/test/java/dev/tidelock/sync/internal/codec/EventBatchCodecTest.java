package dev.tidelock.sync.internal.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.model.TransactionSpan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class EventBatchCodecTest {
    private static final DeviceId DEVICE = device(7);
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.ofEnvelope(new byte[1]);

    private static DeviceId device(int number) {
        byte[] id = new byte[DeviceId.BYTES];
        Arrays.fill(id, (byte) number);
        return DeviceId.of(id);
    }

    private static EnvelopeHeader header(List<Event> events) {
        return EnvelopeHeader.of(DEVICE, events.get(0).id().counter(), events.size(), 1, PREVIOUS, new byte[32]);
    }

    private static List<Event> randomBatch(Random random) {
        long counter = 2 + random.nextInt(1_000);
        int count = 1 + random.nextInt(8);
        List<Event> events = new ArrayList<>();
        long reading = random.nextInt(1_000_000);
        TransactionSpan span = new TransactionSpan(counter, 1);
        for (int i = 0; i < count; i++) {
            if (!span.contains(counter + i)) {
                span = new TransactionSpan(counter + i, 1 + random.nextInt(4));
            }
            reading += 1 + random.nextInt(1 << 20);
            TreeSet<EventId> parents = new TreeSet<>();
            for (int p = random.nextInt(4); p > 0; p--) {
                parents.add(new EventId(device(5 + random.nextInt(4)), 1 + random.nextInt(100)));
            }
            RecordKey key = new RecordKey("c" + random.nextInt(2), "id-" + random.nextInt(5) + "\u00e9");
            events.add(new Event(
                    new EventId(DEVICE, counter + i),
                    key,
                    op(random),
                    new Stamp(reading, DEVICE),
                    List.copyOf(parents),
                    span));
        }
        return events;
    }

    private static Op op(Random random) {
        JsonValue value = JsonValue.parse("{\"a\":" + random.nextInt() + ",\"b\":[true,null,\"x\"]}");
        return switch (random.nextInt(4)) {
            case 0 -> Op.put(value);
            case 1 -> Op.patch(value);
            case 2 -> Op.delete();
            default -> Op.named("add", value);
        };
    }

    @Test
    void decode_whatWasEncoded_isTheSame() throws CodecException {
        for (int seed = 0; seed < 2_000; seed++) {
            List<Event> events = randomBatch(new Random(seed));
            byte[] plaintext = EventBatchCodec.encode(events, List.of());
            assertEquals(
                    events, EventBatchCodec.decode(header(events), plaintext).events(), "seed " + seed);
            assertEquals(Padding.padded(plaintext.length), plaintext.length, "seed " + seed);
        }
    }

    /** Behind the seal as well: an author may be broken, or newer. Nothing but a {@link CodecException} may come out. */
    @Test
    void decode_changedBytes_areReadOrRefusedAndNothingElse() throws CodecException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<Event> events = randomBatch(random);
            byte[] body = PlaintextCodec.decode(EventBatchCodec.encode(events, List.of()));
            for (int i = 0; i < body.length; i++) {
                byte[] bent = body.clone();
                bent[i] ^= (byte) (1 << random.nextInt(8));
                decodeOrRefuse(header(events), PlaintextCodec.encode(bent));
                decodeOrRefuse(header(events), PlaintextCodec.encode(Arrays.copyOf(body, i)));
            }
        }
    }

    @Test
    void decode_randomBytes_areRefused() {
        Random random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            decodeOrRefuse(header(randomBatch(random)), bytes);
        }
    }

    private static void decodeOrRefuse(EnvelopeHeader header, byte[] plaintext) {
        try {
            assertEquals(
                    header.eventCount(),
                    EventBatchCodec.decode(header, plaintext).events().size());
        } catch (CodecException refused) {
            assertTrue(refused.getMessage().length() < 200);
        }
    }

    @Test
    void decode_unknownHeaderFields_arePassedOver() throws CodecException {
        List<Event> events = randomBatch(new Random(5));
        byte[] body = PlaintextCodec.decode(EventBatchCodec.encode(events, List.of()));
        ByteWriter out = new ByteWriter();
        out.varint(2);
        out.varint(9);
        out.bytes(new byte[] {1, 2, 3});
        out.varint(900);
        out.bytes(new byte[0]);
        out.raw(Arrays.copyOfRange(body, 1, body.length));
        assertEquals(
                events,
                EventBatchCodec.decode(header(events), PlaintextCodec.encode(out.toByteArray()))
                        .events());
    }

    @Test
    void decode_aBodyThatInflatesWithoutEnd_isCutOff() {
        byte[] bomb = deflated(new byte[PlaintextCodec.BODY_BYTES_MAX + 1]);
        assertTrue(bomb.length < 100_000);
        assertThrows(CodecException.class, () -> PlaintextCodec.decode(bomb));
    }

    /** What {@link PlaintextCodec#encode} refuses to make. */
    private static byte[] deflated(byte[] body) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(body);
        deflater.finish();
        byte[] packed = new byte[body.length];
        int length = deflater.deflate(packed);
        deflater.end();
        ByteBuffer whole = ByteBuffer.allocate(Padding.padded(6 + length));
        whole.put((byte) 1).put((byte) 0).putInt(length).put(packed, 0, length);
        return whole.array();
    }

    @Test
    void encode_theLargestBatchThatThereCanBe_isAccepted() throws CodecException {
        List<Event> events = largest();
        List<SeenHead> seen = new ArrayList<>();
        for (int i = 0; i < EventBatchCodec.SEEN_HEADS_MAX; i++) {
            seen.add(new SeenHead(DEVICE, numbered(i), EnvelopeHeader.COUNTER_MAX, PREVIOUS));
        }
        byte[] plaintext = EventBatchCodec.encode(events, seen);
        assertEquals(events, EventBatchCodec.decode(header(events), plaintext).events());
    }

    private static List<Event> largest() {
        JsonValue value = JsonValue.of("v".repeat(SyncLimits.ENVELOPE_VALUE_BYTES_MAX / 1000 - 2));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < SyncLimits.ENVELOPE_EVENTS_MAX; i++) {
            List<EventId> parents = new ArrayList<>();
            for (int j = 0; j < EventBatchCodec.PARENTS_MAX / SyncLimits.ENVELOPE_EVENTS_MAX; j++) {
                parents.add(new EventId(numbered(i * 50 + j), EnvelopeHeader.COUNTER_MAX));
            }
            Collections.sort(parents);
            EventId id = new EventId(DEVICE, 2 + i);
            RecordKey key = new RecordKey(
                    String.format("%0200d", i % 2), String.format("%01000d", i)); // never the same as before
            Op op = Op.named("o".repeat(Op.NAME_BYTES_MAX), value);
            long reading = i % 2 == 0 ? 1 : Long.MAX_VALUE;
            events.add(new Event(id, key, op, new Stamp(reading, DEVICE), parents, new TransactionSpan(2 + i, 1)));
        }
        return events;
    }

    private static DeviceId numbered(int number) {
        return DeviceId.of(
                ByteBuffer.allocate(DeviceId.BYTES).putInt(1 + number).array());
    }

    @Test
    void decode_valuesThatAreTooMuchTogether_areRefused() {
        JsonValue half = JsonValue.of("v".repeat(EventBatchCodec.VALUE_BYTES_MAX / 2));
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            EventId id = new EventId(DEVICE, 2 + i);
            events.add(new Event(
                    id,
                    new RecordKey("c", "i"),
                    Op.put(half),
                    new Stamp(i, DEVICE),
                    List.of(),
                    new TransactionSpan(2 + i, 1)));
        }
        byte[] plaintext = EventBatchCodec.encode(events, List.of());
        assertThrows(CodecException.class, () -> EventBatchCodec.decode(header(events), plaintext));
    }

    @Test
    void decode_aValueThatIsNotCanonical_isRefused() throws CodecException {
        List<Event> events = List.of(new Event(
                new EventId(DEVICE, 2),
                new RecordKey("c", "i"),
                Op.put(JsonValue.parse("\"spaced\"")),
                new Stamp(1, DEVICE),
                List.of(),
                new TransactionSpan(2, 1)));
        byte[] body = PlaintextCodec.decode(EventBatchCodec.encode(events, List.of()));
        byte[] same = new String(body, java.nio.charset.StandardCharsets.ISO_8859_1)
                .replace("\"spaced\"", "\"space\" ")
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        assertEquals(body.length, same.length);
        assertThrows(CodecException.class, () -> EventBatchCodec.decode(header(events), PlaintextCodec.encode(same)));
    }

    @Test
    void padded_anyLength_costsAtMostTwelvePercentAndHidesMost() {
        int lengths = 0;
        int before = 0;
        for (int length = 1; length < 200_000; length++) {
            int padded = Padding.padded(length);
            assertTrue(padded >= length && padded <= length * 1.12 + 1, "length " + length);
            if (padded != before) {
                lengths++;
                before = padded;
            }
        }
        assertTrue(lengths < 320, lengths + " distinct lengths");
    }
}
