package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies of copies, lost answers and wrong clocks around a renewed identity: every write counts once, and none goes back in time. */
@Timeout(120)
class TakeoverTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device b = space.device(2);

    @AfterEach
    void close() {
        space.close();
    }

    /** Pushes arrive, their answers do not. */
    private static UnaryOperator<Transport> answersLost(boolean[] lost) {
        return inner -> new Transport() {
            @Override
            public String remote() {
                return inner.remote();
            }

            @Override
            public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                PushReceipt receipt = inner.push(envelopes);
                if (lost[0]) {
                    throw new TransportException(TransportException.Kind.OFFLINE, "the answer is lost", null);
                }
                return receipt;
            }

            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                return inner.pull(request);
            }

            @Override
            public void close() {
                inner.close();
            }
        };
    }

    private TestSpace.Device withAnswersLost(boolean[] lost) {
        return space.device(TestSealer.of(TestSpace.SPACE, 1), 1, new MemoryDisk(), answersLost(lost), s -> s);
    }

    @Test
    void whatOthersHaveOverwritten_doesNotComeBack() throws Exception {
        boolean[] lost = {true};
        TestSpace.Device a = withAnswersLost(lost);
        a.put("1", "first");
        assertThrows(Exception.class, a::sync);
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        b.put("1", "second, having seen the first");
        b.sync();
        space.time.advance(Duration.ofMinutes(1));
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(own, b);
        assertEquals("\"second, having seen the first\"", b.get("1"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
    }

    @Test
    void copyOfACopy_bothOfflineForLong() throws Exception {
        TestSpace.Device a = space.device(1);
        a.add("n", 1);
        a.sync();
        a.add("n", 10);
        TestSpace.Device one = space.renewed(7, a.disk.copy());
        one.add("n", 100);
        TestSpace.Device two = space.renewed(8, one.disk.copy());
        two.add("n", 1000);
        one.add("n", 10_000);
        a.add("n", 100_000);
        TestSpace.syncAll(two, a, one, b);
        assertEquals("111111", b.get("n"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
        assertEquals(one.client.stateHash(), b.client.stateHash());
        assertEquals(two.client.stateHash(), b.client.stateHash());
    }

    @Test
    void whatOthersHaveDiscarded_staysDiscarded() throws Exception {
        boolean[] lost = {false};
        TestSpace.Device a = withAnswersLost(lost);
        a.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.put("notes", "r" + i, JsonValue.of("kept"));
            }
            return null;
        });
        TestSpace.syncAll(a, b);
        lost[0] = true;
        a.client.transaction(tx -> {
            for (int i = 0; i < 300; i++) {
                tx.delete("notes", "r" + i);
            }
            return null;
        });
        assertThrows(Exception.class, a::sync);
        b.sync();
        b.client.discardQuarantined(b.client.quarantine().get(0).id());
        b.sync();
        a.client.close();
        TestSpace.Device again = space.device(TestSealer.of(TestSpace.SPACE, 1), 99, a.disk, answersLost(lost), s -> s);
        assertThrows(Exception.class, again::sync); // it asks for the time first, and so learns of the discard
        assertEquals("\"kept\"", again.get("r7"));
        TestSpace.Device own = space.renewed(7, a.disk.copy());
        assertEquals("\"kept\"", own.get("r7"));
        TestSpace.syncAll(own, b);
        assertEquals(List.of(), b.client.quarantine());
        assertEquals("\"kept\"", b.get("r7"));
        assertEquals(own.client.stateHash(), b.client.stateHash());
    }

    @Test
    void eventsOfItsOwnInQuarantine_leaveNoItemBehind() throws Exception {
        TestSpace.Member other = space.member(9);
        TestSpace.Device failing = space.device(
                TestSealer.of(TestSpace.SPACE, 5),
                5,
                new MemoryDisk(),
                answersLost(new boolean[] {true}),
                s -> s.reducer("strict", (value, argument) -> {
                    if (value != null) {
                        throw new IllegalStateException("only on nothing");
                    }
                    return argument;
                }));
        failing.client.collection("notes").op("1", "strict", JsonValue.of(1));
        other.write(new RecordKey("notes", "1"), Op.put(JsonValue.of("is there")));
        other.send();
        assertThrows(Exception.class, failing::sync);
        assertEquals(1, failing.client.quarantine().size());
        TestSpace.Device own = space.device(
                TestSealer.of(TestSpace.SPACE, 6),
                6,
                failing.disk.copy(),
                t -> t,
                s -> s.renewIdentity().reducer("strict", (value, argument) -> argument));
        own.sync();
        assertEquals(List.of(), own.client.quarantine());
        assertEquals("1", own.get("1"));
    }
}
