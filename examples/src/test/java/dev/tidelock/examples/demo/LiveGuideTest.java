package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code docs/live-queries.md} shows is what {@link LiveGuide} does. */
class LiveGuideTest {
    private final SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
    private final TestSealer sealer = TestSealer.of(space, 1);
    private final VirtualTime time = new VirtualTime();
    private final SyncClient client = SyncClient.builder(
                    new MemoryStore(),
                    new SimulatedTransport(SimulatedRelay.forTestSealers(space, 1, time::millis), sealer.device()),
                    sealer)
            .runtime(new SimulatedRuntime(time, 1))
            .open();
    private final Collection notes = client.collection("notes");
    private final List<String> screen = new ArrayList<>();

    @AfterEach
    void close() {
        client.close();
    }

    private String shown() {
        time.advance(Duration.ofSeconds(1));
        String text = String.join("; ", screen);
        screen.clear();
        return text;
    }

    @Test
    void programs_ofTheGuide_areThoseThatAreTested() throws Exception {
        assertEquals(Programs.ofClass(LiveGuide.class), Programs.ofText("docs/live-queries.md"));
    }

    @Test
    void programs_run() {
        String paint = "{\"done\":false,\"title\":\"Paint\"}";
        notes.put("a", paint);
        LiveGuide.whole(notes, result -> screen.add(result.size() + " open"));
        assertEquals("1 open", shown());
        notes.put("a", "{\"done\":true,\"title\":\"Paint\"}");
        assertEquals("0 open", shown());

        LiveGuide.differences(notes, Query.all(), screen::add);
        assertEquals("+ a {\"done\":true,\"title\":\"Paint\"}", shown());
        notes.put("a", paint);
        assertEquals("1 open; * a by " + client.device(), shown());
        notes.delete("a");
        assertEquals("0 open; - a, deleted", shown());

        LiveGuide.onAThread(notes, Runnable::run, screen::add);
        assertEquals("0 notes", shown());
    }

    @Test
    void programs_ofListenersAndReactiveLibraries_run() {
        LiveGuide.changes(notes, screen::add);
        LiveGuide.flow(notes, new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(2);
            }

            @Override
            public void onNext(QueryChange change) {
                screen.add(change.result().size() + " found");
            }

            @Override
            public void onError(Throwable failure) {
                screen.add("failed");
            }

            @Override
            public void onComplete() {
                screen.add("complete");
            }
        });
        assertEquals("0 found", shown());
        notes.put("a", "1");
        assertEquals("a is 1; 1 found", shown());
        notes.delete("a");
        assertEquals("a is gone", shown());
    }

    @Test
    void program_withValuesOfAClass_runs() {
        LiveGuide.typed(client.collection("notes", LiveGuide.Note.class), screen::add);
        notes.put("a", "{\"title\":\"Paint\",\"done\":false}");
        notes.put("b", "{\"title\":7}");
        assertEquals("Paint; not readable: expected a string, found an integer, at /title", shown());
    }
}
