package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/data.md} shows is what {@link DataGuide} does. */
class DataGuideTest {
    private final SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
    private final TestSealer sealer = TestSealer.of(space, 1);
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(space, 1, () -> 0);
    private final SyncClient client = DataGuide.registered(SyncClient.builder(
            new MemoryStore(new MemoryDisk()), new SimulatedTransport(relay, sealer.device()), sealer));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void programs_ofTheGuide_areThoseThatAreTested() throws Exception {
        assertEquals(Programs.ofClass(DataGuide.class), Programs.ofText("docs/data.md"));
    }

    @Test
    void programs_run() {
        List<String> screen = new ArrayList<>();
        DataGuide.typed(client, screen::add);
        assertEquals(List.of("Buy milk", "Buy milk"), screen);
        assertTrue(client.collections().isEmpty());

        DataGuide.raw(client);
        assertEquals(
                "{\"pinned\":true,\"tags\":[\"home\"],\"title\":\"Hello\"}",
                client.collection("notes").get("first").orElseThrow().toJson());

        DataGuide.bound(client);
        TypedCollection<DataGuide.Task> tasks = client.collection("tasks", DataGuide.Task.class);
        assertEquals(
                "{\"due\":0,\"priority\":\"HIGH\",\"steps\":[{\"id\":\"a\",\"text\":\"Buy paint\"}],\"title\":\"Paint\"}",
                client.collection("tasks").get("1").orElseThrow().toJson());
        assertEquals("Paint", tasks.get("1").orElseThrow().title());
        DataGuide.move(client, tasks, "1");
        assertEquals(List.of("archive", "notes"), client.collections());
    }

    @Test
    void recordThatDoesNotDecode_isTold() {
        List<String> screen = new ArrayList<>();
        List<String> report = new ArrayList<>();
        client.collection("tasks").put("1", JsonValue.parse("{\"title\":5}"));
        client.collection("tasks").put("2", JsonValue.parse("{\"title\":\"two\"}"));
        TypedCollection<DataGuide.Task> tasks = client.collection("tasks", DataGuide.Task.class);
        DataGuide.unreadable(tasks, (id, task) -> screen.add(task.title()), report::add);
        assertEquals(List.of("two"), screen);
        assertEquals(List.of("expected a string, found an integer, at /title"), report);
    }
}
