package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.hex;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.seal.OpenResult;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/**
 * Envelopes of version 1 open for ever. The two in src/test/resources were made by {@link ReferenceEnvelope}; if one of these
 * tests fails, the format has changed, and the version has to.
 */
class GoldenEnvelopeTest {
    private static final String FIRST = "golden-envelope-1-first.hex";
    private static final String SECOND = "golden-envelope-1-second.hex";

    private final DeviceIdentity author = Fixtures.identity(7);

    @Test
    void open_goldenEnvelopes_giveTheirText() throws Exception {
        assertEquals("the first batch", opened(golden(FIRST)));
        assertEquals("the second batch, of another epoch", opened(golden(SECOND)));
    }

    @Test
    void golden_second_isChainedToTheFirst() throws Exception {
        assertEquals(golden(FIRST).hash(), golden(SECOND).header().previous());
    }

    @Test
    void reference_fromThePageAlone_makesTheSameBytes() throws Exception {
        byte[] first = reference(1, 3, 1, filled(32, 0x11), EnvelopeHash.NONE, filled(12, 0x0a), "the first batch");
        assertEquals(text(FIRST), hex(first));
        byte[] second = reference(
                4,
                4096,
                2,
                filled(32, 0x22),
                EnvelopeHash.ofEnvelope(first),
                filled(12, 0x0b),
                "the second batch, of another epoch");
        assertEquals(text(SECOND), hex(second));
    }

    private byte[] reference(
            long firstCounter, int events, int epoch, byte[] key, EnvelopeHash previous, byte[] nonce, String plaintext)
            throws Exception {
        return ReferenceEnvelope.of(
                Fixtures.SPACE,
                filled(32, 7),
                author.publicKey(),
                author.device(),
                firstCounter,
                events,
                epoch,
                key,
                previous.toByteArray(),
                nonce,
                plaintext.getBytes(StandardCharsets.UTF_8));
    }

    private String opened(Envelope envelope) {
        OpenResult result = Fixtures.keys().sealer().open(envelope, author.publicKey());
        return new String(assertInstanceOf(OpenResult.Opened.class, result).plaintext(), StandardCharsets.UTF_8);
    }

    private static Envelope golden(String name) throws Exception {
        return Envelope.parse(unhex(text(name)));
    }

    private static String text(String name) throws Exception {
        try (InputStream in = GoldenEnvelopeTest.class.getResourceAsStream("/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        }
    }
}
