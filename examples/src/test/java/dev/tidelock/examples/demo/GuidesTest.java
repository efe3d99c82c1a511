package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.link.Link;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedLine;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestDevice;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.TestWorld;
import dev.tidelock.sync.testkit.VirtualTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the guides show is what their programs do. */
class GuidesTest {
    private final TestWorld world = new TestWorld();
    private final List<String> screen = new ArrayList<>();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ConflictGuide, conflicts",
        "TransactionGuide, transactions",
        "TestingGuide, testing",
        "StateCellsGuide, state-cells",
        "LinkGuide, links"
    })
    void programs_ofAGuide_areThoseThatAreTested(String type, String guide) throws Exception {
        assertEquals(
                Programs.ofClass(Class.forName("dev.tidelock.examples.demo." + type)),
                Programs.ofText("docs/" + guide + ".md"));
    }

    @Test
    void conflicts_areSettled() {
        TestDevice one = world.device(app -> ConflictGuide.merging(ConflictGuide.strategies(app)));
        TestDevice two = world.device(app -> ConflictGuide.merging(ConflictGuide.strategies(app)));
        one.client().collection("games").put("g", "{\"score\":7}");
        two.client().collection("games").put("g", "{\"score\":3}");
        one.client().collection("plans").put("p", "{\"madeOn\":\"desktop\"}");
        two.client().collection("plans").put("p", "{\"madeOn\":\"phone\"}");
        one.client().collection("contracts").put("c", "1");
        two.client().collection("contracts").put("c", "2");
        world.syncAll();
        assertEquals("{\"score\":7}", get(two, "games", "g"));
        assertEquals("{\"madeOn\":\"desktop\"}", get(two, "plans", "p"));
        assertEquals(3, two.client().conflicts().size());
        ConflictGuide.log(two.client(), screen::add);
        assertEquals(3, screen.size());
        world.syncAll();
        assertTrue(one.client().conflicts().isEmpty());
        assertEquals("{\"score\":3}", get(one, "games", "g"));
    }

    private static String get(TestDevice device, String collection, String id) {
        return device.client().collection(collection).get(id).orElseThrow().toJson();
    }

    @Test
    void reducersAndHistory() {
        TestDevice device = world.device();
        SpaceId space = device.client().space();
        TestSealer sealer = TestSealer.of(space, 77);
        try (SyncClient client = ConflictGuide.ops(SyncClient.builder(
                new MemoryStore(), new SimulatedTransport(world.relay(), sealer.device()), sealer))) {
            assertEquals(
                    "{\"done\":{\"buy paint\":true}}",
                    client.collection("tasks").get("paint").orElseThrow().toJson());
        }
        device.client().collection("notes").put("first", "1");
        device.client().collection("notes").put("first", "2");
        ConflictGuide.history(device.client(), screen::add);
        assertEquals("1", get(device, "notes", "first"));
        assertEquals(2, screen.size());
    }

    @Test
    void transactions() {
        TestDevice device = world.device(TransactionGuide::relation);
        SyncClient client = device.client();
        client.collection("inbox").put("paint", JsonValue.of("the fence"));
        TransactionGuide.transaction(client);
        assertEquals(List.of("counters", "done"), client.collections());
        TransactionGuide.expect(client, screen::add);
        assertTrue(screen.isEmpty());
    }

    @Test
    void gate_holdsBackUntilTheFileIsThere() {
        TestDevice author = world.device();
        TestDevice reader = world.device(TransactionGuide::gate);
        author.client().collection("messages").put("m", "{\"file\":\"main.c\"}");
        world.syncAll();
        TransactionGuide.held(reader.client(), screen::add);
        assertEquals(List.of("the file 'main.c' is not here yet"), screen);
        author.client().collection("files").put("main.c", "1");
        world.syncAll();
        assertEquals("{\"file\":\"main.c\"}", get(reader, "messages", "m"));

        author.client().collection("messages").put("odd", "{\"file\":null}");
        author.client().collection("messages").delete("m");
        world.syncAll();
        assertEquals(List.of(), reader.client().held());
        assertEquals(
                List.of("odd"),
                reader.client().collection("messages").find(Query.all()).stream()
                        .map(Found::id)
                        .collect(Collectors.toList()));
    }

    @Test
    void testing() {
        assertEquals("{\"done\":true,\"title\":\"Oat milk\"}", TestingGuide.twoDevices(world));
        assertEquals(2, TestingGuide.crashes(world));
        try (TestWorld another = new TestWorld()) {
            assertEquals(List.of("from the laptop"), TestingGuide.shows(another));
        }
        TestingGuide.law();
        TestingGuide.simulate();
    }

    @Test
    void links_andBundles_carryEverything(@TempDir Path stick) throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        SpaceKeys otherKeys = LinkGuide.invitation(keys, "ws://relay.example", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee");
        try (SyncClient laptop = LinkGuide.offline(new MemoryStore(), keys);
                SyncClient phone = LinkGuide.offline(new MemoryStore(), otherKeys)) {
            laptop.collection("notes").put("first", JsonValue.of("by stick"));
            phone.collection("notes").put("second", JsonValue.of("and back"));
            LinkGuide.export(laptop, stick);
            assertEquals(1, LinkGuide.answer(phone, stick).added());
            laptop.importBundle(stick.resolve("phone.bundle"));
            assertEquals(laptop.stateHash(), phone.stateHash());
        }
        VirtualTime time = new VirtualTime();
        SimulatedLine line = new SimulatedLine(time, 1);
        try (SyncClient one = LinkGuide.link(new MemoryStore(), keys, line.end(0), new SimulatedRuntime(time, 1));
                SyncClient other =
                        LinkGuide.link(new MemoryStore(), otherKeys, line.end(1), new SimulatedRuntime(time, 2))) {
            one.collection("notes").put("first", JsonValue.of("by line"));
            time.advance(Duration.ofMinutes(5));
            assertEquals(one.stateHash(), other.stateHash());
        }
        Link link = LinkGuide.monolith(
                "ws://relay.example", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", keys, new SimulatedRuntime(time, 3));
        assertEquals("", link.trouble());
        link.close();
    }
}
