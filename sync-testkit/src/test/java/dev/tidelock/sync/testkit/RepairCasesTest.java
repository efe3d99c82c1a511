package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Remotes that lie about the time or answer only now and then, and deletes that come in pieces. */
@Timeout(120)
class RepairCasesTest {
    private final TestSpace space = new TestSpace();
    private long lieMillis;
    private int pulls;
    private int pullsMax = Integer.MAX_VALUE;

    @AfterEach
    void close() {
        space.close();
    }

    private Transport deceiving(Transport inner) {
        return new Transport() {
            @Override
            public String remote() {
                return inner.remote();
            }

            @Override
            public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                return inner.push(envelopes);
            }

            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                if (++pulls > pullsMax) {
                    throw new TransportException(TransportException.Kind.OFFLINE, "no answer", null);
                }
                PullResult honest = inner.pull(request);
                long told = honest.remoteMillis() + lieMillis;
                return honest instanceof PullResult.Page page
                        ? new PullResult.Page(page.entries(), page.next(), page.more(), page.heads(), told)
                        : honest;
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    private TestSpace.Device deceived(int number) {
        return space.device(TestSealer.of(TestSpace.SPACE, number), number, new MemoryDisk(), this::deceiving, s -> s);
    }

    @Test
    void lieAboutTheTime_doesNotReDateWhatOthersHaveBuiltOn() throws Exception {
        TestSpace.Device a = deceived(1);
        TestSpace.Device b = space.device(2);
        a.add("n", 5);
        TestSpace.syncAll(a, b);
        space.time.advance(Duration.ofHours(1));
        b.client.collection("notes").put("n", JsonValue.of(5)); // has seen the 5
        b.put("other", "x");
        TestSpace.syncAll(b, a);
        int before = space.relay.size();
        for (int i = 1; i <= 10; i++) {
            lieMillis = -Duration.ofDays(i).toMillis();
            a.sync();
            lieMillis = Duration.ofDays(i).toMillis();
            a.sync();
            lieMillis = 0;
            TestSpace.syncAll(a, b);
        }
        assertEquals("5", b.get("n"));
        assertEquals("5", a.get("n"));
        assertEquals(before, space.relay.size());
        assertEquals(a.client.stateHash(), b.client.stateHash());
        assertEquals(List.of(), a.openIncidents());
    }

    @Test
    void massDeleteInPieces_waitsAsAWhole() throws Exception {
        TestSpace.Device a = space.device(1);
        TestSpace.Device b = space.device(2);
        a.client.transaction(tx -> {
            for (int i = 0; i < 1400; i++) {
                tx.put("notes", "r" + i, JsonValue.of("text"));
            }
            return null;
        });
        TestSpace.syncAll(a, b);
        a.client.transaction(tx -> {
            for (int i = 0; i < 1400; i++) {
                tx.delete("notes", "r" + i);
            }
            return tx.put("notes", "after", JsonValue.of("in the second envelope"));
        });
        a.sync();
        b.sync();
        assertEquals("\"text\"", b.get("r7"));
        assertEquals(
                List.of(QuarantineItem.Reason.MASS_DELETE),
                b.client.quarantine().stream().map(QuarantineItem::reason).toList());
        b.client.retryQuarantined(b.client.quarantine().get(0).id());
        assertEquals("absent", b.get("r7"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
    }

    @Test
    void forkWhoseSettlementIsCutOff_isSettledTheNextTime() throws Exception {
        TestSpace.Member member = space.member(3);
        TestSpace.Member liar = space.member(66);
        TestSpace.Device b = deceived(2);
        member.write(new RecordKey("notes", "1"), Op.put(JsonValue.of(1)));
        member.send();
        b.sync();
        liar.write(new RecordKey("notes", "2"), Op.put(JsonValue.of(1)));
        liar.send(new SeenHead(liar.device(), member.device(), 1, EnvelopeHash.ofEnvelope(new byte[1])));
        List<Integer> cuts = new ArrayList<>();
        for (int cut = 1; cut < 6; cut++) {
            pulls = 0;
            pullsMax = cut;
            try {
                b.sync();
            } catch (Exception offlineNow) {
                cuts.add(cut);
            }
        }
        pullsMax = Integer.MAX_VALUE;
        b.sync();
        assertEquals(List.<Incident.Kind>of(), b.openIncidents(), cuts.toString());
    }

    @Test
    void reReadingThatIsCutOff_isNoRepetition() throws Exception {
        TestSpace.Device b = space.device(
                TestSealer.of(TestSpace.SPACE, 2).withKeys(Map.of(1, 1L)),
                2,
                new MemoryDisk(),
                inner -> deceiving(new SimulatedTransport(
                        space.relay, TestSealer.of(TestSpace.SPACE, 2).device(), 2000)),
                s -> s);
        TestSpace.Member stranger =
                space.member(TestSealer.of(TestSpace.SPACE, 3).withKeys(Map.of(2, 2L)));
        TestSpace.Member known = space.member(4);
        for (int i = 0; i < 20; i++) {
            stranger.write(new RecordKey("notes", "s" + i), Op.put(JsonValue.of("x".repeat(300))));
            stranger.send();
            known.write(new RecordKey("notes", "k" + i), Op.put(JsonValue.of("x".repeat(300))));
            known.send();
        }
        b.sync();
        MemoryDisk disk = b.disk;
        b.client.close();
        TestSpace.Device again = space.device(
                TestSealer.of(TestSpace.SPACE, 2).withKeys(Map.of(1, 1L, 2, 2L)),
                22,
                disk,
                inner -> deceiving(new SimulatedTransport(
                        space.relay, TestSealer.of(TestSpace.SPACE, 2).device(), 2000)),
                s -> s);
        again.client.retryQuarantined(again.client.quarantine().stream()
                .filter(item -> item.reason() == QuarantineItem.Reason.UNKNOWN_DEVICE)
                .findFirst()
                .orElseThrow()
                .id());
        pulls = 0;
        pullsMax = 2;
        assertThrows(Exception.class, again::sync);
        pullsMax = Integer.MAX_VALUE;
        again.sync();
        assertEquals("\"" + "x".repeat(300) + "\"", again.get("s19"));
        assertTrue(
                again.client.status().incidents().stream().noneMatch(one -> one.kind() == Incident.Kind.REPEATED),
                again.client.status().incidents().toString());
    }
}
