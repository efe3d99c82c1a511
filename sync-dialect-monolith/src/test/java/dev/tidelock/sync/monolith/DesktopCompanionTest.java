package dev.tidelock.sync.monolith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.strategy.Strategy;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.TestSealer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A desktop and its companion on a phone: the desktop puts a snapshot of the day, the phone sends what was done as ops of the app's own. Where both change the same, the desktop wins, and what loses is kept.
 */
class DesktopCompanionTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);
    private static final String DAY = "2026-03-01";

    private final MonolithWorld world = new MonolithWorld(9);
    private final TestSealer desktopKeys = TestSealer.of(SPACE, 1);
    private final SyncClient desktop = open(desktopKeys);
    private final SyncClient companion = open(TestSealer.of(SPACE, 2));

    private SyncClient open(TestSealer sealer) {
        SimulatedRuntime runtime =
                new SimulatedRuntime(world.time, sealer.device().hashCode());
        MonolithLink link = MonolithLink.builder(
                        "ws://relay.example",
                        MonolithWorld.SESSION,
                        sealer.device().toString(),
                        runtime)
                .build(world.sockets());
        return SyncClient.builder(
                        new MemoryStore(new MemoryDisk()),
                        LinkTransport.builder(link, sealer, runtime).build(),
                        sealer)
                .runtime(runtime)
                .listenerExecutor(Runnable::run)
                .strategy("days", Strategy.preferDevice(desktopKeys.device()))
                .reducer("subtask_complete", (day, subtask) -> marked(day, "done", subtask))
                .reducer("inbox_add", (day, text) -> appended(day, "inbox", text))
                .open();
    }

    private static JsonValue marked(JsonValue day, String member, JsonValue name) {
        JsonObject before = day == null ? JsonObject.EMPTY : day.asObject();
        JsonValue marks = before.get(member);
        JsonObject marked = marks == null ? JsonObject.EMPTY : marks.asObject();
        return before.with(member, marked.with(name.asString(), JsonValue.TRUE));
    }

    private static JsonValue appended(JsonValue day, String member, JsonValue item) {
        JsonObject before = day == null ? JsonObject.EMPTY : day.asObject();
        JsonValue list = before.get(member);
        String inside =
                list == null ? "" : list.toJson().substring(1, list.toJson().length() - 1);
        return before.with(member, JsonValue.parse("[" + inside + (inside.isEmpty() ? "" : ",") + item.toJson() + "]"));
    }

    @AfterEach
    void close() {
        desktop.close();
        companion.close();
    }

    private static Collection days(SyncClient client) {
        return client.collection("days");
    }

    private static String day(SyncClient client) {
        return days(client).get(DAY).map(JsonValue::toJson).orElse("absent");
    }

    private void sync() throws Exception {
        for (int round = 0; round < 2; round++) {
            for (SyncClient client : List.of(desktop, companion)) {
                CompletableFuture<?> done = client.syncAsync();
                world.time.advance(Duration.ofSeconds(5));
                done.get();
            }
        }
        assertEquals(desktop.stateHash(), companion.stateHash());
    }

    private static JsonObject snapshot(String focus) {
        return JsonValue.object(Map.of("focus", JsonValue.of(focus)));
    }

    @Test
    void day_snapshotDownDeltasUp_areOnBoth() throws Exception {
        world.pass(2);
        days(desktop).put(DAY, snapshot("write the report"));
        sync();
        assertEquals("{\"focus\":\"write the report\"}", day(companion));
        days(companion).op(DAY, "subtask_complete", JsonValue.of("outline"));
        days(companion).op(DAY, "inbox_add", JsonValue.of("buy milk"));
        days(desktop).op(DAY, "inbox_add", JsonValue.of("call back"));
        sync();
        String both = day(desktop);
        assertTrue(both.contains("\"done\":{\"outline\":true}"), both);
        assertTrue(both.contains("buy milk") && both.contains("call back"), both);
        assertEquals(List.of(), desktop.conflicts());
    }

    @Test
    void day_bothChangeItApart_desktopWinsDeltasStayAndTheLoserIsKept() throws Exception {
        world.pass(2);
        days(desktop).put(DAY, snapshot("write the report"));
        sync();
        days(companion).op(DAY, "subtask_complete", JsonValue.of("outline"));
        days(desktop).put(DAY, snapshot("call the bank"));
        world.pass(60);
        days(companion).put(DAY, snapshot("go for a walk")); // later, and still not the desktop's
        sync();
        for (SyncClient client : List.of(desktop, companion)) {
            assertTrue(day(client).contains("call the bank"), day(client));
            assertTrue(day(client).contains("\"outline\":true"), "what was done stays done: " + day(client));
            List<Conflict> kept = client.conflicts();
            assertEquals(1, kept.size());
            assertTrue(kept.get(0).value().toJson().contains("go for a walk"));
        }
    }
}
