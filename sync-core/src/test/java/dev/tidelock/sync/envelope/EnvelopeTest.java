package dev.tidelock.sync.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    private static final byte[] KEY = new byte[EnvelopeHeader.PUBLIC_KEY_BYTES];
    private static final DeviceId DEVICE = EnvelopeHeader.deviceOf(KEY);
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.ofEnvelope(new byte[] {1});

    private static Envelope envelope(long first, int count, EnvelopeHash previous) {
        EnvelopeHeader header = EnvelopeHeader.of(DEVICE, first, count, 3, previous, KEY);
        byte[] body = new byte[Envelope.BODY_BYTES_MIN + 5];
        Arrays.fill(body, (byte) 9);
        return Envelope.of(header, body, new byte[Envelope.SIGNATURE_BYTES]);
    }

    @Test
    void parse_whatWasPutTogether_isTheSame() {
        for (Envelope envelope : new Envelope[] {envelope(1, 4, EnvelopeHash.NONE), envelope(5, 1, PREVIOUS)}) {
            Envelope parsed = Envelope.parse(envelope.toByteArray());
            assertEquals(envelope, parsed);
            assertEquals(envelope.header(), parsed.header());
            assertArrayEquals(envelope.body(), parsed.body());
            assertEquals(DEVICE, parsed.header().device());
            assertEquals(3, parsed.header().keyEpoch());
        }
    }

    @Test
    void parse_firstEnvelope_carriesTheKeyThatNamesItsDevice() {
        assertArrayEquals(KEY, envelope(1, 1, EnvelopeHash.NONE).header().authorKey());
        byte[] bytes = envelope(1, 1, EnvelopeHash.NONE).toByteArray();
        bytes[64] ^= 1;
        assertThrows(EnvelopeFormatException.class, () -> Envelope.parse(bytes));
    }

    @Test
    void parse_truncatedWithinItsParts_isRefused() {
        byte[] whole = envelope(1, 1, EnvelopeHash.NONE).toByteArray();
        for (int length = 0; length < whole.length - 5; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(EnvelopeFormatException.class, () -> Envelope.parse(cut), "length " + length);
        }
    }

    @Test
    void of_headersThatDoNotHoldTogether_areRefused() {
        assertThrows(EnvelopeFormatException.class, () -> envelope(1, 0, EnvelopeHash.NONE));
        assertThrows(EnvelopeFormatException.class, () -> envelope(0, 1, EnvelopeHash.NONE));
        assertThrows(EnvelopeFormatException.class, () -> envelope(1, 1, PREVIOUS));
        assertThrows(EnvelopeFormatException.class, () -> envelope(2, 1, EnvelopeHash.NONE));
        assertThrows(
                EnvelopeFormatException.class, () -> envelope(1, EnvelopeHeader.EVENTS_MAX + 1, EnvelopeHash.NONE));
        assertThrows(EnvelopeFormatException.class, () -> envelope(Long.MAX_VALUE, 1, PREVIOUS));
        assertThrows(EnvelopeFormatException.class, () -> envelope(-4, 1, PREVIOUS));
    }

    @Test
    void parse_longerThanAccepted_isRefused() {
        assertThrows(EnvelopeFormatException.class, () -> Envelope.parse(new byte[Envelope.BYTES_MAX + 1]));
    }

    @Test
    void parse_randomBytes_areReadOrRefusedAndNothingElse() {
        Random random = new Random(11);
        byte[] whole = envelope(5, 1, PREVIOUS).toByteArray();
        for (int i = 0; i < 50_000; i++) {
            byte[] bent = whole.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bent[random.nextInt(100)] = (byte) random.nextInt();
            }
            try {
                Envelope.parse(bent);
            } catch (EnvelopeFormatException refused) {
                assertEquals(true, refused.getMessage().length() < 200);
            }
        }
    }

    @Test
    void ids_textForm_readsBack() {
        assertEquals(DEVICE, DeviceId.parse(DEVICE.toString()));
        assertThrows(IllegalArgumentException.class, () -> DeviceId.parse("00"));
        assertThrows(IllegalArgumentException.class, () -> SpaceId.parse("x".repeat(32)));
        assertThrows(IllegalArgumentException.class, () -> SpaceId.parse("0".repeat(33)));
    }
}
