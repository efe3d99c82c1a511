package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.SyncReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;

/** A device of a {@link TestWorld}: a disk, and the app that runs on it. */
public final class TestDevice {
    private final TestWorld world;
    private final TestSealer sealer;
    private final MemoryDisk disk = new MemoryDisk();
    private UnaryOperator<SyncClientBuilder> app;
    private boolean online = true;
    private int starts;
    private Duration clockOffset = Duration.ZERO;
    private SimulatedRuntime runtime;
    private SyncClient client;

    TestDevice(TestWorld world, TestSealer sealer, UnaryOperator<SyncClientBuilder> app) {
        this.world = world;
        this.sealer = sealer;
        this.app = app;
        world.relay().admit(sealer.publicKey());
        runtime = newRuntime();
        client = open();
    }

    private SimulatedRuntime newRuntime() {
        SimulatedRuntime made = new SimulatedRuntime(
                world.time(), 1_000L * starts++ + sealer.device().hashCode());
        made.setClockOffset(clockOffset);
        return made;
    }

    private SyncClient open() {
        Transport transport = new Switched(new SimulatedTransport(world.relay(), sealer.device()));
        return app.apply(SyncClient.builder(new MemoryStore(disk), transport, sealer)
                        .runtime(runtime))
                .open();
    }

    /** The client of the app that runs now: another one after a crash or a restart. */
    public SyncClient client() {
        return client;
    }

    /**
     * Syncs, and runs what that makes due.
     *
     * @throws AssertionError if it does not go through
     */
    public SyncReport sync() {
        CompletableFuture<SyncReport> done = client.syncAsync();
        world.time().runDue();
        if (!done.isDone()) {
            throw new AssertionError("the sync does not end; is another one under way?");
        }
        try {
            return done.get();
        } catch (ExecutionException failed) {
            throw new AssertionError("the sync did not go through: " + failed.getCause(), failed);
        } catch (InterruptedException impossible) {
            throw new AssertionError("what is done is not waited for", impossible);
        }
    }

    /** From now on the relay cannot be reached. */
    public void goOffline() {
        online = false;
    }

    /** From now on the relay can be reached. */
    public void goOnline() {
        online = true;
    }

    /** Whether the relay can be reached. */
    public boolean isOnline() {
        return online;
    }

    /** Sets how far the device's clock is ahead of the world's; negative if it is behind. */
    public void setClockOffset(Duration offset) {
        clockOffset = offset;
        runtime.setClockOffset(offset);
    }

    /** The process ends at once, whatever it is doing, and is started again: everything that a call had returned from is there. */
    public void crash() {
        runtime.close();
        disk.crash();
        runtime = newRuntime();
        client = open();
    }

    /**
     * The app ends as it should, and another version of it is started.
     *
     * @param newApp what it declares
     */
    public void restart(UnaryOperator<SyncClientBuilder> newApp) {
        close();
        app = newApp;
        runtime = newRuntime();
        client = open();
    }

    void close() {
        client.close();
        runtime.close();
    }

    /** Reaches the relay while the device is online. */
    private final class Switched implements Transport {
        private final Transport inner;

        Switched(Transport inner) {
            this.inner = inner;
        }

        private void requireOnline() throws TransportException {
            if (!online) {
                throw new TransportException(TransportException.Kind.OFFLINE, "the device is offline", null);
            }
        }

        @Override
        public String remote() {
            return inner.remote();
        }

        @Override
        public boolean isOrdered() {
            return inner.isOrdered();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            requireOnline();
            return inner.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            requireOnline();
            return inner.pull(request);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
