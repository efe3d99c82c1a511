package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.CollectionFencedException;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One device of a simulated world: its disk, its keys, the process that runs on it, if any, and what it has promised. */
final class SimulatedDevice {
    private final SimulatedWorld world;
    private final int number;
    private final List<DeviceId> identities = new ArrayList<>(1);
    private final int unsealedMax;

    /** What this device has acknowledged, in order. */
    private final List<Change> written = new ArrayList<>();

    /** What was being written when the process ended: all of it is there, or nothing. */
    private List<Change> inDoubt = List.of();

    /** What the app tried to write last. */
    private List<Change> attempted = List.of();

    private final Troubles troubles;
    private final RelayLies lies;

    private int appVersion = SimulatedApps.FIRST;
    private Sealer sealer;
    private MemoryDisk disk;
    private @Nullable MemoryDisk backup;

    /** Whether other copies of its data are about: then others may write under its identity. */
    private boolean copied;

    /** How many events of its own counted before the write that began last. */
    private int countedBefore;

    private int survivingCount;
    private long checkedPosition;
    private int opsLeft;
    private int opened;
    private Duration clockOffset = Duration.ZERO;
    private @Nullable Process process;

    SimulatedDevice(SimulatedWorld world, int number, Sealer sealer, MemoryDisk disk, int unsealedMax, int ops) {
        this.world = world;
        this.number = number;
        this.sealer = sealer;
        this.disk = disk;
        this.unsealedMax = unsealedMax;
        this.opsLeft = ops;
        this.troubles = new Troubles(world.time()::millis);
        this.lies = new RelayLies(world.relay(), troubles, world.time()::millis);
        identities.add(sealer.device());
    }

    /** Another installation of the app, with a copy of this one's data. */
    SimulatedDevice copyAs(int newNumber, int ops) {
        settleDoubtIfDead();
        copied = true;
        SimulatedDevice copy = new SimulatedDevice(world, newNumber, sealer, disk.copy(), unsealedMax, ops);
        copy.identities.clear();
        copy.identities.addAll(identities);
        copy.copied = true;
        copy.appVersion = appVersion;
        return copy;
    }

    int appVersion() {
        return appVersion;
    }

    /** The app is updated; it goes on if it was running. */
    void update() {
        if (appVersion == SimulatedApps.LATEST) {
            return;
        }
        boolean goesOn = isRunning();
        close();
        appVersion = SimulatedApps.LATEST;
        if (goesOn) {
            ensureRunning(false);
        }
    }

    /** Stops the apps that have not been updated from changing a collection. */
    void fence() {
        if (isRunning() && appVersion == SimulatedApps.LATEST) {
            world.fences();
            SyncClient client = client();
            act(() -> client.fence(SimulatedApps.FENCED, SimulatedApps.LATEST));
        }
    }

    private boolean holdsFence() {
        return look(reader -> {
            boolean[] found = {false};
            reader.events(
                    RecordKey.control("versions"),
                    EventState.APPLIED,
                    Integer.MAX_VALUE,
                    listed -> found[0] |= Objects.requireNonNull(listed.whole())
                            .op()
                            .value()
                            .toJson()
                            .contains("\"fence\""));
            return found[0];
        });
    }

    private boolean isFencedOff(List<Change> changes) {
        return world.isFenced()
                && appVersion == SimulatedApps.FIRST
                && changes.stream().anyMatch(change -> change.key().collection().equals(SimulatedApps.FENCED))
                && holdsFence();
    }

    boolean isCopied() {
        return copied;
    }

    /** Whether it may have more of its own than what its app wrote: what a copy wrote under its identity, or what it issued again for another. */
    boolean isShared() {
        return copied || world.hasCopies();
    }

    /** The ids that it has had; the last one is its own now. */
    List<DeviceId> identities() {
        return identities;
    }

    /** The user takes another identity for this device, if it is told that somebody else writes under this one. */
    void renewIdentity() {
        if (copied && client().status().blockedBy() == BlockedBy.FORKED) {
            close();
            takeOwnIdentity();
            ensureRunning(false);
        }
    }

    /** From the next start on it has an identity that nobody had before. */
    void takeOwnIdentity() {
        sealer = world.newSealer();
        identities.add(sealer.device());
    }

    /**
     * Keeps a copy of what is on the disk, if there is none; else that takes the disk's place, and the disk as it was is handed out. A device that has had
     * another identity is not restored: what it wrote under which one is no longer told apart.
     */
    @Nullable
    MemoryDisk restore() {
        MemoryDisk put = backup;
        if (identities.size() > 1) {
            return null;
        }
        if (put == null) {
            backup = disk.copy();
            return null;
        }
        kill(false);
        settleDoubt();
        MemoryDisk lost = disk;
        disk = put;
        backup = null;
        copied = true;
        checkedPosition = 0;
        return lost;
    }

    RelayLies lies() {
        return lies;
    }

    Troubles troubles() {
        return troubles;
    }

    /** Something is wrong with this device for some time: seconds, or up to hours. */
    void suffer(Trouble trouble, SeededRandom details) {
        long millisMax = details.chance(0.2) ? 7_200_000 : 300_000;
        troubles.begin(trouble, Duration.ofMillis(details.magnitude(1_000, millisMax)), details.nextLong());
    }

    int number() {
        return number;
    }

    DeviceId id() {
        return sealer.device();
    }

    int opsLeft() {
        return opsLeft;
    }

    void writeMore() {
        opsLeft++;
    }

    List<Change> written() {
        return written;
    }

    /** Up to where in the relay's log it has been checked that this device holds what its cursor has passed. */
    long checkedPosition() {
        return checkedPosition;
    }

    void setCheckedPosition(long position) {
        checkedPosition = position;
    }

    boolean isRunning() {
        return process != null;
    }

    /** The client of the process that runs. */
    SyncClient client() {
        return Objects.requireNonNull(process, "no process runs").client();
    }

    /** What the app that runs has been told. */
    Screen screen() {
        return Objects.requireNonNull(Objects.requireNonNull(process, "no process runs").screen);
    }

    /** What live queries have told the app that runs; null if it has none. */
    @Nullable
    LiveScreen liveScreen() {
        return Objects.requireNonNull(process, "no process runs").liveScreen;
    }

    /** Reads what is on the disk. */
    <T> T look(Function<? super MemoryReader, T> work) {
        return new MemoryStore(disk).look(work);
    }

    void setClockOffset(Duration offset) {
        clockOffset = offset;
        if (process != null) {
            process.runtime.setClockOffset(offset);
        }
    }

    void goOffline(Duration duration) {
        troubles.begin(Trouble.OFFLINE, duration, 0);
    }

    boolean isOffline() {
        return troubles.has(Trouble.OFFLINE);
    }

    void goOnline() {
        troubles.end(Trouble.OFFLINE);
    }

    /** Starts a process, unless one runs; it may crash at once. */
    void ensureRunning(boolean syncsByItself) {
        if (process == null) {
            Process started = new Process();
            process = started;
            settleDoubt(); // before the app takes in what it had held back, which may change what counts
            act(() -> started.open(syncsByItself));
            if (started.client == null) {
                end(started); // the disk was full: the app could not start
            }
        }
    }

    /** The process is gone, at whatever point of its work it was. */
    void kill(boolean powerLost) {
        Process killed = process;
        if (killed != null) {
            end(killed);
            disk.crash();
        }
        if (powerLost && backup == null && !isShared()) {
            disk.losePower();
            checkedPosition = 0;
            forgetWhatDidNotSurvive();
        }
    }

    /** The app closes the client as it should. */
    void close() {
        Process closing = process;
        if (closing != null) {
            act(() -> closing.client().close());
            closing.runtime.close();
            process = null;
        }
    }

    private void end(Process ended) {
        ended.runtime.close();
        ended.alive = false;
        if (process == ended) {
            process = null;
        }
    }

    /** Runs what the app does; a crash ends it. */
    boolean act(Runnable work) {
        try {
            work.run();
            return true;
        } catch (SimulatedCrash crash) {
            return false;
        } catch (CollectionFencedException refused) {
            if (!isFencedOff(attempted)) {
                throw new SimulationFailure(Kind.BROKEN, "device " + number + " refuses a write", refused);
            }
            return false;
        } catch (WriteRefusedException refused) {
            if (!troubles.has(Trouble.MERGES_FAIL)) {
                throw new SimulationFailure(Kind.BROKEN, "device " + number + " refuses a write", refused);
            }
            return false;
        } catch (StoreException failed) {
            if (failed.kind() != StoreException.Kind.FULL) {
                throw new SimulationFailure(Kind.BROKEN, "the store failed on device " + number, failed);
            }
            return false;
        }
    }

    /** The user discards what no device has written. */
    void discardNoise() {
        SyncClient client = client();
        act(() -> {
            for (QuarantineItem item : client.quarantine()) {
                if (!item.reason().isAuthorsWord()) {
                    client.discardQuarantined(item.id());
                }
            }
        });
    }

    /** The user tries again what other devices wrote and this one could not use. */
    void retryQuarantined() {
        SyncClient client = client();
        act(() -> {
            for (QuarantineItem item : client.quarantine()) {
                boolean stillThere = client.quarantine().stream()
                        .anyMatch(other -> other.id().equals(item.id()));
                if (stillThere && item.reason() != QuarantineItem.Reason.FUTURE_CLOCK) {
                    client.retryQuarantined(item.id());
                }
            }
        });
    }

    /** The user takes the log that the relay has now for the right one, if asked to. */
    void acceptLog() {
        SyncClient client = client();
        if (client.status().blockedBy() == BlockedBy.UNKNOWN_LOG) {
            act(client::acceptRemoteLog);
        }
    }

    /** The counter of its last event, whatever that is. */
    long head() {
        return look(StoreReader::ownHead).counter();
    }

    /** The events that a device wrote for its app and that are not void, as far as a store holds them up to a counter. */
    static List<StoredEvent> countingEvents(StoreReader reader, DeviceId author, long head) {
        if (head == 0) {
            return List.of();
        }
        List<StoredEvent> counting = new ArrayList<>(reader.transaction(author, new TransactionSpan(1, (int) head)));
        counting.removeIf(stored -> stored.event().key().isControl()
                || stored.state() == EventState.VOID
                || stored.state() == EventState.VOID_UNREAD);
        return counting;
    }

    /** Those in its own store. */
    List<StoredEvent> own(StoreReader reader) {
        return countingEvents(reader, id(), reader.ownHead().counter());
    }

    /** How many there are in its own store. */
    int counting(MemoryReader reader) {
        return reader.counting(id());
    }

    private void settleDoubtIfDead() {
        if (process == null) {
            settleDoubt();
        }
    }

    private void settleDoubt() {
        if (isShared() && inDoubt.isEmpty()) {
            return; // what others wrote under its identity may have come meanwhile
        }
        int before = inDoubt.isEmpty() ? written.size() : countedBefore;
        int found = look(this::counting);
        if (found == before + inDoubt.size()) {
            written.addAll(inDoubt);
        } else if (found != before) {
            throw new SimulationFailure(
                    Kind.LOST,
                    "device " + number + " acknowledged " + written.size() + " events, and was writing "
                            + inDoubt.size() + " more when it crashed; it has " + found);
        }
        inDoubt = List.of();
    }

    private void forgetWhatDidNotSurvive() {
        int left = look(this::counting);
        if (left < survivingCount) {
            throw new SimulationFailure(
                    Kind.LOST,
                    "device " + number + " lost events with its power: " + survivingCount + " were to survive, " + left
                            + " did");
        }
        if (left < written.size()) {
            written.subList(left, written.size()).clear();
            inDoubt = List.of();
        }
    }

    /** The app makes a change, or several in one transaction. */
    void write(List<Change> changes, boolean abort) {
        SyncClient client = client();
        opsLeft = Math.max(0, opsLeft - changes.size());
        attempted = changes;
        inDoubt = abort ? List.of() : changes;
        List<EventId> ids = new ArrayList<>(changes.size());
        long headBefore = head();
        countedBefore = isShared() ? look(this::counting) : written.size();
        boolean done =
                act(() -> ids.addAll(abort ? AppWrites.aborted(client, changes) : AppWrites.made(client, changes)));
        if (world.isCounting() && (abort || !done)) {
            opsLeft += changes.size(); // who counts goes on until so many are acknowledged
        }
        if (done) {
            acknowledged(ids, abort ? List.of() : changes, headBefore);
        } else if (process != null) {
            inDoubt = List.of(); // refused by the disk
            requireCounting(countedBefore);
        }
    }

    private void acknowledged(List<EventId> ids, List<Change> changes, long headBefore) {
        inDoubt = List.of();
        if (isFencedOff(changes)) {
            throw new SimulationFailure(Kind.BROKEN, "device " + number + " has written past a fence");
        }
        for (int i = 0; i < changes.size(); i++) {
            EventId expected = new EventId(id(), headBefore + i + 1);
            if (!expected.equals(ids.get(i))) {
                throw new SimulationFailure(
                        Kind.BROKEN, "device " + number + " wrote event " + ids.get(i) + ", not " + expected);
            }
            written.add(changes.get(i));
            world.acknowledged(this, expected.counter());
        }
        requireCounting(countedBefore + changes.size());
    }

    /** Everything that this device has acknowledged is on its disk. Where others write under its identity as well, that is seen in the end. */
    void requireAcknowledged() {
        if (!isShared()) {
            requireCounting(written.size());
        }
    }

    private void requireCounting(int expected) {
        int found = look(this::counting);
        if (found != expected) {
            throw new SimulationFailure(
                    Kind.LOST, "device " + number + " has " + found + " events of its own, not " + expected);
        }
    }

    /** From one start of the app to its end. What it holds is dead afterwards, even while calls into it are still on the stack. */
    private final class Process implements PersistPoints, FaultyTransport.Surroundings {
        private final SimulatedRuntime runtime =
                new SimulatedRuntime(world.time(), world.seed() + 31L * number + opened++);
        private boolean alive = true;
        private @Nullable SyncClient client;
        private @Nullable Screen screen;
        private @Nullable LiveScreen liveScreen;

        void open(boolean syncsByItself) {
            runtime.setClockOffset(clockOffset);
            Store store = world.wrap(new MemoryStore(disk, this).withUnsealedMax(unsealedMax), SimulatedDevice.this);
            SyncClientBuilder builder = world.clientBuilder(store, SimulatedDevice.this, sealer, this)
                    .runtime(runtime);
            SyncClient opened = (identities.size() > 1 ? builder.renewIdentity() : builder).open();
            client = opened;
            screen = new Screen(opened, world.keys(), () -> process == this);
            liveScreen = world.hasLiveScreens() ? new LiveScreen(opened, world.keys()) : null;
            opened.addListener(TroubledApp.listener(world.dice()));
            opened.addListener(screen);
            if (syncsByItself) {
                opened.start();
            }
        }

        SyncClient client() {
            return Objects.requireNonNull(client, "the client is not open");
        }

        private void requireAlive() {
            if (!alive) {
                throw new SimulatedCrash("while something was under way");
            }
        }

        private SimulatedCrash crash(String where) {
            kill(false);
            return new SimulatedCrash(where);
        }

        @Override
        public void beforeCommit() {
            requireAlive();
            if (world.dice().happens(Fault.CRASH_BEFORE_COMMIT)) {
                throw crash("before a commit");
            }
            if (world.dice().happens(Fault.DISK_FULL)) {
                throw new StoreException(StoreException.Kind.FULL, "the disk is full", null);
            }
        }

        @Override
        public void afterCommit() {
            if (disk.survivesLossOfPower()) {
                survivingCount = look(SimulatedDevice.this::counting);
            }
            world.committed(SimulatedDevice.this, disk.touched());
            if (world.dice().happens(Fault.CRASH_AFTER_COMMIT)) {
                throw crash("after a commit");
            }
        }

        @Override
        public void requireReachable() throws TransportException {
            requireAlive();
            if (isOffline()) {
                throw new TransportException(TransportException.Kind.OFFLINE, "the device is offline", null);
            }
            world.requireRelay();
        }

        @Override
        public @Nullable RefusalReason refusal() {
            return troubles.has(Trouble.PUSHES_REFUSED) ? RefusalReason.QUOTA : null;
        }

        @Override
        public void pass(Duration duration) {
            world.time().skip(duration);
        }

        @Override
        public void later(Duration delay, Runnable what) {
            world.time().schedule(delay, what);
        }

        @Override
        public void meanwhile() {
            world.meanwhile(SimulatedDevice.this);
            requireAlive();
        }
    }
}
