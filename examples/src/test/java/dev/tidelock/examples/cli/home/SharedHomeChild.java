package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.KeyProtector;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One of several processes on one HOME: stays in sync as {@code run} does, and in between writes in bursts, as quickly as it can. Tells on its output what
 * it has been promised, until it is killed. Its own changes make it sync in a day only: so if it syncs, it is the process that leads.
 */
public final class SharedHomeChild {
    /** The collection that counts transactions: record {@code count}, and one record for each of the last so many numbers. */
    public static final String HAMMERED = "hammered";

    public static final int SLOTS = 100;

    /** The collection whose records another device makes, one after each kill. */
    public static final String MARKERS = "markers";

    private static final int BURST = 10;
    private static final long BETWEEN_BURSTS_MILLIS = 50;

    private final SyncClient client;

    private SharedHomeChild(SyncClient client) {
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        SpaceKeys keys = KeyFile.at(home.resolve(DeviceHome.KEYS)).open(KeyProtector.unprotectedFilePermissionsOnly());
        String relay = HomeSettings.read(home).relay();
        SyncClient client = SyncClient.builder(
                        SqliteStore.open(home.resolve(DeviceHome.STORE)),
                        new Telling(new LazyRelay(relay, keys, true, () -> {})),
                        keys.sealer())
                .interval(Duration.ofSeconds(1))
                .debounce(Duration.ofDays(1))
                .open();
        client.addListener(new Teller());
        client.start();
        tell("ready");
        ScheduledExecutorService bursts = Executors.newSingleThreadScheduledExecutor();
        bursts.scheduleWithFixedDelay(
                new SharedHomeChild(client)::burst, 0, BETWEEN_BURSTS_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static void tell(String line) {
        System.out.println(line);
    }

    private void burst() {
        try {
            for (int i = 0; i < BURST; i++) {
                tell("wrote " + writeNext());
            }
            client.status();
            client.stateHash();
        } catch (Throwable failed) {
            failed.printStackTrace();
            tell("failed " + failed);
        }
    }

    private long writeNext() {
        return client.transaction(tx -> {
            long next = tx.get(HAMMERED, "count")
                            .map(count -> count.asNumber().longValue())
                            .orElse(0L)
                    + 1;
            tx.put(HAMMERED, "count", JsonValue.of(next));
            tx.put(HAMMERED, "slot" + next % SLOTS, JsonValue.of(next));
            return next;
        });
    }

    /** Tells when this process begins to sync. */
    private record Telling(Transport real) implements Transport {
        @Override
        public String remote() {
            return real.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            tell("syncs");
            return real.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            tell("syncs");
            return real.pull(request);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static final class Teller implements SyncListener {
        @Override
        public void onRecordsChanged(Set<RecordKey> keys) {
            for (RecordKey key : keys) {
                if (key.collection().equals(MARKERS)) {
                    tell("saw " + key.id());
                }
            }
        }

        @Override
        public void onStatusChanged(SyncStatus status) {
            if (status.blockedBy() != BlockedBy.NOTHING || status.quarantined() > 0) {
                tell("failed " + status);
            }
        }
    }
}
