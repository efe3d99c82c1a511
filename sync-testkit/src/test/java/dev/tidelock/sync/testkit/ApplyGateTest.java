package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.gate.Incoming;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.status.SyncStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A conversation waits until the code that it speaks of is there. */
class ApplyGateTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device author = space.device(1);
    private final TestSpace.Device gated =
            space.device(2, new MemoryDisk(), setUp -> setUp.applyGate(ApplyGateTest::waitsForCode));

    @AfterEach
    void close() {
        space.close();
    }

    private static @Nullable String waitsForCode(Incoming incoming) {
        for (Incoming.Change change : incoming.changes()) {
            JsonObject said = change.op().value().asObject();
            JsonValue file = said == null ? null : said.get("about");
            if (file != null
                    && incoming.get("code", String.valueOf(file.asString())).isEmpty()) {
                return "it speaks of " + file.toJson() + ", which is not here";
            }
        }
        return null;
    }

    private void say(String id, String json) {
        author.client.collection("notes").put(id, JsonValue.parse(json));
    }

    @Test
    void heldBack_withWhatFollowsIt_andNothingElse() throws Exception {
        say("1", "{\"about\":\"main.c\"}");
        say("1", "{\"text\":\"written by someone who had seen it\"}");
        say("2", "{\"text\":\"of something else\"}");
        author.sync();
        gated.sync();

        assertEquals("absent", gated.get("1"));
        assertEquals("{\"text\":\"of something else\"}", gated.get("2"));
        assertEquals(2, gated.client.held().size());
        assertTrue(gated.client.held().get(0).detail().contains("main.c"));
        assertTrue(gated.client.held().get(1).detail().contains("follows"));
        SyncStatus status = gated.client.status();
        assertEquals(SyncStatus.State.HOLDING, status.state());
        assertEquals(2, status.held());
        assertEquals(0, status.quarantined());
    }

    @Test
    void letIn_whenItsConditionHolds() throws Exception {
        say("1", "{\"about\":\"main.c\"}");
        say("1", "{\"text\":\"and more\"}");
        author.sync();
        gated.sync();
        gated.client.collection("code").put("main.c", JsonValue.of("int main"));
        gated.client.recheckHeld();
        assertEquals("{\"text\":\"and more\"}", gated.get("1"));
        TestSpace.syncAll(gated, author);
        assertEquals(SyncStatus.State.SYNCED, gated.client.status().state());
        assertEquals(author.client.stateHash(), gated.client.stateHash());
    }

    @Test
    void letIn_byTheNextSync_whenWhatItWaitsForArrives() throws Exception {
        say("1", "{\"about\":\"main.c\"}");
        author.client.collection("code").put("main.c", JsonValue.of("int main"));
        author.sync();
        gated.sync();
        assertEquals("{\"about\":\"main.c\"}", gated.get("1"));
    }

    @Test
    void letIn_becauseSomebodyDecidesSo() throws Exception {
        say("1", "{\"about\":\"main.c\"}");
        author.sync();
        gated.sync();
        QuarantineItem held = gated.client.held().get(0);
        gated.client.retryQuarantined(held.id());
        assertEquals("{\"about\":\"main.c\"}", gated.get("1"));
        assertEquals(0, gated.client.status().held());
    }

    @Test
    void gateThatFails_holdsBackAndSaysSo() throws Exception {
        TestSpace.Device failing = space.device(
                3,
                new MemoryDisk(),
                setUp -> setUp.applyGate(incoming -> {
                    throw new IllegalStateException("no");
                }));
        failing.put("own", "is never asked about");
        say("1", "{}");
        author.sync();
        failing.sync();
        assertEquals(1, failing.client.held().size());
        assertTrue(failing.client.held().get(0).detail().contains("the gate failed"));
        assertEquals("\"is never asked about\"", failing.get("own"));
    }

    @Test
    void heldBack_alsoWhenItCountsOnlyBecauseAnotherFormOfItIsDiscarded() throws Exception {
        say("1", "{\"about\":\"main.c\"}");
        TestSpace.Device one = space.renewed(7, author.disk.copy());
        TestSpace.Device other = space.renewed(8, author.disk.copy());
        TestSpace.syncAll(one, other, gated);
        assertEquals(2, gated.client.held().size(), "both forms wait: which one counts is decided when they come in");
        gated.client.discardQuarantined(gated.client.held().get(0).id());
        assertEquals("absent", gated.get("1"));
        assertEquals(1, gated.client.held().size(), "the other copy's has not been decided on");
        gated.client.discardQuarantined(gated.client.held().get(0).id());
        TestSpace.syncAll(gated, one, other);
        assertEquals("absent", one.get("1"));
        assertEquals(SyncStatus.State.SYNCED, gated.client.status().state());
    }
}
