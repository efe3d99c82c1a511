package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.internal.fold.Fold;
import dev.tidelock.sync.internal.fold.FoldFailure;
import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.internal.relation.Relations;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.HybridClock;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.PastVersion;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.Inspection;
import dev.tidelock.sync.status.LinkStatus;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.status.UpdateNeeded;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine of one device of one space: what the facade wires to the app. */
public final class SyncEngine implements SyncLoop.Events, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncEngine.class);

    private final Store store;
    private final Store owned;
    private final SealedTransport transport;
    private final DeviceId device;
    private final Fold fold;
    private final Relations relations;
    private final EngineClock clock;
    private final ListenerHub listeners;
    private final QuarantineDesk quarantine;
    private final Versions versions;
    private final FoldedWith foldedWith;
    private final @Nullable Duration conflictRetention;
    private final EventApplier applier;
    private final SyncLoop loop;
    private final SyncRuntime runtime;
    private final List<SideLink> links = new ArrayList<>();
    private final PushPass pushPass;
    private final Bundles bundles;

    /** Takes the store over for this device; it must be new, or this device's. */
    public SyncEngine(
            Store store,
            Transport transport,
            Sealer sealer,
            SyncRuntime runtime,
            ListenerHub listeners,
            EngineOptions options) {
        this.store = store;
        this.owned = new OwnedStore(store, sealer.device());
        this.transport = new SealedTransport(transport, sealer);
        this.device = sealer.device();
        this.fold = new Fold(options.strategies());
        this.relations = options.relations();
        this.conflictRetention = options.conflictRetention();
        this.listeners = listeners;
        this.runtime = runtime;
        long offsetMillis =
                store.read(reader -> reader.outcome(transport.remote())).clockOffsetMillis();
        this.clock = new EngineClock(runtime, offsetMillis);
        MassDeleteGuard guard = new MassDeleteGuard(options.deletesMin(), options.deletesPercentMin());
        this.versions = new Versions(options.strategies(), options.collectionVersions());
        Gatekeeper gatekeeper = new Gatekeeper(options.gate(), versions, device);
        this.foldedWith = new FoldedWith(options.strategies(), versions);
        this.applier = new EventApplier(fold, runtime, clock, guard, gatekeeper, foldedWith, device);
        StoreIdentity identity = new StoreIdentity(sealer.space(), sealer.device());
        StoreIdentity found = requireOwnStore(identity, options.renewIdentity());
        if (!found.equals(identity)) {
            takeOver(found, identity);
        }
        announce(); // before anything is folded anew: an older app that writes to this store meanwhile then says so
        boolean refolded = new Refolding(applier).run(owned, nobodyListensYet -> {});
        Witness witness = new Witness(runtime, clock, device);
        Inbox inbox = new Inbox(this.transport, applier, runtime, witness);
        UnseenPushes unseen = new UnseenPushes();
        PushPass pushPass = new PushPass(owned, this.transport, List.of(transport.remote()), runtime, witness, unseen);
        ForkSettlement forks = new ForkSettlement(owned, this.transport, applier);
        PullPass pullPass = new PullPass(owned, this.transport, inbox, clock, witness, forks, this::applied, unseen);
        ClockRepair clockRepair = new ClockRepair(owned, device, applier, clock);
        SyncCycle cycle = new SyncCycle(
                owned, runtime, this.transport, clock, clockRepair, guard, witness, this::applied, pushPass, pullPass);
        this.quarantine = new QuarantineDesk(owned, this.transport, applier, clock, witness);
        this.loop = new SyncLoop(owned, runtime, this.transport, cycle, quarantine, this, options);
        quarantine.retryFailed(refolded);
        quarantine.retryDue(); // what waited for this app
        this.pushPass = pushPass;
        String remote = transport.remote();
        boolean isRelay = !this.transport.isPeer() && !this.transport.isOffline();
        PeerDesk files =
                new PeerDesk(owned, this.transport, null, isRelay ? remote : null, inbox, this::appliedForPeer);
        this.bundles = new Bundles(owned, sealer, runtime, files, witness, this::appliedForPeer);
        for (PeerTransport link : options.links()) {
            links.add(sideLink(new SealedTransport(link, sealer), isRelay ? remote : null, inbox, witness, options));
        }
        this.transport.serve(new PeerDesk(owned, this.transport, remote, null, inbox, this::appliedForPeer));
    }

    private SideLink sideLink(
            SealedTransport link, @Nullable String relay, Inbox inbox, Witness witness, EngineOptions options) {
        UnseenPushes unseen = new UnseenPushes();
        List<String> outboxes = List.of(link.remote(), transport.remote());
        return new SideLink(
                owned,
                runtime,
                link,
                new PeerPass(owned, link, relay, inbox, this::appliedFromLink),
                new PushPass(owned, link, outboxes, runtime, witness, unseen),
                unseen,
                new PeerDesk(owned, link, link.remote(), relay, inbox, this::appliedFromLink),
                this::inTurn,
                () -> listeners.statusChanged(this::status),
                options);
    }

    private void inTurn(Runnable work) {
        loop.inTurn(work).whenComplete((done, failed) -> {
            if (failed != null && !(failed instanceof IllegalStateException)) {
                LOG.error("A sync over a link has ended in a way that it should not", failed);
            }
        });
    }

    /** What came from one device goes on to the main remote, and to the others. */
    private void appliedFromLink(PullOutcome outcome) {
        appliedForPeer(outcome);
        if (outcome.pulledEvents > 0) {
            loop.localChange();
        }
    }

    @Override
    public void leading() {
        links.forEach(SideLink::start);
    }

    /** How the links beside the main remote stand. */
    public List<LinkStatus> links() {
        List<LinkStatus> all = new ArrayList<>();
        links.forEach(link -> all.add(link.status()));
        return all;
    }

    private void appliedForPeer(PullOutcome outcome) {
        applied(outcome);
        listeners.statusChanged(this::status);
    }

    /** Whose store it is; a new one becomes this device's. */
    private StoreIdentity requireOwnStore(StoreIdentity expected, boolean mayTakeOver) {
        StoreIdentity found = store.read(StoreReader::identity);
        if (found == null) {
            store.write(tx -> {
                tx.setIdentity(expected);
                return null;
            });
            return expected;
        }
        boolean isUsable =
                found.equals(expected) || (mayTakeOver && found.space().equals(expected.space()));
        if (!isUsable) {
            throw new IllegalStateException(
                    "this store belongs to device " + found.device() + " of space " + found.space()
                            + ", the keys to device " + expected.device() + " of space " + expected.space()
                            + "; a copied database is not the same device: open it with a new identity and renewIdentity()");
        }
        return found;
    }

    private void takeOver(StoreIdentity found, StoreIdentity expected) {
        store.write(tx -> {
            ApplyBatch batch = applier.batch(tx);
            new Takeover(tx, batch, expected, transport.remote()).run(found.device());
            return batch.finish();
        });
    }

    /** Tells the other devices what this app has in a newer version than they have said. */
    private void announce() {
        if (!owned.read(reader -> versions.unannounced(versions.announced(reader)))
                .isEmpty()) {
            owned.write(tx -> {
                List<Announcement> news = versions.unannounced(versions.announced(tx));
                return news.isEmpty() ? new PullOutcome() : announce(tx, news);
            });
        }
    }

    private PullOutcome announce(StoreTransaction tx, List<Announcement> news) {
        ApplyBatch batch = applier.batch(tx);
        long reading = Math.max(tx.ownHead().reading(), clock.bounded(tx.observedReading()));
        new EngineWrites(tx, batch, device, reading, clock.millis()).announce(news);
        return batch.finish();
    }

    /**
     * Stops apps that write a lower version of a collection from changing it, on every device that has heard of it.
     *
     * @throws IllegalArgumentException if this app writes a lower version itself
     */
    public void fence(String collection, int version) {
        Announcement fence = Announcement.fence(collection, version);
        int own = versions.collectionVersion(collection);
        if (version > own) {
            throw new IllegalArgumentException("a fence for version " + version + " of collection '" + collection
                    + "', of which this app writes version " + own
                    + "; declare it with Builder.collectionVersion first");
        }
        boolean written = owned.write(tx -> {
            boolean isNews = Versions.isNews(versions.announced(tx), fence);
            if (isNews) {
                announce(tx, List.of(fence));
            }
            return isNews;
        });
        if (written) {
            localChange();
            listeners.statusChanged(this::status);
        }
    }

    /** Runs a local transaction: whole, or without effect if the work throws. */
    public <T> T write(Function<LocalWrites, T> work) {
        LocalWrites[] done = new LocalWrites[1];
        T result = owned.write(tx -> {
            LocalWrites writes = new LocalWrites(tx, fold, relations, device, clock, versions);
            T made;
            try {
                made = work.apply(writes);
            } finally {
                writes.end();
            }
            writes.persist();
            foldedWith.noteOlder(tx, writes.older(), writes.changedKeys());
            done[0] = writes;
            return made;
        });
        Set<RecordKey> changed = done[0].changedKeys();
        if (!changed.isEmpty()) {
            listeners.recordsChanged(changed);
            tellWhatGoesWith(changed, done[0].flippedKeys());
            localChange();
            listeners.statusChanged(this::status);
        }
        return result;
    }

    private void localChange() {
        loop.localChange();
        links.forEach(SideLink::hasNews);
    }

    public void start() {
        loop.start();
    }

    /** Puts what is in no envelope yet into envelopes, as soon as the sync under way, if any, has ended. */
    public CompletableFuture<Void> seal() {
        return loop.inTurn(pushPass::sealAll);
    }

    /** Writes what is in envelopes to a bundle. */
    public BundleReport exportBundle(OutputStream out, @Nullable Path missingFrom) throws IOException, BundleException {
        return bundles.write(out, missingFrom);
    }

    /** Takes what is in a bundle. */
    public BundleReport importBundle(Path file) throws IOException, BundleException {
        return bundles.take(file);
    }

    public CompletableFuture<SyncReport> syncNow() {
        return loop.syncNow();
    }

    /** Whether what the remote gets is told as it comes. */
    public boolean isLive() {
        return transport.isLive();
    }

    /** Where this device stands, from the store alone. */
    public SyncStatus status() {
        return store.read(reader -> {
            SyncOutcome outcome = reader.outcome(transport.remote());
            long pending = reader.pendingEvents(transport.remote());
            long passingOn = reader.outboxCount(transport.remote());
            long held = reader.heldCount();
            long quarantined = reader.quarantineCount() - held;
            List<Incident> incidents = reader.incidents();
            List<UpdateNeeded> updates = versions.updatesNeeded(versions.announced(reader));
            boolean holds = held > 0 || updates.stream().anyMatch(one -> one.kind() != UpdateNeeded.Kind.FENCE);
            return new SyncStatus(
                    state(
                            outcome,
                            pending + passingOn,
                            holds,
                            quarantined > 0 || incidents.stream().anyMatch(Incident::open)),
                    pending,
                    passingOn,
                    quarantined,
                    held,
                    reader.conflictCountSince(oldestConflict()),
                    outcome.lastSuccessMillis(),
                    outcome.blockedBy(),
                    outcome.detail(),
                    devices(reader),
                    outcome.clockOffsetMillis(),
                    incidents,
                    updates);
        });
    }

    /**
     * What the latest changes made of a record, newest first.
     *
     * @throws WriteRefusedException if a strategy or a reducer fails on one of them
     */
    public List<PastVersion> history(RecordKey key, int countMax) {
        return store.read(reader -> {
            try {
                return fold.history(
                        new StoredEvents(reader, key, List.of()), new VoidLedger(reader).standIns(key), countMax);
            } catch (FoldFailure refused) {
                throw new WriteRefusedException(
                        "the history of " + key + " cannot be told: " + refused.getMessage(), refused);
            }
        });
    }

    /** The entries of the conflict log that are open and not too old to show. */
    public List<Conflict> conflicts() {
        long oldest = oldestConflict();
        List<Conflict> all = new ArrayList<>(store.read(StoreReader::conflicts));
        all.removeIf(conflict -> conflict.stamp().reading() < oldest);
        return all;
    }

    /** The clock reading of the oldest losing change that still shows. What there is stays the same: only so do all devices have the same. */
    private long oldestConflict() {
        Duration retention = conflictRetention;
        return retention == null
                ? 0
                : HybridClock.START.tick(clock.millis() - retention.toMillis()).reading();
    }

    /** Whether a record holds a change of this device's that the remote has not confirmed. */
    public boolean isPending(RecordKey key) {
        return store.read(reader -> {
            // A remote confirms a device's envelopes in their order.
            long confirmed = reader.ownHead().counter() - reader.pendingEvents(transport.remote());
            boolean[] found = {false};
            reader.events(
                    key,
                    EventState.APPLIED,
                    0,
                    event -> found[0] |=
                            event.id().device().equals(device) && event.id().counter() > confirmed);
            return found[0];
        });
    }

    /** The app has seen what was noticed; what is still so will be noticed again. That this identity is used twice stays until it is renewed: it stops the sync. */
    public void forgetIncidents() {
        owned.write(tx -> {
            List<Incident> kept = new ArrayList<>(tx.incidents());
            kept.removeIf(incident -> !SyncCycle.isFork(incident, device));
            tx.removeIncidents();
            kept.forEach(tx::setIncident);
            return null;
        });
        listeners.statusChanged(this::status);
    }

    /** What this device holds, from the store alone. */
    public Inspection inspect() {
        String remote = transport.remote();
        return store.read(reader -> {
            List<Inspection.Head> heads = new ArrayList<>();
            long sealed = 0;
            for (EnvelopeChain chain : reader.chains()) {
                heads.add(new Inspection.Head(
                        chain.device(), chain.lastCounter(), chain.lastHash(), chain.lastSeenMillis()));
                sealed = chain.device().equals(device) ? chain.lastCounter() : sealed;
            }
            Cursor cursor = reader.cursor(remote);
            return new Inspection(
                    reader.recordCount(),
                    heads,
                    remote,
                    cursor == null ? null : cursor.log().value(),
                    cursor == null ? 0 : cursor.position(),
                    Math.max(0, reader.ownHead().counter() - sealed),
                    reader.outboxCount(remote));
        });
    }

    private static SyncStatus.State state(SyncOutcome outcome, long waiting, boolean holds, boolean attention) {
        if (outcome.blockedBy() != BlockedBy.NOTHING && !outcome.blockedBy().isRetried()) {
            return SyncStatus.State.BLOCKED;
        } else if (attention) {
            return SyncStatus.State.ATTENTION;
        } else if (outcome.blockedBy() != BlockedBy.NOTHING) {
            return SyncStatus.State.OFFLINE;
        } else if (waiting > 0) {
            return SyncStatus.State.PENDING;
        } else if (holds) {
            return SyncStatus.State.HOLDING;
        }
        return outcome.lastSuccessMillis() == 0 ? SyncStatus.State.NEW : SyncStatus.State.SYNCED;
    }

    private int devices(StoreReader reader) {
        long others = reader.chains().stream()
                .filter(chain -> !chain.device().equals(device))
                .count();
        return (int) others + 1;
    }

    /** Takes the log that the remote holds now for the right one; the next sync makes both sides whole. */
    public void acceptRemoteLog() {
        owned.write(tx -> {
            tx.setCursor(transport.remote(), null);
            tx.forgetLog(transport.remote());
            SyncOutcome before = tx.outcome(transport.remote());
            tx.setOutcome(
                    transport.remote(),
                    new SyncOutcome(
                            before.lastSuccessMillis(),
                            BlockedBy.OFFLINE,
                            "not asked yet",
                            before.clockOffsetMillis()));
            return null;
        });
        listeners.statusChanged(this::status);
    }

    /** Lets in what the gate holds back no longer. */
    public void recheckHeld() {
        applied(quarantine.retryDue());
        listeners.statusChanged(this::status);
    }

    public void retryQuarantined(String itemId) {
        applied(quarantine.retry(itemId));
        listeners.statusChanged(this::status);
    }

    public void discardQuarantined(String itemId) {
        applied(quarantine.discard(itemId));
        localChange();
        listeners.statusChanged(this::status);
    }

    /** What shows of what a store holds, as of one moment. */
    public Visibility visibility(StoreReader reader) {
        return relations.visibility(reader);
    }

    /** Whether records of a collection may be there and not show. */
    public boolean mayHide(String collection) {
        return relations.mayHide(collection);
    }

    /** Records that show no more, or again, have not changed themselves. One that others go with, and that goes with others itself, may have moved to another owner. */
    private void tellWhatGoesWith(Set<RecordKey> changed, Set<RecordKey> flipped) {
        Set<RecordKey> owners = new LinkedHashSet<>();
        flipped.stream().filter(key -> relations.mayOwn(key.collection())).forEach(owners::add);
        changed.stream()
                .filter(key -> relations.mayOwn(key.collection()) && relations.mayHide(key.collection()))
                .forEach(owners::add);
        if (!owners.isEmpty()) {
            Set<RecordKey> affected = new LinkedHashSet<>();
            try {
                store.read(reader -> {
                    relations.affected(reader, owners, affected::add);
                    return affected;
                });
            } catch (StoreException failed) {
                // What was committed is done: whoever wrote it must not take it for undone, and do it again.
                LOG.warn("Which records show no more, or again, cannot be told: {}", failed.kind());
                listeners.anythingChanged();
            }
            listeners.recordsChanged(affected);
        }
    }

    @Override
    public void applied(PullOutcome outcome) {
        if (outcome.pulledEvents > 0) {
            links.forEach(SideLink::hasNews);
        }
        listeners.recordsChanged(outcome.changedKeys);
        tellWhatGoesWith(outcome.changedKeys, outcome.flippedKeys);
        outcome.quarantined.forEach(listeners::quarantined);
        outcome.incidents.forEach(listeners::noticed);
    }

    @Override
    public void ended(@Nullable SyncReport report) {
        listeners.statusChanged(this::status);
        if (report != null) {
            listeners.synced(report);
        }
    }

    /** Stops, then frees transport and store. What was committed stays; what was not sent is sent next time. */
    @Override
    public void close() {
        loop.close();
        links.forEach(SideLink::close);
        transport.close();
    }
}
