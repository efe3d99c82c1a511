package dev.tidelock.sync.http.wire;

import static org.junit.jupiter.api.Assertions.fail;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.TestEnvelopes;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PushReceipt;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every reader, given what is nearly right: it answers with a value or a {@link WireFormatException}, and with nothing else. */
class WireFuzzTest {
    private static final int ROUNDS = Boolean.getBoolean("tidelock.long") ? 500_000 : 10_000;
    private static final EnvelopeHash HASH = EnvelopeHash.ofEnvelope(new byte[] {1});

    private interface Reader {
        Object read(byte[] body) throws Exception;
    }

    @Test
    void pushBody_bent_isReadOrRefused() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PushBody.write(new TestEnvelopes(1).next(3, 50), out);
        fuzz(out.toByteArray(), PushBody::read);
    }

    @Test
    void page_bent_isReadOrRefused() throws Exception {
        TestEnvelopes device = new TestEnvelopes(1);
        PageWriter writer = new PageWriter(1 << 20);
        writer.addEnvelope(device.next(50).toByteArray());
        writer.addOwn(HASH);
        byte[] page = writer.write(new Cursor(new LogId("log"), 2, HASH), true, Map.of(device.device(), 1L), 1234);
        fuzz(page, body -> PageReader.read(new ByteArrayInputStream(body), WireLimits.pageBytesMax(1 << 20)));
    }

    @Test
    void pushAnswer_bent_isReadOrRefused() throws Exception {
        PushReceipt.Refusal refusal = new PushReceipt.Refusal(HASH, PushReceipt.RefusalReason.FORK, "why");
        fuzz(PushAnswer.write(new PushReceipt(List.of(HASH), List.of(refusal), 17)), PushAnswer::read);
    }

    @Test
    void pullBody_bent_isReadOrRefused() throws Exception {
        Cursor cursor = new Cursor(new LogId("log"), 2, HASH);
        fuzz(new PullBody(PullRequest.after(cursor), 65536).write(), PullBody::read);
        Map<dev.tidelock.sync.envelope.DeviceId, Long> known = Map.of(new TestEnvelopes(1).device(), 3L);
        fuzz(new PullBody(PullRequest.missing(known, 1), 65536).write(), PullBody::read);
    }

    @Test
    void smallBodies_bent_areReadOrRefused() throws Exception {
        byte[] key = new TestEnvelopes(1).publicKey();
        fuzz(KeyBody.write(key), KeyBody::read);
        fuzz(new MailboxBody(SpaceId.of(new byte[16]), 60).write(), MailboxBody::read);
        fuzz(new DevicesAnswer(List.of(new DevicesAnswer.Device(key, 5)), 6).write(), DevicesAnswer::read);
        fuzz(new ErrorAnswer("gap", "why", new LogId("log"), 6).write(), ErrorAnswer::read);
        fuzz(new DoneAnswer(5).write(), DoneAnswer::read);
    }

    private static void fuzz(byte[] valid, Reader reader) throws Exception {
        reader.read(valid);
        for (long seed = 0; seed < ROUNDS; seed++) {
            byte[] bent = bend(valid, new Random(seed));
            try {
                reader.read(bent);
            } catch (WireFormatException expected) {
                // Refused, as it should be.
            } catch (Exception | Error wrong) {
                fail("seed " + seed + " broke the reader: " + Arrays.toString(bent), wrong);
            }
        }
    }

    private static byte[] bend(byte[] valid, Random random) {
        byte[] bent = valid.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bent = bendOnce(bent, random);
        }
        return bent;
    }

    private static byte[] bendOnce(byte[] source, Random random) {
        int at = source.length == 0 ? 0 : random.nextInt(source.length);
        byte[] bent = source.clone();
        switch (random.nextInt(5)) {
            case 0 -> bent = Arrays.copyOf(bent, at);
            case 1 -> bent = Arrays.copyOf(bent, source.length + random.nextInt(8));
            case 2 -> bent = Arrays.copyOfRange(source, at, source.length);
            default -> {
                if (source.length > 0) {
                    bent[at] = random.nextBoolean()
                            ? (byte) random.nextInt(256)
                            : (byte) (bent[at] ^ 1 << random.nextInt(8));
                }
            }
        }
        return bent;
    }
}
