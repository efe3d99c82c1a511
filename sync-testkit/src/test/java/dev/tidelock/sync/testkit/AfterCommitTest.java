package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has been committed has been done: a store that cannot be read right afterwards does not make the app believe otherwise. */
class AfterCommitTest {
    private final VirtualTime time = new VirtualTime();
    private final TestSealer sealer = TestSealer.of(TestSpace.SPACE, 1);
    private final MemoryDisk disk = new MemoryDisk();
    private final Store store = new FailingReads(new MemoryStore(disk));
    private final SyncClient client = SyncClient.builder(
                    store,
                    new SimulatedTransport(
                            SimulatedRelay.forTestSealers(TestSpace.SPACE, 1, time::millis), sealer.device()),
                    sealer)
            .runtime(new SimulatedRuntime(time, 1))
            .listenerExecutor(Runnable::run)
            .relation(Relation.cascade("stars", "diff", "diffs"))
            .open();

    private boolean fails;

    private final class FailingReads extends Defects.ThroughStore {
        FailingReads(Store real) {
            super(real);
        }

        @Override
        public <T> T read(Function<StoreReader, T> work) {
            if (fails) {
                throw new StoreException(StoreException.Kind.IO, "cannot be read", null);
            }
            return super.read(work);
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void write_thatIsCommitted_returns_thoughTheStatusCannotBeRead() {
        List<SyncStatus> told = new ArrayList<>();
        client.addListener(new SyncListener() {
            @Override
            public void onStatusChanged(SyncStatus status) {
                told.add(status);
            }
        });
        fails = true;
        client.collection("diffs").op("d", "add", JsonValue.of(1));
        fails = false;
        assertEquals("1", client.collection("diffs").get("d").orElseThrow().toJson());
        assertEquals(0, told.size());
    }

    @Test
    void liveQuery_seesWhatIsHiddenNow_thoughTheStoreCouldNotBeReadRightAfterwards() {
        client.collection("diffs").put("d", "{}");
        client.collection("stars").put("s", "{\"diff\":\"d\"}");
        List<QueryChange> told = new ArrayList<>();
        client.collection("stars").observe(Query.all(), told::add);
        time.advance(LiveOptions.DEFAULT_MIN_INTERVAL);
        fails = true;
        client.collection("diffs").delete("d");
        fails = false;
        time.advance(Duration.ofMinutes(5));
        assertTrue(told.get(0).isFirst());
        assertFalse(told.get(told.size() - 1).isFirst());
        assertEquals(0, told.get(told.size() - 1).result().size());
    }
}
