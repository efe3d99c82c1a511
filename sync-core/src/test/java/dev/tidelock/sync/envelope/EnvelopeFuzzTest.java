package dev.tidelock.sync.envelope;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/** Any bytes are an envelope or an {@link EnvelopeFormatException}; what is one has no other form. */
class EnvelopeFuzzTest {
    @FuzzTest
    void parse(byte[] bytes) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(bytes);
        } catch (EnvelopeFormatException refused) {
            return;
        }
        assertArrayEquals(bytes, envelope.toByteArray());
        assertEquals(envelope, Envelope.of(envelope.header(), envelope.body(), envelope.signature()));
    }

    /** A first envelope whose device belongs to its key, so that chance gets beyond the hash. */
    @FuzzTest
    void parseFirst(byte[] bytes) {
        byte[] first = Arrays.copyOf(bytes, Math.max(bytes.length, EnvelopeHeader.FIXED_BYTES + 32));
        byte[] key = Arrays.copyOfRange(first, EnvelopeHeader.FIXED_BYTES, EnvelopeHeader.FIXED_BYTES + 32);
        System.arraycopy(EnvelopeHeader.deviceOf(key).toByteArray(), 0, first, 2, DeviceId.BYTES);
        parse(first);
    }

    @FuzzTest
    void parseIds(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        requireReadsBack(text, DeviceId::parse);
        requireReadsBack(text, SpaceId::parse);
        requireReadsBack(text, EnvelopeHash::parse);
    }

    private static void requireReadsBack(String text, Function<String, ?> parser) {
        Object id;
        try {
            id = parser.apply(text);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(text.toLowerCase(Locale.ROOT), id.toString());
        assertEquals(id, parser.apply(id.toString()));
    }
}
