package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.json.CodePoints;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.testkit.MemoryTables.Chain;
import dev.tidelock.sync.testkit.MemoryTables.HeldEnvelope;
import dev.tidelock.sync.testkit.MemoryTables.HeldEvent;
import dev.tidelock.sync.testkit.MemoryTables.HeldItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes {@link MemoryTables}, and notes for every change what undoes it. */
final class MemoryTransaction extends MemoryReader implements StoreTransaction {
    private boolean survivesLossOfPower;

    MemoryTransaction(MemoryTables tables, int unsealedMax) {
        super(tables, unsealedMax);
    }

    boolean survivesLossOfPower() {
        return survivesLossOfPower;
    }

    private void undo(Runnable step) {
        tables().undo.add(step);
    }

    /** Sets an entry, or removes it if the value is null. */
    private <K, V> void put(Map<K, V> table, K key, @Nullable V value) {
        V before = set(table, key, value);
        undo(() -> set(table, key, before));
    }

    private static <K, V> @Nullable V set(Map<K, V> table, K key, @Nullable V value) {
        return value == null ? table.remove(key) : table.put(key, value);
    }

    @Override
    public void surviveLossOfPower() {
        tables(); // refuses what comes too late
        survivesLossOfPower = true;
    }

    @Override
    public void setIdentity(StoreIdentity identity) {
        MemoryTables tables = tables();
        if (tables.identity != null && !tables.identity.equals(identity)) {
            throw new IllegalStateException("this store has an identity already");
        }
        StoreIdentity before = tables.identity;
        tables.identity = identity;
        undo(() -> tables.identity = before);
    }

    @Override
    public void replaceIdentity(StoreIdentity identity) {
        MemoryTables tables = tables();
        StoreIdentity before = tables.identity;
        if (before == null || !before.space().equals(identity.space())) {
            throw new IllegalStateException("only another device of the same space can take this store over");
        }
        if (!tables.unsealed.isEmpty() && !before.equals(identity)) {
            throw new IllegalStateException(
                    "the former device has events in no envelope; they are to be removed first");
        }
        OwnHead headBefore = tables.ownHead;
        tables.identity = identity;
        tables.ownHead = headOf(identity.device());
        undo(() -> {
            tables.identity = before;
            tables.ownHead = headBefore;
        });
    }

    private OwnHead headOf(DeviceId device) {
        OwnHead head = OwnHead.NONE;
        for (HeldEvent held : tables().eventsOf(device).values()) {
            long counter = held.event.id().counter();
            if (counter > head.counter()) {
                head = new OwnHead(counter, held.event.stamp().reading());
            }
        }
        return head;
    }

    @Override
    public void setRecord(RecordKey key, RecordState state) {
        tables().touched.add(key);
        if (!tables().indexes.isEmpty()) {
            index(key, record(key).value(), state.value());
        }
        put(tables().records, key, state);
        boolean before = tables().recordsWithConflicts.containsKey(key);
        if (before || !state.conflicts().isEmpty()) {
            put(tables().recordsWithConflicts, key, state.conflicts().isEmpty() ? null : state);
        }
    }

    private void index(RecordKey key, @Nullable JsonValue before, @Nullable JsonValue after) {
        for (MemoryIndex kept : tables().indexes.getOrDefault(key.collection(), List.of())) {
            kept.of(key, before).forEach(entry -> removeEntry(kept, entry));
            kept.of(key, after).forEach(entry -> addEntry(kept, entry));
        }
    }

    private void addEntry(MemoryIndex index, MemoryIndex.Entry entry) {
        if (index.add(entry)) {
            undo(() -> index.remove(entry));
        }
    }

    private void removeEntry(MemoryIndex index, MemoryIndex.Entry entry) {
        if (index.remove(entry)) {
            undo(() -> index.add(entry));
        }
    }

    private void setBuiltTo(MemoryIndex index, @Nullable String id) {
        String before = index.builtTo();
        index.setBuiltTo(id);
        undo(() -> index.setBuiltTo(before));
    }

    @Override
    public void addIndex(String collection, Index index) {
        RecordKey.requireCollection(collection);
        if (find(collection, index) == null) {
            List<MemoryIndex> kept = new ArrayList<>(tables().indexes.getOrDefault(collection, List.of()));
            kept.add(new MemoryIndex(new StoredIndex(collection, index, false)));
            put(tables().indexes, collection, kept);
        }
    }

    @Override
    public boolean buildIndex(String collection, Index index, int recordsMax) {
        MemoryIndex kept = find(collection, index);
        String builtTo = kept == null ? null : kept.builtTo();
        if (kept == null || builtTo == null) {
            return true;
        }
        List<RecordKey> next = new ArrayList<>();
        records(collection, (key, value) -> {
            if (CodePoints.compare(key.id(), builtTo) > 0 && next.size() < recordsMax) {
                next.add(key);
            }
        });
        for (RecordKey key : next) {
            kept.of(key, record(key).value()).forEach(entry -> addEntry(kept, entry));
        }
        boolean ready = next.size() < recordsMax;
        setBuiltTo(kept, ready ? null : next.get(next.size() - 1).id());
        return ready;
    }

    @Override
    public boolean removeIndex(String collection, Index index, int entriesMax) {
        MemoryIndex kept = find(collection, index);
        if (kept == null) {
            return true;
        }
        kept.first(entriesMax).forEach(entry -> removeEntry(kept, entry));
        setBuiltTo(kept, "");
        boolean gone = kept.size() == 0;
        if (gone) {
            List<MemoryIndex> others = new ArrayList<>(tables().indexes.getOrDefault(collection, List.of()));
            others.remove(kept);
            put(tables().indexes, collection, others.isEmpty() ? null : others);
        }
        return gone;
    }

    @Override
    public void addEvent(Event event, EventState state) {
        MemoryTables tables = tables();
        HeldEvent held = new HeldEvent(event, state);
        if (tables.event(event.id()) != null) {
            throw new IllegalStateException("event " + event.id() + " is held already");
        }
        tables.touched.add(event.key());
        put(eventsOf(event.device()), event.id().counter(), held);
        List<HeldEvent> ofRecord = tables.eventsByRecord.computeIfAbsent(event.key(), key -> new ArrayList<>(4));
        ofRecord.add(held);
        undo(() -> ofRecord.remove(held));
        if (tables.identity != null && event.device().equals(tables.identity.device())) {
            addOwnEvent(tables, held);
        }
    }

    private Map<Long, HeldEvent> eventsOf(DeviceId device) {
        return tables().events.computeIfAbsent(device, first -> new HashMap<>());
    }

    private void addOwnEvent(MemoryTables tables, HeldEvent held) {
        long counter = held.event.id().counter();
        Chain sealed = tables.chains.get(held.event.device());
        if (sealed == null || counter > sealed.head.lastCounter()) {
            put(tables.unsealed, counter, held);
        }
        if (counter > tables.ownHead.counter()) {
            OwnHead before = tables.ownHead;
            tables.ownHead = new OwnHead(counter, held.event.stamp().reading());
            undo(() -> tables.ownHead = before);
        }
    }

    @Override
    public void setState(DeviceId device, TransactionSpan span, EventState state) {
        for (HeldEvent held : heldEvents(device, span)) {
            EventState before = held.state;
            if (before != state) {
                tables().touched.add(held.event.key());
                held.state = state;
                undo(() -> held.state = before);
            }
        }
    }

    @Override
    public List<Event> removeEvents(DeviceId device, long fromCounter) {
        MemoryTables tables = tables();
        removeEnvelopes(tables, device, fromCounter);
        List<Event> removed = new ArrayList<>();
        for (HeldEvent held : List.copyOf(tables.eventsOf(device).values())) {
            if (held.event.id().counter() >= fromCounter) {
                removed.add(held.event);
                remove(tables, held);
            }
        }
        removed.sort(Comparator.comparing(Event::id));
        if (tables.identity != null && device.equals(tables.identity.device())) {
            OwnHead before = tables.ownHead;
            tables.ownHead = headOf(device);
            undo(() -> tables.ownHead = before);
        }
        return removed;
    }

    private void remove(MemoryTables tables, HeldEvent held) {
        tables.touched.add(held.event.key());
        put(eventsOf(held.event.device()), held.event.id().counter(), null);
        if (own(tables, held)) {
            put(tables.unsealed, held.event.id().counter(), null);
        }
        List<HeldEvent> ofRecord = Objects.requireNonNull(tables.eventsByRecord.get(held.event.key()));
        int at = ofRecord.indexOf(held);
        ofRecord.remove(at);
        undo(() -> ofRecord.add(at, held));
    }

    private static boolean own(MemoryTables tables, HeldEvent held) {
        return tables.identity != null && held.event.device().equals(tables.identity.device());
    }

    private void removeEnvelopes(MemoryTables tables, DeviceId device, long fromCounter) {
        Chain chain = tables.chains.get(device);
        if (chain == null || chain.head.lastCounter() < fromCounter) {
            return;
        }
        int from = firstAbove(chain, fromCounter - 1);
        if (chain.envelopes.get(from).envelope().header().firstCounter() < fromCounter) {
            throw new IllegalStateException("an envelope goes on beyond counter " + (fromCounter - 1));
        }
        for (HeldEnvelope held : chain.envelopes.subList(from, chain.envelopes.size())) {
            put(tables.envelopes, held.envelope().hash(), null);
            tables.outboxes.values().forEach(queue -> put(queue, held.sequence(), null));
            tables.logs.values().forEach(log -> {
                if (log.remove(held.envelope().hash())) {
                    undo(() -> log.add(held.envelope().hash()));
                }
            });
        }
        Chain rest = null;
        if (from > 0) {
            Envelope last = chain.envelopes.get(from - 1).envelope();
            rest = new Chain(new EnvelopeChain(
                    device,
                    chain.head.authorKey(),
                    last.header().lastCounter(),
                    last.hash(),
                    chain.head.lastSeenMillis()));
            rest.envelopes.addAll(chain.envelopes.subList(0, from));
        }
        put(tables.chains, device, rest);
    }

    @Override
    public void observe(long reading) {
        MemoryTables tables = tables();
        long before = tables.observedReading;
        if (reading > before) {
            tables.observedReading = reading;
            undo(() -> tables.observedReading = before);
        }
    }

    @Override
    public void addEnvelope(Envelope envelope, long nowMillis) {
        MemoryTables tables = tables();
        EnvelopeHeader header = envelope.header();
        Chain chain = tables.chains.get(header.device());
        long lastCounter = chain == null ? 0 : chain.head.lastCounter();
        EnvelopeHash lastHash = chain == null ? EnvelopeHash.NONE : chain.head.lastHash();
        if (header.firstCounter() != lastCounter + 1 || !header.previous().equals(lastHash)) {
            throw new IllegalStateException(envelope + " does not follow counter " + lastCounter);
        }
        byte[] authorKey = chain == null ? Objects.requireNonNull(header.authorKey()) : chain.head.authorKey();
        EnvelopeChain head =
                new EnvelopeChain(header.device(), authorKey, header.lastCounter(), envelope.hash(), nowMillis);
        HeldEnvelope held = new HeldEnvelope(envelope, ++tables.lastSequence);
        if (chain == null) {
            Chain first = new Chain(head);
            first.envelopes.add(held);
            put(tables.chains, header.device(), first);
        } else {
            append(chain, head, held);
        }
        put(tables.envelopes, envelope.hash(), held);
        if (tables.identity != null && header.device().equals(tables.identity.device())) {
            seal(tables.unsealed, header.lastCounter());
        }
    }

    private void append(Chain chain, EnvelopeChain head, HeldEnvelope held) {
        EnvelopeChain before = chain.head;
        chain.head = head;
        chain.envelopes.add(held);
        undo(() -> {
            chain.head = before;
            chain.envelopes.remove(chain.envelopes.size() - 1);
        });
    }

    private void seal(TreeMap<Long, HeldEvent> unsealed, long lastCounter) {
        while (!unsealed.isEmpty() && unsealed.firstKey() <= lastCounter) {
            Map.Entry<Long, HeldEvent> first = unsealed.firstEntry();
            put(unsealed, first.getKey(), null);
        }
    }

    @Override
    public void addToOutbox(String remote, EnvelopeHash hash) {
        HeldEnvelope held = tables().envelopes.get(hash);
        if (held == null) {
            throw new IllegalStateException("envelope " + hash + " is not kept");
        }
        put(queue(remote), held.sequence(), held);
    }

    private TreeMap<Long, HeldEnvelope> queue(String remote) {
        return tables().outboxes.computeIfAbsent(remote, name -> new TreeMap<>());
    }

    @Override
    public int addMissingToOutbox(String remote, Map<DeviceId, Long> heads) {
        TreeMap<Long, HeldEnvelope> queue = queue(remote);
        int before = queue.size();
        tables().chains.forEach((device, chain) -> {
            int from = firstAbove(chain, heads.getOrDefault(device, 0L));
            for (HeldEnvelope held : chain.envelopes.subList(from, chain.envelopes.size())) {
                put(queue, held.sequence(), held);
            }
        });
        return queue.size() - before;
    }

    @Override
    public void removeFromOutbox(String remote, Collection<EnvelopeHash> hashes) {
        TreeMap<Long, HeldEnvelope> queue = queue(remote);
        for (EnvelopeHash hash : hashes) {
            HeldEnvelope held = tables().envelopes.get(hash);
            if (held != null && queue.containsKey(held.sequence())) {
                put(queue, held.sequence(), null);
            }
        }
    }

    @Override
    public void markInLog(String remote, Collection<EnvelopeHash> hashes) {
        Set<EnvelopeHash> log = tables().logs.computeIfAbsent(remote, name -> new HashSet<>());
        for (EnvelopeHash hash : hashes) {
            if (hasEnvelope(hash) && log.add(hash)) {
                undo(() -> log.remove(hash));
            }
        }
    }

    @Override
    public void forgetLog(String remote) {
        put(tables().logs, remote, null);
    }

    @Override
    public void setSeenHead(SeenHead head) {
        put(tables().seenHeads, List.of(head.author(), head.device()), head);
    }

    @Override
    public void setIncident(Incident incident) {
        put(tables().incidents, new MemoryTables.IncidentKey(incident.kind(), incident.device()), incident);
    }

    @Override
    public void removeIncidents() {
        List.copyOf(tables().incidents.keySet()).forEach(key -> put(tables().incidents, key, null));
    }

    @Override
    public void setCursor(String remote, @Nullable Cursor cursor) {
        put(tables().cursors, remote, cursor);
    }

    @Override
    public void setNote(String name, @Nullable String text) {
        put(tables().notes, name, text);
    }

    @Override
    public void setOutcome(String remote, SyncOutcome outcome) {
        put(tables().outcomes, remote, outcome);
    }

    @Override
    public void addToQuarantine(QuarantineItem item, byte @Nullable [] bytes) {
        put(tables().quarantine, item.id(), new HeldItem(item, bytes == null ? null : bytes.clone()));
    }

    @Override
    public void removeFromQuarantine(String itemId) {
        put(tables().quarantine, itemId, null);
    }
}
