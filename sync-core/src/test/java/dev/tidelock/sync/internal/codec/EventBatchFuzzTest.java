package dev.tidelock.sync.internal.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.util.Arrays;

/** Behind the seal: an author may be broken, or hostile. Any bytes are events or a {@link CodecException}. */
class EventBatchFuzzTest {
    private static final DeviceId DEVICE = DeviceId.of(new byte[] {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7});
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.ofEnvelope(new byte[1]);

    @FuzzTest
    void unpad(byte[] plaintext) throws CodecException {
        byte[] body;
        try {
            body = PlaintextCodec.decode(plaintext);
        } catch (CodecException refused) {
            return;
        }
        assertArrayEquals(body, PlaintextCodec.decode(PlaintextCodec.encode(body)));
    }

    @FuzzTest
    void decode(byte[] plaintext) throws CodecException {
        requireReadsBack(header(2, 1), plaintext);
    }

    /** The first two bytes say how many events the envelope's header names, and where they begin. */
    @FuzzTest
    void decodeBody(byte[] bytes) throws CodecException {
        if (bytes.length < 2) {
            return;
        }
        byte[] body = Arrays.copyOfRange(bytes, 2, bytes.length);
        requireReadsBack(header(2 + (bytes[0] & 0xff), 1 + (bytes[1] & 0x1f)), PlaintextCodec.encode(body));
    }

    private static void requireReadsBack(EnvelopeHeader header, byte[] plaintext) throws CodecException {
        EventBatchCodec.Batch batch;
        try {
            batch = EventBatchCodec.decode(header, plaintext);
        } catch (CodecException refused) {
            return;
        }
        assertEquals(header.eventCount(), batch.events().size());
        byte[] encoded = EventBatchCodec.encode(batch.events(), batch.seen());
        EventBatchCodec.Batch again = EventBatchCodec.decode(header, encoded);
        assertEquals(batch.events(), again.events());
        assertEquals(batch.seen(), again.seen());
        assertArrayEquals(encoded, EventBatchCodec.encode(again.events(), again.seen()));
    }

    private static EnvelopeHeader header(long firstCounter, int eventCount) {
        return EnvelopeHeader.of(DEVICE, firstCounter, eventCount, 1, PREVIOUS, new byte[32]);
    }
}
