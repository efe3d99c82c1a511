package dev.tidelock.sync.motebit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.testkit.TestSealer;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvelopeEventsTest {
    private final TestSealer sealer = TestSealer.of(SpaceId.of(new byte[SpaceId.BYTES]), 1);
    private final MotebitIdentity identity = MotebitIdentity.ofUnprotectedSeed(new byte[32]);
    private final EnvelopeEvents events = new EnvelopeEvents(identity.signer(sealer.device()), identity.eventSeal());
    private final Envelope envelope = sealer.seal(1, 1, EnvelopeHash.NONE, new byte[40]);
    private final UUID id = Uuids.ofEvent(envelope.hash(), 0);

    private WireEvent written() {
        return WireEvent.parse(events.write(envelope, id, 7, 1_770_000_000_000L).getBytes(UTF_8));
    }

    @Test
    void open_whatWasWritten_isTheEnvelope() {
        WireEvent event = written();
        assertEquals(id, event.id());
        assertEquals(7, event.clock());
        assertEquals(identity.motebitId(), event.motebitId());
        Envelope read = EnvelopeEvents.envelope(events.open(event));
        assertArrayEquals(envelope.toByteArray(), read.toByteArray());
    }

    @Test
    void write_always_isMarkedAsSealedAndHasNoReceipt() {
        String event = events.write(envelope, id, 7, 1);
        assertTrue(event.contains("\"_encrypted\":true"));
        assertTrue(event.contains("\"event_type\":\"tidelock_envelope\""));
        assertTrue(!event.contains("receipt") && !event.contains(envelope.hash().toString()));
    }

    @Test
    void write_theLongestEnvelope_isNotTooLongToBeRead() {
        Envelope longest =
                sealer.seal(1, 1, EnvelopeHash.NONE, new byte[Envelope.BYTES_MAX - 96 - 28 - Envelope.SIGNATURE_BYTES]);
        assertEquals(Envelope.BYTES_MAX, longest.length());
        assertTrue(events.write(longest, id, 7, 1).length() <= EventSplitter.EVENT_BYTES_MAX);
    }

    @Test
    void open_ofAnotherMotebit_isNull() {
        WireEvent event = written();
        assertNull(events.open(new WireEvent(event.id(), "another", event.clock(), event.sealed())));
        assertNull(events.open(new WireEvent(event.id(), null, event.clock(), event.sealed())));
        MotebitIdentity stranger = MotebitIdentity.derivedFrom(new byte[32]);
        EnvelopeEvents others = new EnvelopeEvents(identity.signer(sealer.device()), stranger.eventSeal());
        assertNull(others.open(event));
    }

    @Test
    void envelope_ofAnotherVersionOrSomethingElse_isNull() {
        for (String plaintext : new String[] {
            "{}",
            "[]",
            "{\"tidelock\":2,\"envelope\":\"AAAA\"}",
            "{\"kind\":\"note\",\"text\":\"hello\"}",
            "{\"tidelock\":1}"
        }) {
            assertNull(EnvelopeEvents.envelope(plaintext.getBytes(UTF_8)), plaintext);
        }
    }

    @Test
    void eventId_ofOneEnvelope_isAlwaysTheSameAndOfVersion8() {
        assertEquals(id, Uuids.ofEvent(envelope.hash(), 0));
        assertTrue(!id.equals(Uuids.ofEvent(envelope.hash(), 1)));
        assertEquals(8, id.version());
        assertEquals(2, id.variant());
    }
}
