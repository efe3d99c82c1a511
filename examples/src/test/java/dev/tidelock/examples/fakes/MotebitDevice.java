package dev.tidelock.examples.fakes;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.motebit.MotebitIdentity;
import dev.tidelock.sync.motebit.MotebitRelay;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.testkit.MemoryStore;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A device with real keys, at the relay over real sockets. Its store is in memory; the client syncs when it is told to. */
final class MotebitDevice implements AutoCloseable {
    final SpaceKeys keys;
    final MotebitRelay relay;
    final SyncClient client;
    private final SystemRuntime runtime = new SystemRuntime();
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    MotebitDevice(String url, KeyRing ring, MotebitIdentity identity) {
        this(url, ring, identity, DeviceIdentity.generate(), Duration.ZERO, chosen -> chosen);
    }

    /** @param clockOffset how far the device's clock is ahead */
    MotebitDevice(
            String url,
            KeyRing ring,
            MotebitIdentity identity,
            DeviceIdentity device,
            Duration clockOffset,
            UnaryOperator<MotebitRelay.Builder> setUp) {
        keys = SpaceKeys.of(ring, device);
        relay = setUp.apply(
                        MotebitRelay.at(url, new OffClock(runtime, clockOffset)).okHttpClient(MotebitPlace.client()))
                .open(keys.space(), identity, keys.device());
        client = SyncClient.builder(new MemoryStore(), relay.transport(), keys.sealer())
                .runtime(runtime)
                .open();
    }

    MotebitDevice registered() throws TransportException {
        relay.register();
        return this;
    }

    void put(String id, String text) {
        client.collection("notes").put(id, JsonValue.of(text));
    }

    String get(String id) {
        return client.collection("notes").get(id).map(JsonValue::asString).orElse(null);
    }

    /** Opens the live line, and remembers what it tells. */
    void listen() {
        relay.transport().listen(new LiveListener() {
            @Override
            public void arrived(
                    dev.tidelock.sync.spi.transport.Cursor after,
                    dev.tidelock.sync.spi.transport.PullResult.Page page,
                    Runnable taken) {
                heard.add("arrived");
                taken.run();
            }

            @Override
            public void changed() {
                heard.add("changed");
            }

            @Override
            public void lineChanged() {
                heard.add(relay.transport().isLive() ? "open" : "cut");
            }
        });
    }

    /** What the live line told next. */
    String heard() throws InterruptedException {
        String next = heard.poll(20, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    boolean hasHeardMore() {
        return !heard.isEmpty();
    }

    @Override
    public void close() {
        client.close();
        relay.close();
    }

    /** A clock that is off. */
    private record OffClock(SyncRuntime real, Duration offset) implements SyncRuntime {
        @Override
        public long wallMillis() {
            return real.wallMillis() + offset.toMillis();
        }

        @Override
        public long monotonicNanos() {
            return real.monotonicNanos();
        }

        @Override
        public double random() {
            return real.random();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return real.schedule(delay, task);
        }

        @Override
        public Cancellable alarm(Duration delay, Runnable task) {
            return real.alarm(delay, task);
        }

        @Override
        public Executor listenerExecutor() {
            return real.listenerExecutor();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
