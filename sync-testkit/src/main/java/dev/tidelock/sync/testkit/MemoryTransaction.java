package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.testkit.MemoryTables.Chain;
import dev.tidelock.sync.testkit.MemoryTables.HeldEnvelope;
import dev.tidelock.sync.testkit.MemoryTables.HeldEvent;
import dev.tidelock.sync.testkit.MemoryTables.HeldItem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    public void setRecord(RecordKey key, RecordState state) {
        put(tables().records, key, state);
        boolean before = tables().recordsWithConflicts.containsKey(key);
        if (before || !state.conflicts().isEmpty()) {
            put(tables().recordsWithConflicts, key, state.conflicts().isEmpty() ? null : state);
        }
    }

    @Override
    public void addEvent(Event event, EventState state) {
        MemoryTables tables = tables();
        HeldEvent held = new HeldEvent(event, state);
        if (tables.events.containsKey(event.id())) {
            throw new IllegalStateException("event " + event.id() + " is held already");
        }
        put(tables.events, event.id(), held);
        List<HeldEvent> ofRecord = tables.eventsByRecord.computeIfAbsent(event.key(), key -> new ArrayList<>(4));
        ofRecord.add(held);
        undo(() -> ofRecord.remove(held));
        if (tables.identity != null && event.device().equals(tables.identity.device())) {
            addOwnEvent(tables, held);
        }
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
                held.state = state;
                undo(() -> held.state = before);
            }
        }
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
        HeldEnvelope held = new HeldEnvelope(envelope, tables.envelopes.size());
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
    public void setCursor(String remote, @Nullable Cursor cursor) {
        put(tables().cursors, remote, cursor);
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
