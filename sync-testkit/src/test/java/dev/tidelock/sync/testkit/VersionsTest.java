package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.status.UpdateNeeded;
import dev.tidelock.sync.strategy.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Apps of different versions in one space: the older ones wait with what they would get wrong, and with nothing else. */
class VersionsTest {
    private final TestSpace space = new TestSpace();
    private final MemoryDisk oldDisk = new MemoryDisk();
    private final MemoryDisk newDisk = new MemoryDisk();

    @AfterEach
    void close() {
        space.close();
    }

    private static Strategy joining(int version) {
        return Strategy.merging(
                "joining",
                version,
                (base, local, remote) -> JsonValue.of(local.value().asString() + "+" + version + "+"
                        + remote.value().asString()));
    }

    private static UnaryOperator<SyncClientBuilder> app(int version) {
        return setUp -> setUp.strategy("notes", joining(version));
    }

    private static UnaryOperator<SyncClientBuilder> counting(int version) {
        return setUp -> setUp.reducer(
                "count",
                version,
                (current, by) ->
                        JsonValue.of((current == null ? 0 : current.asNumber().longValue())
                                + version * by.asNumber().longValue()));
    }

    private TestSpace.Device older(UnaryOperator<SyncClientBuilder> app) {
        return space.device(1, oldDisk, app);
    }

    private TestSpace.Device newer(UnaryOperator<SyncClientBuilder> app) {
        return space.device(2, newDisk, app);
    }

    private void pause() {
        space.time.advance(Duration.ofSeconds(1));
    }

    private static void requireSame(TestSpace.Device one, TestSpace.Device other) {
        assertEquals(one.client.stateHash(), other.client.stateHash());
        assertEquals(one.client.conflicts(), other.client.conflicts());
    }

    @Test
    void appsOfVersionOne_announceNothing() throws Exception {
        TestSpace.Device a = older(app(1));
        TestSpace.Device b = newer(app(1));
        a.put("1", "one");
        pause();
        b.put("1", "two");
        TestSpace.syncAll(a, b);
        assertEquals("\"one+1+two\"", a.get("1"));
        assertEquals(1, a.store.read(reader -> reader.ownHead()).counter());
        assertEquals(List.of(), a.client.status().updatesNeeded());
        requireSame(a, b);
    }

    @Test
    void updatedApp_whoseGateHoldsBackWhatWaitedForTheUpdate_saysSo() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Device fresh = newer(app(2));
        fresh.put("1", "fresh");
        fresh.put("2", "fresh");
        TestSpace.syncAll(fresh, old);
        assertEquals(
                QuarantineItem.Reason.NEEDS_UPDATE, old.client.held().get(0).reason());
        old.client.close();
        TestSpace.Device updated = older(setUp -> app(2).apply(setUp).applyGate(incoming -> "the gate is shut"));
        assertEquals(2, updated.client.held().size());
        for (QuarantineItem held : updated.client.held()) {
            assertEquals(QuarantineItem.Reason.HELD, held.reason());
            assertEquals("the gate is shut", held.detail());
        }
        assertEquals(List.of(), updated.client.status().updatesNeeded());
    }

    @Test
    void updatedApp_whoseGateIsShut_saysSoAlsoOfWhatStandsBeforeWhatItFollows() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Device one = newer(app(2));
        TestSpace.Device other = space.device(3, new MemoryDisk(), app(2));
        one.put("1", "said");
        one.sync();
        other.sync();
        other.put("1", "followed");
        other.sync();
        old.sync();
        QuarantineItem followed = old.client.held().get(0);
        pause();
        old.client.retryQuarantined(followed.id());
        assertEquals(followed.id(), old.client.held().get(1).id(), "it was put back behind what follows it");
        old.client.close();
        TestSpace.Device updated = older(setUp -> app(2).apply(setUp)
                .applyGate(incoming -> incoming.device().equals(one.sealer.device()) ? "not yet" : null));
        assertEquals(
                List.of(QuarantineItem.Reason.HELD, QuarantineItem.Reason.HELD),
                updated.client.held().stream().map(QuarantineItem::reason).collect(Collectors.toList()));
        assertEquals(List.of(), updated.client.status().updatesNeeded());
        assertEquals(2, updated.client.status().held());
    }

    @Test
    void newerStrategy_pausesTheOlderApp_whichWritesOn_untilItIsUpdated() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Device fresh = newer(app(2));
        fresh.sync();
        old.sync();
        fresh.put("1", "fresh");
        fresh.client.collection("other").put("1", JsonValue.of("is not held up"));
        pause();
        old.put("1", "old");
        TestSpace.syncAll(old, fresh);

        assertEquals("\"old\"", old.get("1"));
        assertEquals("\"fresh+2+old\"", fresh.get("1"));
        assertEquals(
                "\"is not held up\"",
                old.client.collection("other").get("1").orElseThrow().toJson());
        SyncStatus status = old.client.status();
        assertEquals(SyncStatus.State.HOLDING, status.state());
        assertEquals(List.of(new UpdateNeeded(UpdateNeeded.Kind.STRATEGY, "notes", 2, 1)), status.updatesNeeded());
        assertEquals(1, status.held());
        assertEquals(0, status.quarantined());
        QuarantineItem held = old.client.held().get(0);
        assertEquals(QuarantineItem.Reason.NEEDS_UPDATE, held.reason());
        assertTrue(held.detail().contains("'joining' in version 2"), held.detail());

        old.client.retryQuarantined(held.id());
        assertEquals(1, old.client.held().size(), "nobody can decide that an older app gets it right");

        old.client.close();
        TestSpace.Device updated = older(app(2));
        assertEquals("\"fresh+2+old\"", updated.get("1"));
        TestSpace.syncAll(updated, fresh);
        assertEquals(SyncStatus.State.SYNCED, updated.client.status().state());
        requireSame(updated, fresh);
    }

    @Test
    void whatFollowsSomethingHeld_isHeld_alsoInAnotherCollection() throws Exception {
        TestSpace.Device fresh = newer(app(2));
        fresh.client.transaction(tx -> {
            tx.put("notes", "1", JsonValue.of("a"));
            return tx.put("other", "1", JsonValue.of("b"));
        });
        fresh.client.collection("other").put("1", JsonValue.of("c"));
        fresh.client.collection("other").put("2", JsonValue.of("d"));
        TestSpace.Device old = older(app(1));
        TestSpace.syncAll(fresh, old);
        assertEquals(2, old.client.held().size());
        assertEquals(1, old.client.collections().size());
        old.client.close();
        TestSpace.Device updated = older(app(2));
        assertEquals(0, updated.client.held().size());
        requireSame(updated, fresh);
    }

    @Test
    void recordsFoldedBefore_areFoldedAnew_whenTheAppHasAnotherStrategy() throws Exception {
        TestSpace.Device old = older(setUp -> setUp);
        TestSpace.Device fresh = newer(setUp -> setUp);
        for (int i = 0; i < 450; i++) {
            old.put("n" + i, "a");
        }
        pause();
        for (int i = 0; i < 450; i++) {
            fresh.put("n" + i, "b");
        }
        TestSpace.syncAll(old, fresh);
        assertEquals("\"b\"", old.get("n449"));
        fresh.client.close();
        fresh = newer(app(2));
        assertEquals("\"a+2+b\"", fresh.get("n0"));
        assertEquals("\"a+2+b\"", fresh.get("n449"));
        TestSpace.syncAll(fresh, old);
        assertEquals("\"b\"", old.get("n449"), "an older app leaves its records as they are");
        old.client.close();
        old = older(app(2));
        requireSame(old, fresh);
        old.client.close();
        requireSame(older(app(2)), fresh);
    }

    @Test
    void foldingAnew_isKilledAfterEveryCommit_andGoesOn() throws Exception {
        TestSpace.Device a = older(setUp -> setUp);
        TestSpace.Device b = newer(setUp -> setUp);
        for (int i = 0; i < 450; i++) {
            a.put("n" + i, "a");
        }
        pause();
        for (int i = 0; i < 450; i++) {
            b.put("n" + i, "b");
        }
        TestSpace.syncAll(a, b);
        a.client.close();
        int opened = 0;
        for (boolean killed = true; killed; opened++) {
            killed = isKilledAfterItsFirstCommit();
        }
        assertTrue(opened >= 4, "three parts, and the end: " + opened);
        b.client.close();
        requireSame(older(app(1)), newer(app(1)));
    }

    private boolean isKilledAfterItsFirstCommit() {
        int[] commits = {0};
        PersistPoints dying = new PersistPoints() {
            @Override
            public void beforeCommit() {
                if (commits[0]++ > 0) {
                    throw new SimulatedCrash("in the middle of folding anew");
                }
            }

            @Override
            public void afterCommit() {}
        };
        TestSealer sealer = TestSealer.of(TestSpace.SPACE, 1);
        MemoryStore store = new MemoryStore(oldDisk, dying);
        try {
            SyncClientBuilder setUp =
                    SyncClient.builder(store, new SimulatedTransport(space.relay, sealer.device()), sealer);
            app(1).apply(setUp).runtime(new SimulatedRuntime(space.time, 50)).open();
        } catch (SimulatedCrash crash) {
            oldDisk.crash();
            return true;
        }
        return commits[0] > 0;
    }

    @Test
    void newerReducer_holdsWhatUsesIt_andFoldsAnewWhatHasUsedIt() throws Exception {
        TestSpace.Device old = older(counting(1));
        TestSpace.Device fresh = newer(counting(1));
        fresh.client.collection("notes").op("1", "count", JsonValue.of(1));
        TestSpace.syncAll(fresh, old);
        fresh.client.close();
        fresh = newer(counting(2));
        assertEquals("2", fresh.get("1"));
        fresh.client.collection("notes").op("2", "count", JsonValue.of(1));
        fresh.put("3", "uses none");
        TestSpace.syncAll(fresh, old);
        assertEquals("absent", old.get("2"));
        assertEquals("\"uses none\"", old.get("3"));
        assertEquals(
                List.of(new UpdateNeeded(UpdateNeeded.Kind.REDUCER, "count", 2, 1)),
                old.client.status().updatesNeeded());
        old.client.collection("notes").op("1", "count", JsonValue.of(10));
        TestSpace.syncAll(old, fresh);
        assertEquals("22", fresh.get("1"));
        old.client.close();
        old = older(counting(2));
        assertEquals("22", old.get("1"));
        requireSame(old, fresh);
    }

    @Test
    void appThatGoesBack_leavesItToTheNextNewerOne() throws Exception {
        TestSpace.Device fresh = newer(app(2));
        TestSpace.Device other = older(app(2));
        fresh.put("1", "a");
        pause();
        other.put("1", "b");
        TestSpace.syncAll(fresh, other);
        fresh.client.close();
        TestSpace.Device back = newer(app(1));
        assertEquals(1, back.client.status().updatesNeeded().size());
        pause();
        back.client.collection("notes").put("1", JsonValue.of("c"));
        pause();
        other.put("1", "d");
        TestSpace.syncAll(back, other);
        back.client.close();
        requireSame(newer(app(2)), other);
    }

    @Test
    void olderProcessBesideANewerOne_hasItsFoldsDoneAnew() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Device other = newer(app(1));
        old.put("1", "a");
        pause();
        other.put("1", "b");
        TestSpace.syncAll(old, other);
        TestSpace.Device beside = space.device(old.sealer, 77, oldDisk, through -> through, app(2));
        assertEquals("\"a+2+b\"", beside.get("1"));
        old.client.collection("notes").op("2", "add", JsonValue.of(1));
        assertEquals("{\":notes\":\"?\"}", old.store.read(reader -> reader.note("folded")));
        beside.client.close();
        TestSpace.Device again = space.device(old.sealer, 78, oldDisk, through -> through, app(2));
        assertEquals("{\":notes\":\"joining 2\"}", again.store.read(reader -> reader.note("folded")));
        assertEquals("\"a+2+b\"", again.get("1"));
    }

    @Test
    void olderProcess_thatWritesWhileANewerOneFoldsAnew_hasItsFoldsDoneAnew() {
        TestSpace.Device old = older(counting(1));
        for (int i = 0; i < 450; i++) {
            old.client.collection("notes").op("n" + i, "count", JsonValue.of(1));
        }
        boolean[] written = {false};
        PersistPoints beside = new PersistPoints() {
            @Override
            public void beforeCommit() {}

            @Override
            public void afterCommit() {
                boolean halfway = old.store.read(reader -> reader.note("folding")) != null;
                if (halfway && !written[0]) {
                    written[0] = true;
                    old.client.collection("notes").op("n0", "count", JsonValue.of(1));
                }
            }
        };
        MemoryStore store = new MemoryStore(oldDisk, beside);
        SyncClientBuilder setUp =
                SyncClient.builder(store, new SimulatedTransport(space.relay, old.sealer.device()), old.sealer);
        try (SyncClient fresh = counting(2)
                .apply(setUp)
                .runtime(new SimulatedRuntime(space.time, 50))
                .open()) {
            assertTrue(written[0]);
            assertEquals("4", fresh.collection("notes").get("n0").orElseThrow().toJson());
            assertEquals(
                    "2", fresh.collection("notes").get("n449").orElseThrow().toJson());
        }
    }

    @Test
    void announcement_thatComesAfterOneThatFollowsIt_pausesAsWell() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Member late = space.member(8);
        TestSpace.Member early = space.member(9);
        Op strategy = Op.named(
                "announce", JsonValue.parse("{\"kind\":\"strategy\",\"of\":\"notes\",\"name\":\"x\",\"version\":2}"));
        Op fence = Op.named("announce", JsonValue.parse("{\"kind\":\"fence\",\"of\":\"other\",\"version\":2}"));
        Event first = late.write(RecordKey.control("versions"), strategy);
        early.write(RecordKey.control("versions"), fence, first.id());
        early.send();
        old.sync();
        assertEquals(1, old.client.status().updatesNeeded().size());
        late.send();
        old.sync();
        assertEquals(2, old.client.status().updatesNeeded().size());
        late.write(new RecordKey("notes", "1"), Op.put(JsonValue.of("needs the newer strategy")));
        late.send();
        old.sync();
        assertEquals("absent", old.get("1"));
        assertEquals(1, old.client.held().size());
    }

    @Test
    void announcement_aboutWhatCannotBeThere_isPassedOver() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Member member = space.member(9);
        String endless = "n".repeat(100_000);
        for (String argument : List.of(
                "{\"kind\":\"strategy\",\"of\":\"" + endless + "\",\"name\":\"x\",\"version\":3}",
                "{\"kind\":\"strategy\",\"of\":\"notes\",\"name\":\"" + endless + "\",\"version\":3}",
                "{\"kind\":\"strategy\",\"of\":\"notes\",\"name\":\"\",\"version\":3}",
                "{\"kind\":\"reducer\",\"of\":\"" + endless + "\",\"version\":3}",
                "{\"kind\":\"reducer\",\"of\":\"\",\"version\":3}",
                "{\"kind\":\"fence\",\"of\":\"\",\"version\":3}")) {
            member.write(RecordKey.control("versions"), Op.named("announce", JsonValue.parse(argument)));
        }
        member.write(new RecordKey("notes", "1"), Op.put(JsonValue.of("comes in")));
        member.send();
        old.sync();
        assertEquals("\"comes in\"", old.get("1"));
        assertEquals(List.of(), old.client.status().updatesNeeded());
    }

    @Test
    void opThatTheAppLearns_comesInAsTheAppIsOpened() throws Exception {
        TestSpace.Device fresh = newer(counting(1));
        fresh.client.collection("notes").op("1", "count", JsonValue.of(1));
        TestSpace.Device old = older(app(1));
        TestSpace.syncAll(fresh, old);
        assertEquals(1, old.client.quarantine().size());
        old.client.close();
        old = older(setUp -> counting(1).apply(app(1).apply(setUp)));
        assertEquals("1", old.get("1"));
        assertEquals(List.of(), old.client.quarantine());
    }

    @Test
    void sameVersionOfAnotherName_pausesOneOfTheTwo() throws Exception {
        TestSpace.Device one =
                older(setUp -> setUp.strategy("notes", Strategy.fieldMerge().withVersion(2)));
        TestSpace.Device other = newer(app(2));
        TestSpace.syncAll(one, other, one);
        assertEquals(1, one.client.status().updatesNeeded().size(), "field-merge comes before joining");
        assertEquals(0, other.client.status().updatesNeeded().size());
    }

    @Test
    void announcement_thatNobodyUnderstands_isPassedOver() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Member member = space.member(9);
        for (String argument : List.of(
                "null",
                "{}",
                "{\"kind\":\"strategy\",\"of\":\"notes\",\"name\":\"x\",\"version\":0}",
                "{\"kind\":\"strategy\",\"of\":\"notes\",\"name\":\"x\",\"version\":4294967298}",
                "{\"kind\":\"strategy\",\"of\":7,\"name\":\"x\",\"version\":3}",
                "{\"kind\":\"strategy\",\"of\":\"notes\",\"version\":3}",
                "{\"kind\":\"weather\",\"of\":\"notes\",\"version\":3}")) {
            member.write(RecordKey.control("versions"), Op.named("announce", JsonValue.parse(argument)));
        }
        member.write(new RecordKey("notes", "1"), Op.put(JsonValue.of("comes in")));
        member.send();
        old.sync();
        assertEquals("\"comes in\"", old.get("1"));
        assertEquals(List.of(), old.client.status().updatesNeeded());
        assertEquals(SyncStatus.State.SYNCED, old.client.status().state());
    }

    @Test
    void announcement_countsAlsoInATransactionThatIsVoid() throws Exception {
        TestSpace.Device old = older(app(1));
        TestSpace.Member member = space.member(9);
        Op announce = Op.named("announce", JsonValue.parse("{\"kind\":\"fence\",\"of\":\"notes\",\"version\":2}"));
        member.write(List.of(
                Map.entry(RecordKey.control("versions"), announce),
                Map.entry(new RecordKey("notes", "1"), Op.put(JsonValue.of("void")))));
        member.writeVoid(member.device(), "{\"first\":1,\"count\":2}");
        member.send();
        old.sync();
        assertEquals("absent", old.get("1"));
        assertEquals(1, old.client.status().updatesNeeded().size());
    }

    @Test
    void strategyAndVersion_outOfRange_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> joining(0));
        assertThrows(IllegalArgumentException.class, () -> joining(Strategy.VERSION_MAX + 1));
        assertThrows(IllegalArgumentException.class, () -> Strategy.merging("", 1, (base, local, remote) -> null));
        assertThrows(
                IllegalArgumentException.class,
                () -> Strategy.merging("n".repeat(101), 1, (base, local, remote) -> null));
        assertThrows(IllegalArgumentException.class, () -> Strategy.preferRole("role"));
        assertThrows(IllegalArgumentException.class, () -> older(setUp -> setUp.collectionVersion("notes", 0)));
        assertThrows(IllegalArgumentException.class, () -> older(counting(0)));
    }
}
