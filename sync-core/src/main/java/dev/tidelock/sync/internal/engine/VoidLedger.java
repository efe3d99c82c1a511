package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.internal.fold.StandIn;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions are void, within one store transaction.
 *
 * <p>A transaction does not count if a void means it, or if it issues again what another one issues again as well: two copies of a device do so, each for itself.
 * Of those that issue one transaction again, and that no void means, the one counts whose void has the lowest id. A transaction that issues again what had been
 * issued again takes the former voids along, so that all of them meet at the first one.
 */
final class VoidLedger {
    private final StoreReader reader;
    private final Map<DeviceId, Voids> byDevice = new HashMap<>();
    private @Nullable Reissues lastAsked;

    /** The voids of one device's transactions, by the events that say so. */
    private static final class Voids {
        final Map<EventId, Voiding> all = new TreeMap<>();
        final Map<EventId, Voiding> withoutContent = new TreeMap<>();
        final Map<EnvelopeHash, TreeSet<EventId>> byContent = new HashMap<>();
        final Set<Long> firstCounters = new HashSet<>();

        void add(EventId source, Voiding voiding) {
            if (all.put(source, voiding) != null) {
                return;
            }
            EnvelopeHash content = voiding.content();
            if (content == null) {
                withoutContent.put(source, voiding);
            } else {
                firstCounters.add(voiding.span().first());
                byContent.computeIfAbsent(content, first -> new TreeSet<>()).add(source);
            }
        }

        TreeSet<EventId> of(EnvelopeHash content) {
            return byContent.getOrDefault(content, new TreeSet<>());
        }
    }

    /** A transaction that does not count, and those that issue it again. */
    private record Reissues(TransactionOf transaction, List<TransactionOf> again) {}

    private record TransactionOf(DeviceId device, TransactionSpan span) {
        boolean contains(EventId event) {
            return event.device().equals(device) && span.contains(event.counter());
        }
    }

    VoidLedger(StoreReader reader) {
        this.reader = reader;
    }

    /** Takes up what a void event says. */
    void add(EventId source, Voiding voiding) {
        voids(voiding.device()).add(source, voiding);
        lastAsked = null;
    }

    /** All voids of a device's transactions. */
    List<Voiding> of(DeviceId device) {
        return new ArrayList<>(voids(device).all.values());
    }

    /** The voids because of which a transaction, or what is held of it, does not count. */
    List<Voiding> hits(List<Event> transaction) {
        List<Voiding> hits = meaning(transaction);
        boolean whole = transaction.size() == transaction.get(0).transaction().size();
        if (hits.isEmpty() && whole) {
            Voiding lower = lowerReissue(transaction);
            return lower == null ? hits : List.of(lower);
        }
        return hits;
    }

    private List<Voiding> meaning(List<Event> transaction) {
        DeviceId device = transaction.get(0).device();
        Voids voids = voids(device);
        List<Voiding> hits = new ArrayList<>();
        for (Voiding voiding : voids.withoutContent.values()) {
            if (voiding.hits(transaction)) {
                hits.add(voiding);
            }
        }
        for (EventId source : reissuers(transaction)) {
            hits.add(voids.all.get(source));
        }
        return hits;
    }

    /** The voids of those that issue a transaction again. Of one that is not whole that cannot be said; it does not count anyway. */
    private Set<EventId> reissuers(List<Event> held) {
        TransactionSpan span = held.get(0).transaction();
        Voids voids = voids(held.get(0).device());
        boolean asked = held.size() == span.size() && voids.firstCounters.contains(span.first());
        return asked ? voids.of(EventBatchCodec.contentHash(held)) : Set.of();
    }

    /** Another transaction issues the same one again, and goes before. */
    private @Nullable Voiding lowerReissue(List<Event> transaction) {
        for (Event event : transaction) {
            Voiding voiding = reissue(event);
            if (voiding != null) {
                Voids voids = voids(voiding.device());
                for (EventId source : sources(voiding).headSet(event.id())) {
                    TransactionOf other = transactionOf(source);
                    List<Event> held = other.contains(event.id()) ? List.of() : held(other);
                    if (held.size() == other.span.size() && meaning(held).isEmpty()) {
                        return voids.all.get(source);
                    }
                }
            }
        }
        return null;
    }

    /** What a void event says, if it says that its transaction issues another one again. */
    private static @Nullable Voiding reissue(Event event) {
        Voiding voiding = Voiding.isVoid(event) ? Voiding.of(event) : null;
        return voiding == null || voiding.content() == null ? null : voiding;
    }

    private TreeSet<EventId> sources(Voiding voiding) {
        EnvelopeHash content = voiding.content();
        return content == null ? new TreeSet<>() : voids(voiding.device()).of(content);
    }

    /** Void events of all transactions that issue the same one again as this event says of its own; none if it says nothing of the kind. */
    List<StoredEvent> reissues(Event event) {
        List<StoredEvent> all = new ArrayList<>();
        Voiding voiding = reissue(event);
        if (voiding != null) {
            for (EventId source : sources(voiding)) {
                all.add(Objects.requireNonNull(reader.event(source)));
            }
        }
        return all;
    }

    private TransactionOf transactionOf(EventId source) {
        StoredEvent stored = reader.event(source);
        TransactionSpan alone = new TransactionSpan(source.counter(), 1);
        return new TransactionOf(
                source.device(), stored == null ? alone : stored.event().transaction());
    }

    private List<Event> held(TransactionOf transaction) {
        List<Event> held = new ArrayList<>();
        for (StoredEvent stored : reader.transaction(transaction.device, transaction.span)) {
            if (stored.event().transaction().equals(transaction.span)) {
                held.add(stored.event());
            }
        }
        return held;
    }

    /** What becomes of an event of a transaction that these voids hit: what always counts in it still does. */
    static EventState state(Event event, List<Voiding> hits) {
        if (EngineWords.alwaysCounts(event)) {
            return EventState.APPLIED;
        }
        return hits.stream().anyMatch(voiding -> voiding.hasRead(event.id()))
                ? EventState.VOID
                : EventState.VOID_UNREAD;
    }

    /** What stands for each event of a record that does not count. So what somebody deleted who had seen the one does not come back as the other. */
    Map<EventId, StandIn> standIns(RecordKey key) {
        Map<EventId, StandIn> standIns = new HashMap<>();
        reader.events(key, EventState.VOID, 0, event -> {
            EventId again = key.isControl() ? null : again(event.id(), key, event.transaction());
            List<EventId> parents = new ArrayList<>(event.parents());
            parents.removeIf(parent -> isOwnVoid(event, parent));
            standIns.put(event.id(), new StandIn(parents, again));
        });
        return standIns;
    }

    /** Whether a parent only marks that the event issues another one again. */
    private boolean isOwnVoid(ListedEvent event, EventId parent) {
        boolean own = parent.device().equals(event.id().device())
                && event.transaction().contains(parent.counter());
        StoredEvent stored = own ? reader.event(parent) : null;
        return stored != null && Voiding.isVoid(stored.event());
    }

    /** The event that counts in place of one that does not, because it issues that again. */
    @Nullable
    EventId again(EventId event, RecordKey key, TransactionSpan transaction) {
        Reissues reissues = reissues(new TransactionOf(event.device(), transaction));
        long fromTheEnd = transaction.last() - event.counter();
        for (TransactionOf again : reissues.again) {
            if (fromTheEnd < again.span.size()) {
                EventId id = new EventId(again.device, again.span.last() - fromTheEnd);
                StoredEvent stored = id.equals(event) ? null : reader.event(id);
                if (stored != null
                        && stored.state() == EventState.APPLIED
                        && stored.event().key().equals(key)) {
                    return id;
                }
            }
        }
        return null;
    }

    /** The events of a transaction come up one after the other, mostly. */
    private Reissues reissues(TransactionOf transaction) {
        Reissues known = lastAsked;
        if (known == null || !known.transaction.equals(transaction)) {
            List<Event> held = held(transaction);
            known = new Reissues(transaction, held.size() < transaction.span.size() ? List.of() : again(held));
            lastAsked = known;
        }
        return known;
    }

    private List<TransactionOf> again(List<Event> transaction) {
        Set<EventId> sources = new TreeSet<>(reissuers(transaction));
        for (Event event : transaction) {
            Voiding voiding = reissue(event);
            if (voiding != null) {
                sources.addAll(sources(voiding));
            }
        }
        List<TransactionOf> again = new ArrayList<>();
        sources.forEach(source -> again.add(transactionOf(source)));
        return again;
    }

    private Voids voids(DeviceId device) {
        return byDevice.computeIfAbsent(device, this::read);
    }

    private Voids read(DeviceId device) {
        Voids voids = new Voids();
        RecordKey key = Voiding.key(device);
        if (!reader.record(key).heads().isEmpty()) {
            Voiding.read(reader, device, voids::add);
        }
        return voids;
    }
}
