package dev.tidelock.sync;

import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.internal.engine.EngineOptions;
import dev.tidelock.sync.internal.relation.Relations;
import dev.tidelock.sync.internal.setting.Durations;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Sets up a client. Not safe for use by several threads. */
public final class SyncClientBuilder {
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

    SyncClientBuilder(Store store, Transport transport, Sealer sealer) {
        this.store = Objects.requireNonNull(store, "store");
        this.transport = Objects.requireNonNull(transport, "transport");
        this.sealer = Objects.requireNonNull(sealer, "sealer");
    }

    /**
     * What becomes of concurrent puts in a collection; last-writer-wins unless set. When an app has another one than before, or another version of it, its records are folded
     * anew as it opens: see {@link Strategy}.
     */
    public SyncClientBuilder strategy(String collection, Strategy strategy) {
        strategies = strategies.withStrategy(RecordKey.requireCollection(collection), strategy);
        return this;
    }

    /** What a named op does. The built-in ones are {@code add}, {@code append}, {@code set-add}, {@code set-remove} and {@code max}. */
    public SyncClientBuilder reducer(String opName, Reducer reducer) {
        strategies = strategies.withReducer(opName, reducer);
        return this;
    }

    /**
     * As {@link #reducer(String, Reducer)}, in a later version: give a reducer a higher one whenever it does something else to the same values. The first device that
     * has it tells the others. Those with an older one hold back transactions that use the op until their app is updated; see {@code SyncStatus.updatesNeeded}.
     *
     * @param version 1 to {@link Strategy#VERSION_MAX}
     */
    public SyncClientBuilder reducer(String opName, int version, Reducer reducer) {
        strategies = strategies.withReducer(opName, version, reducer);
        return this;
    }

    /** How values of a class are read and written, for {@link SyncClient#collection(String, Class)}; what a module finds unless set. */
    public <T> SyncClientBuilder codec(Class<T> type, Codec<T> codec) {
        codecs.put(Objects.requireNonNull(type, "type"), Objects.requireNonNull(codec, "codec"));
        return this;
    }

    /**
     * Which version of a collection this app writes; 1 unless set. It matters once a newer app has {@linkplain SyncClient#fence fenced} the collection.
     *
     * @param version 1 to {@link Strategy#VERSION_MAX}
     */
    public SyncClientBuilder collectionVersion(String collection, int version) {
        collectionVersions.put(RecordKey.requireCollection(collection), Strategy.requireVersion(version));
        return this;
    }

    /**
     * Also syncs with another device directly, beside the transport: what one has reaches the other. Once the client is {@linkplain SyncClient#start started}, whenever that device is there. The status goes
     * on to tell of the transport; {@link SyncClient#links} tells of these.
     *
     * @param link the client closes it; no two, nor the transport, have the same name
     */
    public SyncClientBuilder link(PeerTransport link) {
        boolean taken = transport.remote().equals(link.remote())
                || links.stream().anyMatch(other -> other.remote().equals(link.remote()));
        if (taken) {
            throw new IllegalArgumentException("the name '" + link.remote() + "' is another link's already");
        }
        links.add(link);
        return this;
    }

    /** From one sync to the next: 1 second to 30 days; {@link #DEFAULT_INTERVAL} unless set. */
    public SyncClientBuilder interval(Duration value) {
        interval = Durations.requireWithin("interval", value, Duration.ofSeconds(1), DELAY_MAX);
        return this;
    }

    /** From a local change to the sync that sends it: up to 30 days. Unless set, {@link #DEFAULT_DEBOUNCE}, and nothing while the transport {@linkplain SyncClient#isLive is live}. */
    public SyncClientBuilder debounce(Duration value) {
        debounce = Durations.requireWithin("debounce", value, Duration.ZERO, DELAY_MAX);
        return this;
    }

    /**
     * When another device's deletes wait in quarantine until somebody has looked at them. Both bounds must be reached by one device in one sync.
     *
     * @param deletes at least so many records; 1 or more
     * @param percent at least this part of the records that are here; 0 to 100
     */
    public SyncClientBuilder massDeleteGuard(int deletes, int percent) {
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
    public SyncClientBuilder renewIdentity() {
        renewIdentity = true;
        return this;
    }

    /**
     * How long what has lost shows in the conflict log and in the status, from when it was written: a second to 100 years; as long as the entry is open unless set.
     * Afterwards it is still in the record's history. Each app decides for itself.
     */
    public SyncClientBuilder conflictRetention(Duration value) {
        conflictRetention = Durations.requireWithin("conflictRetention", value, Duration.ofSeconds(1), RETENTION_MAX);
        return this;
    }

    /** Holds back what other devices wrote until the app lets it in; nothing is held back unless set. */
    public SyncClientBuilder applyGate(ApplyGate value) {
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
    public SyncClientBuilder index(String collection, Index index) {
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
    public SyncClientBuilder noOtherIndexes(String collection) {
        indexes.computeIfAbsent(RecordKey.requireCollection(collection), name -> new ArrayList<>());
        return this;
    }

    /**
     * Lets records go with others: with a diff that is deleted, say, the stars that it was given. What goes is hidden, and nothing is written, so it is the same on every
     * device whose app declares the same relations. Keeps an {@linkplain #index index} on the member that names the owner.
     */
    public SyncClientBuilder relation(Relation relation) {
        relations = relations.with(Objects.requireNonNull(relation, "relation"));
        index(relation.child(), Index.on(relation.member().toString()));
        return this;
    }

    /** Where time, chance and threads come from, for simulations; the machine's unless set. The client then does not close it. */
    public SyncClientBuilder runtime(SyncRuntime value) {
        runtime = Objects.requireNonNull(value, "runtime");
        return this;
    }

    /** Where listeners run; a thread of the client's own unless set. */
    public SyncClientBuilder listenerExecutor(Executor value) {
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

    Store store() {
        return store;
    }

    Sealer sealer() {
        return sealer;
    }

    Transport transport() {
        return transport;
    }

    Map<Class<?>, Codec<?>> codecs() {
        return codecs;
    }

    Map<String, List<Index>> indexes() {
        return indexes;
    }

    @Nullable
    SyncRuntime runtime() {
        return runtime;
    }

    @Nullable
    Executor listenerExecutor() {
        return listenerExecutor;
    }

    EngineOptions engineOptions() {
        return new EngineOptions(
                strategies,
                interval,
                debounce == null ? DEFAULT_DEBOUNCE : debounce,
                debounce == null ? Duration.ZERO : debounce,
                deletesMin,
                deletesPercentMin,
                renewIdentity,
                collectionVersions,
                conflictRetention,
                gate,
                relations,
                links);
    }
}
