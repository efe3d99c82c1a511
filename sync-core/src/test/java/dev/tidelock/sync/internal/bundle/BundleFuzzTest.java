package dev.tidelock.sync.internal.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Any bytes are a bundle or a {@link BundleException}, also behind the seal; what is one is the same once written and read again. */
class BundleFuzzTest {
    @FuzzTest
    void file(byte[] bytes) throws IOException, BundleException {
        BundleHeader header;
        List<Envelope> envelopes = new ArrayList<>();
        try {
            header = read(bytes, envelopes);
        } catch (BundleException refused) {
            return;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BundleWriter writer = new BundleWriter(out, new NothingSealed(), new byte[16], header);
        for (Envelope envelope : envelopes) {
            writer.add(envelope);
        }
        assertEquals(envelopes.size(), writer.finish());
        List<Envelope> again = new ArrayList<>();
        assertEquals(header, read(out.toByteArray(), again));
        assertEquals(envelopes, again);
    }

    private static BundleHeader read(byte[] bytes, List<Envelope> envelopes) throws IOException, BundleException {
        BundleReader reader = new BundleReader(new ByteArrayInputStream(bytes), new NothingSealed());
        for (List<Envelope> block = reader.next(); !block.isEmpty(); block = reader.next()) {
            envelopes.addAll(block);
        }
        assertEquals(envelopes.size(), reader.envelopes());
        return reader.header();
    }

    /** Lets everything through, so that chance gets behind the seal. */
    private static final class NothingSealed implements Sealer {
        @Override
        public SpaceId space() {
            return SpaceId.of(new byte[SpaceId.BYTES]);
        }

        @Override
        public DeviceId device() {
            return DeviceId.of(new byte[DeviceId.BYTES]);
        }

        @Override
        public Envelope seal(long firstCounter, int eventCount, EnvelopeHash previous, byte[] plaintext) {
            throw new AssertionError("a bundle seals no envelopes");
        }

        @Override
        public OpenResult open(Envelope envelope, byte[] authorKey) {
            throw new AssertionError("a bundle opens no envelopes");
        }

        @Override
        public byte[] sealMessage(byte[] message, byte[] context) {
            return message.clone();
        }

        @Override
        public byte[] blindName(String kind, String name) {
            throw new AssertionError("a bundle names nothing");
        }

        @Override
        public byte[] openMessage(byte[] sealed, byte[] context) {
            return sealed.clone();
        }
    }
}
