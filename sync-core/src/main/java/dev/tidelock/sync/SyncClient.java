package dev.tidelock.sync;

import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.internal.engine.EngineOptions;
import dev.tidelock.sync.internal.engine.ListenerHub;
import dev.tidelock.sync.internal.engine.LocalWrites;
import dev.tidelock.sync.internal.engine.SyncEngine;
import dev.tidelock.sync.internal.live.Observations;
import dev.tidelock.sync.internal.query.IndexSetup;
import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.relation.Relations;
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
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.Inspection;
import dev.tidelock.sync.status.LinkStatus;
import dev.tidelock.sync.status.SyncException;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    private SyncClient(Builder builder) {
        this.store = builder.store;
        this.space = builder.sealer.space();
        this.device = builder.sealer.device();
        this.ownsRuntime = builder.runtime == null;
        this.runtime = builder.runtime == null ? new SystemRuntime() : builder.runtime;
        Executor executor = builder.listenerExecutor == null ? runtime.listenerExecutor() : builder.listenerExecutor;
        this.observations = new Observations(store, runtime, executor);
        this.listeners = new ListenerHub(executor, observations::recordsChanged, observations::anythingChanged);
        this.codecs = new CodecLookup(builder.codecs);
        this.engine = new SyncEngine(
                store,
                builder.transport,
                builder.sealer,
                runtime,
                listeners,
                new EngineOptions(
                        builder.strategies,
                        builder.interval,
                        builder.debounce == null ? Builder.DEFAULT_DEBOUNCE : builder.debounce,
                        builder.debounce == null ? Duration.ZERO : builder.debounce,
                        builder.deletesMin,
                        builder.deletesPercentMin,
                        builder.renewIdentity,
                        builder.collectionVersions,
                        builder.conflictRetention,
                        builder.gate,
                        builder.relations,
                        builder.links));
        IndexSetup.run(store, builder.indexes);
    }

    /**
     * What every client needs; the rest has defaults.
     *
     * @param store new, or used before with the same keys; the client closes it
     * @param transport the way to the remote; the client closes it
     * @param sealer the space's keys, for this device
     */
    public static Builder builder(Store store, Transport transport, Sealer sealer) {
        return new Builder(store, transport, sealer);
    }

    /** A named group of records. It exists as soon as it has one. */
    public Collection collection(String name) {
        return new Collection(store, engine, observations, RecordKey.requireCollection(name));
    }

    /**
     * A collection whose records are values of a class of the app's, by the codec {@linkplain Builder#codec registered} for it; if there is none, by one that a
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

    /** How the {@linkplain Builder#link links} stand that the client has beside its transport, in the order in which they were added. */
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
     * @param version the lowest that may still write; not above the one that this app has declared with {@link Builder#collectionVersion}
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

    /** Sets up a client. Not safe for use by several threads. */
    public static final class Builder {
        /** How long after one sync the next begins, unless something else calls for one. */
        public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);

        /** How long after a local change a sync begins: further changes join it. */
        public static final Duration DEFAULT_DEBOUNCE = Duration.ofSeconds(2);

        /** So many deletes of one device in one sync are asked about, if they are also {@link #DEFAULT_DELETES_PERCENT_MIN}. */
        public static final int DEFAULT_DELETES_MIN = 100;

        /** Such a part of the records, in percent. */
        public static final int DEFAULT_DELETES_PERCENT_MIN = 50;

        /** How many indexes a collection has at most: each makes every write to it slower. */
        public static final int INDEXES_MAX = 16;

        private static final Duration RETENTION_MAX = Duration.ofDays(36_500);
        private static final Duration DELAY_MAX = Duration.ofDays(30);

        private final Store store;
        private final Transport transport;
        private final Sealer sealer;
        private final List<PeerTransport> links = new ArrayList<>();
        private final Map<String, List<Index>> indexes = new LinkedHashMap<>();
        private Strategies strategies = Strategies.DEFAULTS;
        private Duration interval = DEFAULT_INTERVAL;
        private @Nullable Duration debounce;
        private int deletesMin = DEFAULT_DELETES_MIN;
        private int deletesPercentMin = DEFAULT_DELETES_PERCENT_MIN;
        private boolean renewIdentity;
        private final Map<Class<?>, Codec<?>> codecs = new HashMap<>();
        private final Map<String, Integer> collectionVersions = new HashMap<>();
        private @Nullable Duration conflictRetention;
        private @Nullable ApplyGate gate;
        private Relations relations = Relations.NONE;
        private @Nullable SyncRuntime runtime;
        private @Nullable Executor listenerExecutor;

        private Builder(Store store, Transport transport, Sealer sealer) {
            this.store = Objects.requireNonNull(store, "store");
            this.transport = Objects.requireNonNull(transport, "transport");
            this.sealer = Objects.requireNonNull(sealer, "sealer");
        }

        /**
         * What becomes of concurrent puts in a collection; last-writer-wins unless set. When an app has another one than before, or another version of it, its records are folded
         * anew as it opens: see {@link Strategy}.
         */
        public Builder strategy(String collection, Strategy strategy) {
            strategies = strategies.withStrategy(RecordKey.requireCollection(collection), strategy);
            return this;
        }

        /** What a named op does. The built-in ones are {@code add}, {@code append}, {@code set-add}, {@code set-remove} and {@code max}. */
        public Builder reducer(String opName, Reducer reducer) {
            strategies = strategies.withReducer(opName, reducer);
            return this;
        }

        /** How values of a class are read and written, for {@link SyncClient#collection(String, Class)}; what a module finds unless set. */
        public <T> Builder codec(Class<T> type, Codec<T> codec) {
            codecs.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(codec, "codec"));
            return this;
        }

        /**
         * As {@link #reducer(String, Reducer)}, in a later version: give a reducer a higher one whenever it does something else to the same values. The first device that
         * has it tells the others. Those with an older one hold back transactions that use the op until their app is updated; see {@code SyncStatus.updatesNeeded}.
         *
         * @param version 1 to {@link Strategy#VERSION_MAX}
         */
        public Builder reducer(String opName, int version, Reducer reducer) {
            strategies = strategies.withReducer(opName, version, reducer);
            return this;
        }

        /**
         * Which version of a collection this app writes; 1 unless set. It matters once a newer app has {@linkplain SyncClient#fence fenced} the collection.
         *
         * @param version 1 to {@link Strategy#VERSION_MAX}
         */
        public Builder collectionVersion(String collection, int version) {
            collectionVersions.put(RecordKey.requireCollection(collection), Strategy.requireVersion(version));
            return this;
        }

        /**
         * Also syncs with another device directly, beside the transport: what one has reaches the other. Once the client is {@linkplain SyncClient#start started}, whenever that device is there. The status goes
         * on to tell of the transport; {@link SyncClient#links} tells of these.
         *
         * @param link the client closes it; no two, nor the transport, have the same name
         */
        public Builder link(PeerTransport link) {
            boolean taken = transport.remote().equals(link.remote())
                    || links.stream().anyMatch(other -> other.remote().equals(link.remote()));
            if (taken) {
                throw new IllegalArgumentException("the name '" + link.remote() + "' is another link's already");
            }
            links.add(link);
            return this;
        }

        /** From one sync to the next: 1 second to 30 days; {@link #DEFAULT_INTERVAL} unless set. */
        public Builder interval(Duration value) {
            interval = requireDelay("interval", value, Duration.ofSeconds(1));
            return this;
        }

        /** From a local change to the sync that sends it: up to 30 days. Unless set, {@link #DEFAULT_DEBOUNCE}, and nothing while the transport {@linkplain SyncClient#isLive is live}. */
        public Builder debounce(Duration value) {
            debounce = requireDelay("debounce", value, Duration.ZERO);
            return this;
        }

        /**
         * When another device's deletes wait in quarantine until somebody has looked at them. Both bounds must be reached by one device in one sync.
         *
         * @param deletes at least so many records; 1 or more
         * @param percent at least this part of the records that are here; 0 to 100
         */
        public Builder massDeleteGuard(int deletes, int percent) {
            if (deletes < 1 || percent < 0 || percent > 100) {
                throw new IllegalArgumentException("a mass delete of " + deletes + " records and " + percent
                        + " %; at least 1 record and 0 to 100 % are accepted");
            }
            deletesMin = deletes;
            deletesPercentMin = percent;
            return this;
        }

        /**
         * Lets this client take over a store that belongs to another device of the same space, if it does: one that was copied, restored from a backup, or whose
         * identity another copy uses ({@code BlockedBy.FORKED}). The sealer must be that of a new device. What the former identity wrote and the
         * remote has not confirmed goes out again under the new one, and counts once, even if another copy sends it too. Nothing else changes.
         */
        public Builder renewIdentity() {
            renewIdentity = true;
            return this;
        }

        /**
         * How long what has lost shows in the conflict log and in the status, from when it was written: a second to 100 years; as long as the entry is open unless set.
         * Afterwards it is still in the record's history. Each app decides for itself.
         */
        public Builder conflictRetention(Duration value) {
            if (value.compareTo(Duration.ofSeconds(1)) < 0 || value.compareTo(RETENTION_MAX) > 0) {
                throw new IllegalArgumentException(
                        "conflictRetention is " + value + "; it must be PT1S to " + RETENTION_MAX);
            }
            conflictRetention = value;
            return this;
        }

        /** Holds back what other devices wrote until the app lets it in; nothing is held back unless set. */
        public Builder applyGate(ApplyGate value) {
            gate = Objects.requireNonNull(value, "gate");
            return this;
        }

        /**
         * Keeps an index on a collection, so that queries that it serves need not look at every record. {@link #open} builds what is not there yet, which takes some seconds per
         * 100,000 records, once; meanwhile other clients on the same store go on. Changes nothing but the time that queries and writes take.
         *
         * <p>The indexes declared for a collection are all that it has: others that the store keeps of it are taken away. A collection for which none is declared keeps what it has, so a tool
         * that opens the store need not know the app's. All processes of an app should declare the same. At most {@value #INDEXES_MAX} for one collection.
         */
        public Builder index(String collection, Index index) {
            List<Index> declared =
                    indexes.computeIfAbsent(RecordKey.requireCollection(collection), name -> new ArrayList<>());
            if (!declared.contains(Objects.requireNonNull(index, "index"))) {
                declared.add(index);
            }
            if (declared.size() > INDEXES_MAX) {
                throw new IllegalArgumentException("more than " + INDEXES_MAX + " indexes on one collection");
            }
            return this;
        }

        /** Declares that a collection has no indexes but those of {@link #index}: what the store keeps of it else is taken away. */
        public Builder noOtherIndexes(String collection) {
            indexes.computeIfAbsent(RecordKey.requireCollection(collection), name -> new ArrayList<>());
            return this;
        }

        /**
         * Lets records go with others: with a diff that is deleted, say, the stars that it was given. What goes is hidden, and nothing is written, so it is the same on every
         * device whose app declares the same relations. Keeps an {@linkplain #index index} on the member that names the owner.
         */
        public Builder relation(Relation relation) {
            relations = relations.with(Objects.requireNonNull(relation, "relation"));
            index(relation.child(), Index.on(relation.member().toString()));
            return this;
        }

        private static Duration requireDelay(String what, Duration value, Duration min) {
            if (value.compareTo(min) < 0 || value.compareTo(DELAY_MAX) > 0) {
                throw new IllegalArgumentException(what + " is " + value + "; it must be " + min + " to " + DELAY_MAX);
            }
            return value;
        }

        /** Where time, chance and threads come from, for simulations; the machine's unless set. The client then does not close it. */
        public Builder runtime(SyncRuntime value) {
            runtime = Objects.requireNonNull(value, "runtime");
            return this;
        }

        /** Where listeners run; a thread of the client's own unless set. */
        public Builder listenerExecutor(Executor value) {
            listenerExecutor = Objects.requireNonNull(value, "listenerExecutor");
            return this;
        }

        /**
         * Opens the client. It syncs when it is {@linkplain SyncClient#start started}, or asked to.
         *
         * @throws IllegalStateException if the store belongs to another device or space than the keys
         */
        public SyncClient open() {
            return new SyncClient(this);
        }
    }
}
