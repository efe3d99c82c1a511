package dev.tidelock.sync;

import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.internal.engine.ListenerHub;
import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.internal.engine.SyncEngine;
import dev.tidelock.sync.internal.live.Observations;
import dev.tidelock.sync.internal.query.IndexSetup;
import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.typed.CodecLookup;
import dev.tidelock.sync.internal.typed.RecordCodec;
import dev.tidelock.sync.model.CollectionFencedException;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.KnownDevice;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Undone;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.Inspection;
import dev.tidelock.sync.status.LinkStatus;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A device's copy of a space: local data that is always there, and the sync that keeps it the same on all of the user's devices.
 *
 * <p>A change is durable in the local store when the call that makes it returns: it survives the death of the process, and reaches every other device
 * whatever the network or the relay does. Nothing leaves the device unsealed. Reads and writes never wait for the network.
 *
 * <p>The main path: a write is kept with its event (see {@link SyncEngine#write}); {@code SyncLoop} decides when to sync; {@code PushPass} seals and
 * sends; {@code PullPass} receives and applies.
 *
 * <p>Safe for use by any number of threads. Failures of the local store are {@link StoreException}s.
 */
public final class SyncClient implements AutoCloseable {
    private static final Duration SEAL_WAIT_MAX = Duration.ofHours(1);

    private final Store store;
    private final SpaceId space;
    private final DeviceId device;
    private final SyncRuntime runtime;
    private final boolean ownsRuntime;
    private final Observations observations;
    private final ListenerHub listeners;
    private final SyncEngine engine;
    private final CodecLookup codecs;

    SyncClient(SyncClientBuilder builder) {
        this.store = builder.store();
        this.space = builder.sealer().space();
        this.device = builder.sealer().device();
        SyncRuntime given = builder.runtime();
        this.ownsRuntime = given == null;
        this.runtime = given == null ? new SystemRuntime() : given;
        Executor chosen = builder.listenerExecutor();
        Executor executor = chosen == null ? runtime.listenerExecutor() : chosen;
        this.observations = new Observations(store, runtime, executor);
        this.listeners = new ListenerHub(executor, observations::recordsChanged, observations::anythingChanged);
        this.codecs = new CodecLookup(builder.codecs());
        this.engine = new SyncEngine(
                store, builder.transport(), builder.sealer(), runtime, listeners, builder.engineOptions());
        IndexSetup.run(store, builder.indexes());
    }

    /**
     * What every client needs; the rest has defaults.
     *
     * @param store new, or used before with the same keys; the client closes it
     * @param transport the way to the remote; the client closes it
     * @param sealer the space's keys, for this device
     */
    public static SyncClientBuilder builder(Store store, Transport transport, Sealer sealer) {
        return new SyncClientBuilder(store, transport, sealer);
    }

    /** A named group of records. It exists as soon as it has one. */
    public Collection collection(String name) {
        return new Collection(store, engine, observations, RecordKey.requireCollection(name));
    }

    /**
     * A collection whose records are values of a class of the app's, by the codec {@linkplain SyncClientBuilder#codec registered} for it; if there is none, by one that a
     * module makes: with {@code sync-codec-jackson}, Jackson binds it.
     *
     * @throws IllegalArgumentException if there is no codec for the class
     */
    public <T> TypedCollection<T> collection(String name, Class<T> type) {
        return collection(name, codecs.codec(Objects.requireNonNull(type, "type")));
    }

    /** A collection whose records are what a codec reads and writes. */
    public <T> TypedCollection<T> collection(String name, Codec<T> codec) {
        return new TypedCollection<>(collection(name), engine, new RecordCodec<>(codec));
    }

    /** The names of the collections that hold a record. */
    public List<String> collections() {
        return store.read(reader -> reader.collections().stream()
                .filter(name -> !engine.mayHide(name) || shows(reader, name))
                .collect(Collectors.toList()));
    }

    private boolean shows(StoreReader reader, String collection) {
        return new QueryRun(reader, collection, engine.visibility(reader))
                        .count(Query.all().limit(1))
                > 0;
    }

    /**
     * Makes several changes that become visible together, here and on every other device, or not at all. The work reads what it has written; if it
     * throws, nothing happened. It must not wait for anything: other writers do.
     *
     * @throws WriteRefusedException if a change is too large, or an op cannot be applied
     */
    public <T> T transaction(Function<Transaction, T> work) {
        return engine.write(writes -> work.apply(new Transaction(writes, codecs)));
    }

    /**
     * Begins to sync by itself: now, at an interval, and shortly after each local change. Of several processes on one store, one does so at a time; each of
     * the others syncs its own changes, and takes over within seconds when that one ends.
     */
    public void start() {
        engine.start();
    }

    /**
     * Syncs now, and waits until nothing is pending. Not for the thread that listeners run on.
     *
     * @throws SyncException if it did not go through; what was pending still is
     * @throws InterruptedException if the thread is interrupted; the sync goes on
     */
    public SyncReport sync() throws SyncException, InterruptedException {
        try {
            return syncAsync().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof SyncException reason) {
                throw new SyncException(reason.blockedBy(), String.valueOf(reason.getMessage()), reason);
            }
            throw new IllegalStateException("a sync ended in a way it cannot", failed);
        }
    }

    /** As {@link #sync}, without waiting; fails with a {@link SyncException}. */
    public CompletableFuture<SyncReport> syncAsync() {
        return engine.syncNow();
    }

    /**
     * Writes everything that this device holds to a bundle: a file that carries the space's changes to another device by any way there is. It is sealed, so whoever finds it learns nothing but its length
     * and the space's id. Waits for the sync under way. Needs little memory, however much there is.
     *
     * @param out gets the bundle; it stays open
     */
    public BundleReport exportBundle(OutputStream out) throws IOException, InterruptedException {
        seal();
        try {
            return engine.exportBundle(out, null);
        } catch (BundleException impossible) {
            throw new IllegalStateException("no bundle was read", impossible);
        }
    }

    /**
     * As {@link #exportBundle(OutputStream)}, without what the device that wrote another bundle had when it did: for an answer to that bundle, which is then as short as can be.
     *
     * @param missingFrom the bundle that is answered
     * @throws BundleException if that cannot be used; nothing is written then
     */
    public BundleReport exportBundle(OutputStream out, Path missingFrom)
            throws IOException, BundleException, InterruptedException {
        seal();
        return engine.exportBundle(out, Objects.requireNonNull(missingFrom, "missingFrom"));
    }

    private void seal() throws InterruptedException {
        CompletableFuture<Void> sealed = engine.seal();
        if (!runtime.await(sealed, SEAL_WAIT_MAX)) {
            throw new IllegalStateException("a sync has not ended for " + SEAL_WAIT_MAX.toHours() + " hours");
        }
        try {
            sealed.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StoreException reason) {
                throw reason;
            }
            throw new IllegalStateException("nothing can be exported: " + failed.getMessage(), failed);
        }
    }

    /**
     * Takes what another device has exported. It counts as if it had been pulled: it is checked, applied, and passed on to the relay, if there is one. A bundle that is damaged anywhere is not taken at
     * all; one that was taken may be taken again, and changes nothing.
     *
     * @throws BundleException if it is no bundle that this device can use
     */
    public BundleReport importBundle(Path file) throws IOException, BundleException {
        return engine.importBundle(Objects.requireNonNull(file, "file"));
    }

    /** Where this device stands, as its store says at this moment. */
    public SyncStatus status() {
        return engine.status();
    }

    /**
     * A SHA-256 over every visible record of every collection, in hexadecimal: equal on two devices exactly when they show the same data. Reads
     * everything.
     */
    public String stateHash() {
        return store.read(reader -> StateHash.of(reader, engine.visibility(reader)));
    }

    /** The values that lost and have not been looked after: the open entries of the conflict log, the oldest first. */
    public List<Conflict> conflicts() {
        return engine.conflicts();
    }

    /**
     * Undoes the last transaction that was made on this device: with a new one that makes each of its records what it was before, whole or not at all. To undo that one
     * again is to redo. What it undoes it finds in the store, so it may have been made before a restart; not under another identity, though, and nothing that the library itself
     * wrote counts.
     *
     * @return what was undone; empty if this device has made no transaction
     * @throws ExpectationFailedException if somebody has changed one of the records since; nothing happens then
     * @throws CollectionFencedException if a newer app has fenced a collection off
     */
    public Optional<Undone> undo() {
        return Optional.ofNullable(engine.write(LocalWrites::undo));
    }

    /**
     * Settles an entry of the conflict log: with a change of this device's that has seen all there is, so that it closes every entry of the record, here and on all
     * other devices.
     *
     * @param conflict the entry's id, from {@link #conflicts}
     * @return the id of the change
     * @throws NoSuchElementException if there is no such open entry (any more)
     */
    public EventId resolve(EventId conflict, Resolution resolution) {
        Conflict open = conflicts().stream()
                .filter(one -> one.id().equals(conflict))
                .findFirst()
                .orElseThrow(() -> noConflict(conflict));
        return engine.write(writes -> {
            boolean isOpen = writes.conflicts(open.key()).stream()
                    .anyMatch(one -> one.id().equals(conflict));
            if (!isOpen) {
                throw noConflict(conflict); // somebody has settled it meanwhile
            }
            return writes.write(open.key(), resolution.op(writes, open));
        });
    }

    private static NoSuchElementException noConflict(EventId conflict) {
        return new NoSuchElementException("the conflict log has no open entry '" + conflict + "'");
    }

    /** What could not be sent, opened or merged, the oldest first. */
    public List<QuarantineItem> quarantine() {
        return store.read(StoreReader::quarantine);
    }

    /**
     * What the {@linkplain ApplyGate gate} holds back, and what waits for an update of the app, the oldest first: a part of {@link #quarantine}. To let in nevertheless what the
     * gate holds back, retry it.
     */
    public List<QuarantineItem> held() {
        return quarantine().stream().filter(item -> item.reason().isHeldBack()).collect(Collectors.toList());
    }

    /** Asks the gate again about all that it holds back, as every sync does. For when the app knows that what something waits for has come. */
    public void recheckHeld() {
        engine.recheckHeld();
    }

    /**
     * Tries an item of quarantine again, with the keys, strategies and clock of now. It stays where it is if nothing is better.
     *
     * @throws NoSuchElementException if there is no such item
     */
    public void retryQuarantined(String itemId) {
        engine.retryQuarantined(itemId);
    }

    /**
     * Lets an item of quarantine go. What a device of the space wrote then counts on no device: a void says so to all of them. It cannot be
     * taken back. Bytes that nobody signed are just forgotten.
     *
     * @throws NoSuchElementException if there is no such item
     */
    public void discardQuarantined(String itemId) {
        engine.discardQuarantined(itemId);
    }

    /**
     * The devices of whose envelopes this one holds any, itself included once it has sent some, in the order of their ids. Their keys let a relay that
     * lost the space admit them again.
     */
    public List<KnownDevice> devices() {
        return store.read(StoreReader::chains).stream()
                .map(chain -> new KnownDevice(chain.device(), chain.authorKey(), chain.lastSeenMillis()))
                .collect(Collectors.toList());
    }

    /**
     * Whether a record holds a change of this device's that the remote has not confirmed yet.
     *
     * @param collection the collection's name
     * @param id the record's id
     */
    public boolean isPending(String collection, String id) {
        return engine.isPending(new RecordKey(RecordKey.requireCollection(collection), id));
    }

    /** What this device holds, and how far it has come with the remote. Counts the records, so it takes longer than {@link #status}. */
    public Inspection inspect() {
        return engine.inspect();
    }

    /** Whether the transport is connected and tells at once what the remote gets; false for one that only syncs at intervals. Listeners of the status hear when that changes. */
    public boolean isLive() {
        return engine.isLive();
    }

    /** How the {@linkplain SyncClientBuilder#link links} stand that the client has beside its transport, in the order in which they were added. */
    public List<LinkStatus> links() {
        return engine.links();
    }

    /** Forgets the incidents that the status shows. What is still so is noticed again. */
    public void forgetIncidents() {
        engine.forgetIncidents();
    }

    /**
     * After the status said that the remote holds another log: takes that for the right one. The next sync reads all of it, and sends everything that
     * it lacks: this device's envelopes and those of others. Nothing is lost here. A relay that does not have the space at all needs {@code
     * Registrar.createSpace} before, and {@code admit} for the other {@link #devices}.
     */
    public void acceptRemoteLog() {
        engine.acceptRemoteLog();
    }

    /**
     * Keeps apps that write a lower version of a collection from changing it any further: for a new app that older ones would do harm to. On each device the fence stands
     * as soon as it has arrived. From then on, local changes there are refused with a {@link CollectionFencedException}; what had been written before counts and is still
     * sent, reads go on, and so does what arrives. A fence never goes down again: of several the highest counts.
     *
     * @param version the lowest that may still write; not above the one that this app has declared with {@link SyncClientBuilder#collectionVersion}
     */
    public void fence(String collection, int version) {
        engine.fence(RecordKey.requireCollection(collection), version);
    }

    /** The space that this client keeps in sync. */
    public SpaceId space() {
        return space;
    }

    /** The id of this device, under which it writes. Another one after its identity was renewed. */
    public DeviceId device() {
        return device;
    }

    /** Adds a listener. It is told of what happens from now on. */
    public void addListener(SyncListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** Removes a listener; harmless if it was never added. What was on its way to it may still arrive. */
    public void removeListener(SyncListener listener) {
        listeners.remove(listener);
    }

    /** Ends live queries, listeners, and the sync under way, then closes transport and store. What is pending is sent when the space is opened next. */
    @Override
    public void close() {
        observations.close();
        engine.close();
        if (ownsRuntime) {
            runtime.close();
        }
        store.close();
    }
}
