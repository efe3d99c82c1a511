package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A member of the space may say anything in a void, or of what it holds: nobody's sync stops over it. */
@Timeout(60)
class HostileMemberTest {
    private static final RecordKey NOTE = new RecordKey("notes", "1");

    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = space.device(1);
    private final TestSpace.Device b = space.device(2);
    private final TestSpace.Member hostile = space.member(66);
    private final TestSpace.Member victim = space.member(3);

    @AfterEach
    void close() {
        space.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"first\":1.5,\"count\":1}",
                "{\"first\":1e300,\"count\":1}",
                "{\"first\":1,\"count\":4294967297}",
                "{\"first\":9223372036854775807,\"count\":10000}",
                "{\"first\":1,\"count\":1,\"links\":[[1,\"notes\",\"1\",[\"Z-2\",\"Z-1\"]]]}",
                "{\"first\":1,\"count\":1,\"links\":[[1.5,\"notes\",\"1\",[]]]}",
                "{\"first\":1,\"count\":1,\"links\":[[2,\"notes\",\"1\",[]]]}",
                "{\"first\":1,\"count\":1,\"links\":[[9,\"notes\",\"1\",[]]]}",
                "{\"first\":1,\"count\":1,\"links\":[[9223372036854775807,\"notes\",\"1\",[]]]}",
                "{\"first\":9223372036854775800,\"count\":7,\"links\":[[9223372036854775801,\"notes\",\"1\",[]]]}",
                "{\"first\":1099511627776,\"count\":7,\"links\":[[1099511627776,\"notes\",\"1\",[]]]}",
                "{\"first\":1,\"count\":1,\"links\":[[1,\"\",\"x\",[]]]}",
                "{\"content\":\"0000000000000000000000000000000000000000000000000000000000000000\","
                        + "\"count\":3,\"first\":1,\"links\":[[2,\"notes\",\"1\",[]]]}",
                "{\"first\":[],\"count\":{}}",
                "[]",
                "null",
                "{\"first\":1,\"count\":1,\"links\":[[1,\"notes\",\"1\",[\"Z-1\",\"Z-1\"]]]}",
            })
    void voidThatMakesNoSense_stopsNobody(String argument) throws Exception {
        String text = argument.replace("Z", a.sealer.device().toString());
        hostile.writeVoid(victim.device(), text);
        hostile.send();
        b.sync();
        a.sync();
        for (int i = 0; i < 10; i++) {
            victim.write(NOTE, Op.put(JsonValue.of(i)));
        }
        victim.write(new RecordKey("notes", "2"), Op.put(JsonValue.of("last")));
        victim.send();
        for (int i = 0; i < 11; i++) {
            a.put("own" + i, "of a");
        }
        TestSpace.syncAll(a, b);
        TestSpace.Device late = space.device(5);
        late.sync();
        assertEquals("\"last\"", b.get("2"));
        assertEquals("\"of a\"", b.get("own10"));
        assertEquals(a.client.stateHash(), b.client.stateHash());
        assertEquals(a.client.stateHash(), late.client.stateHash());
        assertEquals(b.heads("1"), late.heads("1"));
        assertNotEquals(BlockedBy.BUG, a.client.status().blockedBy());
    }

    @Test
    void transactionWhoseStampsFall_waitsForItsHighest_andHoldsUpNothing() throws Exception {
        hostile.writeBackwards(
                space.time.millis() + Duration.ofHours(1).toMillis(),
                space.time.millis(),
                new RecordKey("notes", "1"),
                new RecordKey("notes", "2"));
        space.relay.push(List.of(hostile.seal()));
        a.put("3", "own");
        a.sync();
        assertEquals("absent", a.get("2"));
        assertEquals(1, a.client.quarantine().size());
        space.time.advance(Duration.ofHours(1));
        a.sync();
        assertEquals("\"x\"", a.get("1"));
        assertEquals("\"x\"", a.get("2"));
    }

    @Test
    void voidOfWhatIsNotWrittenYet_isAForeignHandOnThisIdentity() throws Exception {
        a.put("1", "sent before");
        TestSpace.syncAll(a, b);
        hostile.writeVoid(a.sealer.device(), "{\"count\":100,\"first\":2}");
        hostile.send();
        SyncException blocked = assertThrows(SyncException.class, a::sync);
        a.put("1", "kept here");
        assertEquals(BlockedBy.FORKED, blocked.blockedBy());

        TestSpace.Device renewed = space.renewed(7, a.disk.copy());
        TestSpace.syncAll(renewed, b);
        assertEquals("\"kept here\"", b.get("1"));
        assertEquals(b.client.stateHash(), renewed.client.stateHash());
        assertEquals(List.of(), renewed.openIncidents());
    }

    @Test
    void wordsAboutDevicesThatAreNotThere_areBounded() throws Exception {
        a.put("1", "of a");
        a.sync();
        for (int i = 0; i < 10; i++) {
            hostile.write(NOTE, Op.put(JsonValue.of(i)));
            SeenHead[] words = new SeenHead[1000];
            for (int j = 0; j < words.length; j++) {
                byte[] id = new byte[DeviceId.BYTES];
                id[0] = (byte) i;
                id[1] = (byte) (j >> 8);
                id[2] = (byte) j;
                words[j] = new SeenHead(hostile.device(), DeviceId.of(id), 1L << 45, EnvelopeHash.NONE);
            }
            hostile.send(words);
        }
        a.sync();
        b.sync();
        a.put("2", "goes on");
        TestSpace.syncAll(a, b);
        assertEquals("\"goes on\"", b.get("2"));
        assertEquals(1000, b.client.status().incidents().size());
        assertTrue(b.store.read(reader -> reader.seenHeads().size()) <= 2000);
    }

    @Test
    void forkThatAMemberMakesUp_leavesQuarantineAsItIs() throws Exception {
        victim.write(NOTE, Op.named("unknown here", JsonValue.of(1)));
        victim.send();
        a.put("1", "x");
        TestSpace.syncAll(a, b);
        assertEquals(1, b.client.quarantine().size());
        SeenHead lie = new SeenHead(hostile.device(), victim.device(), 1, EnvelopeHash.ofEnvelope(new byte[1]));
        hostile.write(new RecordKey("notes", "9"), Op.put(JsonValue.of(1)));
        hostile.send(lie);
        TestSpace.syncAll(a, b);
        assertEquals(1, b.client.quarantine().size());
    }

    @Test
    void discardOfEventsWithManyParents_fitsWhatOthersRead() throws Exception {
        TreeSet<EventId> parents = new TreeSet<>();
        for (int i = 1; i <= 1000; i++) {
            parents.add(new EventId(victim.device(), 1L << 38 | i));
        }
        List<Map.Entry<RecordKey, Op>> changes = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            changes.add(Map.entry(new RecordKey("notes", "r" + i), Op.named("unknown here", JsonValue.of(1))));
        }
        hostile.write(changes, parents.toArray(EventId[]::new));
        hostile.send();
        b.sync();
        assertEquals(1, b.client.quarantine().size());
        b.client.discardQuarantined(b.client.quarantine().get(0).id());
        TestSpace.syncAll(b, a);
        assertEquals(List.of(), a.client.quarantine());
        assertEquals(BlockedBy.NOTHING, b.client.status().blockedBy());
    }

    @Test
    void voidsThatHitEachOther_comeToAnEnd() throws Exception {
        TestSpace.Member other = space.member(67);
        Event first = hostile.writeVoid(other.device(), "{\"count\":1,\"first\":1}");
        hostile.send();
        other.writeVoid(hostile.device(), "{\"count\":1,\"first\":1}", first.id());
        other.send();
        TestSpace.syncAll(a, b);
        assertEquals(
                List.of(),
                a.client.quarantine().stream().map(item -> item.reason()).collect(Collectors.toList()));
        assertEquals(List.<Incident.Kind>of(), a.openIncidents());
    }
}
