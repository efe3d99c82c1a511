package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.KeyRange;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.PlacedEnvelope;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import dev.tidelock.sync.spi.store.StoredIndex;
import dev.tidelock.sync.spi.store.SyncOutcome;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.testkit.MemoryTables.Chain;
import dev.tidelock.sync.testkit.MemoryTables.HeldEnvelope;
import dev.tidelock.sync.testkit.MemoryTables.HeldEvent;
import dev.tidelock.sync.testkit.MemoryTables.HeldItem;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads {@link MemoryTables} until its transaction ends. */
class MemoryReader implements StoreReader {
    private static final TreeMap<Long, HeldEnvelope> EMPTY = new TreeMap<>();

    private final MemoryTables tables;
    private final int unsealedMax;
    private boolean ended;

    MemoryReader(MemoryTables tables, int unsealedMax) {
        this.tables = tables;
        this.unsealedMax = unsealedMax;
    }

    final void end() {
        ended = true;
    }

    final MemoryTables tables() {
        if (ended) {
            throw new IllegalStateException("this transaction has ended");
        }
        return tables;
    }

    @Override
    public @Nullable StoreIdentity identity() {
        return tables().identity;
    }

    @Override
    public RecordState record(RecordKey key) {
        return tables().records.getOrDefault(key, RecordState.ABSENT);
    }

    @Override
    public void events(RecordKey key, EventState state, int valueBytesMax, Consumer<ListedEvent> visitor) {
        for (HeldEvent held : tables().eventsByRecord.getOrDefault(key, List.of())) {
            if (held.state == state) {
                boolean isWhole = held.valueBytes() <= valueBytesMax;
                Event event = held.event;
                visitor.accept(
                        isWhole
                                ? ListedEvent.whole(event)
                                : ListedEvent.withoutValue(event, event.op().kind()));
            }
        }
    }

    @Override
    public long recordCount() {
        return tables().records.values().stream()
                .filter(state -> state.value() != null)
                .count();
    }

    /** The same for the same events of a record in the same states, in whatever order they came. */
    final long mark(RecordKey key) {
        long mark = 0;
        for (HeldEvent held : tables().eventsByRecord.getOrDefault(key, List.of())) {
            mark += held.mark();
        }
        return mark;
    }

    /** The same for the same events in the same states, in whatever order they came. */
    final long mark() {
        long mark = 0;
        for (Map<Long, HeldEvent> ofDevice : tables().events.values()) {
            for (HeldEvent held : ofDevice.values()) {
                mark += held.mark();
            }
        }
        return mark;
    }

    @Override
    public void records(@Nullable String collection, RecordVisitor visitor) {
        for (RecordKey key : visibleKeys(collection)) {
            RecordState state = record(key);
            if (state.value() != null) {
                visitor.visit(key, state.value());
            }
        }
    }

    @Override
    public void records(String collection, String idPrefix, FoundVisitor visitor) {
        for (RecordKey key : visibleKeys(collection)) {
            JsonValue value = record(key).value();
            if (value != null && key.id().startsWith(idPrefix) && !visitor.visit(key, value)) {
                return;
            }
        }
    }

    @Override
    public List<StoredIndex> indexes(String collection) {
        List<StoredIndex> indexes = new ArrayList<>();
        tables().indexes.getOrDefault(collection, List.of()).forEach(kept -> indexes.add(kept.index()));
        return indexes;
    }

    @Override
    public void entries(String collection, Index index, KeyRange range, boolean descending, EntryVisitor visitor) {
        MemoryIndex kept = find(collection, index);
        if (kept == null) {
            return;
        }
        for (MemoryIndex.Entry entry : kept.in(range, descending)) {
            JsonValue value = record(new RecordKey(collection, entry.id())).value();
            if (value != null && !visitor.visit(entry.key().clone(), entry.id(), value)) {
                return;
            }
        }
    }

    final @Nullable MemoryIndex find(String collection, Index index) {
        for (MemoryIndex kept : tables().indexes.getOrDefault(collection, List.of())) {
            if (kept.index().index().equals(index)) {
                return kept;
            }
        }
        return null;
    }

    private List<RecordKey> visibleKeys(@Nullable String collection) {
        List<RecordKey> keys = new ArrayList<>();
        tables().records.forEach((key, state) -> {
            if (state.value() != null && (collection == null || collection.equals(key.collection()))) {
                keys.add(key);
            }
        });
        Collections.sort(keys);
        return keys;
    }

    @Override
    public List<String> recordIds(String collection, String after, int countMax) {
        List<String> ids = new ArrayList<>();
        for (RecordKey key : visibleKeys(collection)) {
            boolean comesAfter = after.isEmpty() || key.compareTo(new RecordKey(collection, after)) > 0;
            if (comesAfter && ids.size() < countMax) {
                ids.add(key.id());
            }
        }
        return ids;
    }

    @Override
    public List<String> collections() {
        List<String> names = new ArrayList<>();
        for (RecordKey key : visibleKeys(null)) {
            if (names.isEmpty() || !names.get(names.size() - 1).equals(key.collection())) {
                names.add(key.collection());
            }
        }
        return names;
    }

    @Override
    public List<Conflict> conflicts() {
        List<Conflict> conflicts = new ArrayList<>();
        tables().recordsWithConflicts.values().forEach(state -> conflicts.addAll(state.conflicts()));
        conflicts.sort(Comparator.comparing(Conflict::stamp).thenComparing(Conflict::id));
        return conflicts;
    }

    @Override
    public long conflictCount() {
        long count = 0;
        for (RecordState state : tables().recordsWithConflicts.values()) {
            count += state.conflicts().size();
        }
        return count;
    }

    @Override
    public long conflictCountSince(long readingMin) {
        long count = 0;
        for (RecordState state : tables().recordsWithConflicts.values()) {
            for (Conflict conflict : state.conflicts()) {
                count += conflict.stamp().reading() >= readingMin ? 1 : 0;
            }
        }
        return count;
    }

    @Override
    public @Nullable StoredEvent event(EventId id) {
        HeldEvent held = tables().event(id);
        return held == null ? null : held.stored();
    }

    @Override
    public List<StoredEvent> transaction(DeviceId device, TransactionSpan span) {
        List<StoredEvent> held = new ArrayList<>();
        for (HeldEvent one : heldEvents(device, span)) {
            held.add(one.stored());
        }
        return held;
    }

    final List<HeldEvent> heldEvents(DeviceId device, TransactionSpan span) {
        List<HeldEvent> held = new ArrayList<>();
        Map<Long, HeldEvent> ofDevice = tables().eventsOf(device);
        for (long counter = span.first(); counter <= span.last(); counter++) {
            HeldEvent one = ofDevice.get(counter);
            if (one != null) {
                held.add(one);
            }
        }
        return held;
    }

    /** How many events a device wrote for its app that are held and not void. */
    final int counting(DeviceId author) {
        int counting = 0;
        for (HeldEvent held : tables().eventsOf(author).values()) {
            if (held.isApps() && !held.isVoid()) {
                counting++;
            }
        }
        return counting;
    }

    @Override
    public OwnHead ownHead() {
        return tables().ownHead;
    }

    @Override
    public long observedReading() {
        return tables().observedReading;
    }

    @Override
    public List<Event> unsealed(int countMax, long valueBytesMax) {
        List<Event> events = new ArrayList<>();
        long bytes = 0;
        for (HeldEvent held : tables().unsealed.values()) {
            bytes += held.valueBytes();
            if (!events.isEmpty() && (events.size() >= Math.min(countMax, unsealedMax) || bytes > valueBytesMax)) {
                break;
            }
            events.add(held.event);
        }
        return events;
    }

    @Override
    public @Nullable EnvelopeChain chain(DeviceId device) {
        Chain chain = tables().chains.get(device);
        return chain == null ? null : chain.head;
    }

    @Override
    public List<EnvelopeChain> chains() {
        List<EnvelopeChain> heads = new ArrayList<>();
        tables().chains.values().forEach(chain -> heads.add(chain.head));
        return heads;
    }

    @Override
    public @Nullable EnvelopeHash envelopeAt(DeviceId device, long firstCounter) {
        Chain chain = tables().chains.get(device);
        if (chain == null) {
            return null;
        }
        int at = firstAbove(chain, firstCounter - 1);
        if (at == chain.envelopes.size()) {
            return null;
        }
        Envelope envelope = chain.envelopes.get(at).envelope();
        return envelope.header().firstCounter() == firstCounter ? envelope.hash() : null;
    }

    /** The index of the first envelope of a chain that ends above a counter. */
    static int firstAbove(Chain chain, long counter) {
        int low = 0;
        int high = chain.envelopes.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (chain.envelopes.get(middle).envelope().header().lastCounter() <= counter) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public boolean hasEnvelope(EnvelopeHash hash) {
        return tables().envelopes.containsKey(hash);
    }

    @Override
    public @Nullable Envelope envelope(EnvelopeHash hash) {
        HeldEnvelope held = tables().envelopes.get(hash);
        return held == null ? null : held.envelope();
    }

    @Override
    public List<PlacedEnvelope> missing(Map<DeviceId, Long> known, long afterPlace, int countMax, long bytesMax) {
        TreeMap<Long, HeldEnvelope> lacking = new TreeMap<>();
        tables().chains.forEach((device, chain) -> {
            int from = firstAbove(chain, known.getOrDefault(device, 0L));
            chain.envelopes.subList(from, chain.envelopes.size()).forEach(held -> lacking.put(held.sequence(), held));
        });
        List<PlacedEnvelope> envelopes = new ArrayList<>();
        long bytes = 0;
        for (HeldEnvelope held : lacking.tailMap(afterPlace, false).values()) {
            bytes += held.envelope().length();
            if (!envelopes.isEmpty() && (envelopes.size() >= countMax || bytes > bytesMax)) {
                break;
            }
            envelopes.add(new PlacedEnvelope(held.sequence(), held.envelope()));
        }
        return envelopes;
    }

    private Map<Long, HeldEnvelope> queue(String remote) {
        return tables().outboxes.getOrDefault(remote, EMPTY);
    }

    @Override
    public List<Envelope> outbox(String remote, Set<DeviceId> except, int countMax, long bytesMax) {
        List<Envelope> envelopes = new ArrayList<>();
        long bytes = 0;
        for (HeldEnvelope held : queue(remote).values()) {
            if (except.contains(held.envelope().header().device())) {
                continue;
            }
            bytes += held.envelope().length();
            if (!envelopes.isEmpty() && (envelopes.size() >= countMax || bytes > bytesMax)) {
                break;
            }
            envelopes.add(held.envelope());
        }
        return envelopes;
    }

    @Override
    public long pendingEvents(String remote) {
        long pending = tables().unsealed.size();
        StoreIdentity identity = tables().identity;
        for (HeldEnvelope held : queue(remote).values()) {
            if (identity != null && held.envelope().header().device().equals(identity.device())) {
                pending += held.envelope().header().eventCount();
            }
        }
        return pending;
    }

    @Override
    public long outboxCount(String remote) {
        return queue(remote).size();
    }

    @Override
    public boolean isInLog(String remote, EnvelopeHash hash) {
        return tables().logs.getOrDefault(remote, Set.of()).contains(hash);
    }

    @Override
    public List<SeenHead> seenHeads() {
        return new ArrayList<>(tables().seenHeads.values());
    }

    @Override
    public List<Incident> incidents() {
        List<Incident> incidents = new ArrayList<>(tables().incidents.values());
        incidents.sort(Comparator.comparingLong(Incident::firstMillis));
        return incidents;
    }

    @Override
    public @Nullable Cursor cursor(String remote) {
        return tables().cursors.get(remote);
    }

    @Override
    public @Nullable String note(String name) {
        return tables().notes.get(name);
    }

    @Override
    public SyncOutcome outcome(String remote) {
        return tables().outcomes.getOrDefault(remote, SyncOutcome.NEVER);
    }

    @Override
    public List<QuarantineItem> quarantine() {
        List<QuarantineItem> items = new ArrayList<>();
        tables().quarantine.values().forEach(held -> items.add(held.item()));
        items.sort(Comparator.comparingLong(QuarantineItem::sinceMillis));
        return items;
    }

    @Override
    public @Nullable QuarantineItem quarantined(String itemId) {
        HeldItem held = tables().quarantine.get(itemId);
        return held == null ? null : held.item();
    }

    @Override
    public long quarantineCount() {
        return tables().quarantine.size();
    }

    @Override
    public long heldCount() {
        return tables().quarantine.values().stream()
                .filter(held -> held.item().reason().isHeldBack())
                .count();
    }

    @Override
    public byte @Nullable [] quarantinedBytes(String itemId) {
        HeldItem held = tables().quarantine.get(itemId);
        byte[] bytes = held == null ? null : held.bytes();
        return bytes == null ? null : bytes.clone();
    }
}
