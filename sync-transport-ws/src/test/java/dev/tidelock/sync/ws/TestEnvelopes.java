package dev.tidelock.sync.ws;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Envelopes that hold together and say nothing: a transport must not care. */
final class TestEnvelopes {
    private final Random random;
    private final byte[] publicKey;
    private long nextCounter = 1;
    private EnvelopeHash previous = EnvelopeHash.NONE;

    TestEnvelopes(long seed) {
        random = new Random(seed);
        publicKey = bytes(EnvelopeHeader.PUBLIC_KEY_BYTES);
    }

    DeviceId device() {
        return EnvelopeHeader.deviceOf(publicKey);
    }

    byte[] publicKey() {
        return publicKey.clone();
    }

    /** The next envelope of this device: one event, and a body of this length. */
    Envelope next(int bodyBytes) {
        EnvelopeHeader header = EnvelopeHeader.of(device(), nextCounter, 1, 1, previous, publicKey);
        Envelope envelope = Envelope.of(header, bytes(bodyBytes), bytes(Envelope.SIGNATURE_BYTES));
        nextCounter++;
        previous = envelope.hash();
        return envelope;
    }

    List<Envelope> next(int count, int bodyBytes) {
        List<Envelope> envelopes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            envelopes.add(next(bodyBytes));
        }
        return envelopes;
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
