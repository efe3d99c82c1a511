package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/queries.md} shows is what {@link QueryGuide} does. */
class QueryGuideTest {
    private final SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
    private final TestSealer sealer = TestSealer.of(space, 1);
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(space, 1, () -> 0);
    private final SyncClient client = QueryGuide.opened(
            SyncClient.builder(new MemoryStore(), new SimulatedTransport(relay, sealer.device()), sealer));

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void programs_ofTheGuide_areThoseThatAreTested() throws Exception {
        assertEquals(Programs.ofClass(QueryGuide.class), Programs.ofText("docs/queries.md"));
    }

    private static String ids(List<Found> found) {
        return found.stream().map(Found::id).collect(Collectors.joining());
    }

    @Test
    void programs_run() {
        put("a", "{\"title\":\"Call Zoë\",\"done\":false,\"due\":30,\"priority\":\"high\",\"tags\":[\"home\"]}");
        put("b", "{\"title\":\"Paint\",\"done\":false,\"due\":10,\"notes\":\"café walls\",\"priority\":\"low\"}");
        put("c", "{\"title\":\"Old\",\"done\":true,\"due\":5,\"priority\":\"high\",\"tags\":[\"someday\"]}");

        assertEquals("ba", ids(QueryGuide.first(client)));
        assertEquals(1, QueryGuide.conditions(client));
        assertEquals("b", ids(QueryGuide.search(client, "Cafe wa")));
        List<String> all = new ArrayList<>();
        QueryGuide.all(client, (id, value) -> all.add(id));
        assertEquals(List.of("c", "b", "a"), all);
        List<String> console = new ArrayList<>();
        QueryGuide.explained(client, console::add);
        assertEquals(
                List.of("index on done, due: done = false, in the order of the query", "filter: done = false"),
                console);
        QueryGuide.within(client);
        assertEquals(2, client.collection("tasks").count(Query.all()));
    }

    private void put(String id, String json) {
        client.collection("tasks").put(id, json);
    }
}
