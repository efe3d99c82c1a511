package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.Stamp;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The events of one record in stamp order, and who had seen what.
 *
 * <p>What an author had seen is kept as one counter per device. That is exact: a device that knows an event knows all earlier ones of the same
 * device, so what it had seen of each device is everything up to a counter. Parents that are not among the events are passed over: an event
 * that names one looks concurrent until the parent arrives. Others stand for a void event: its parents, and the event that issues it again.
 *
 * <p>Short values are kept as far as they fit a bound; every other one is loaded when it is asked for.
 */
final class RecordGraph {
    private static final BitSet NONE = new BitSet();

    /** Up to this length, an event is read at once: to come back for it would take longer. */
    static final int SHORT_VALUE_BYTES = 1 << 10;

    private final RecordKey key;
    private final List<ListedEvent> events;
    private final EventCache cache;
    private final Map<EventId, StandIn> standIns;
    private final Map<EventId, Integer> indexById = new HashMap<>();
    private final Map<DeviceId, Integer> devices = new HashMap<>();
    private final int[] deviceOf;
    private final long[][] seen;

    /** Which events each one's author had seen in the form of those that they issue again: that says nothing of other events of the same device. */
    private final BitSet[] seenBesides;

    private final boolean[] complete;

    RecordGraph(RecordEvents all, Map<EventId, StandIn> standIns) {
        this.standIns = standIns;
        key = all.key();
        cache = new EventCache(all);
        events = read(all);
        events.sort(Comparator.comparing(ListedEvent::stamp).thenComparing(ListedEvent::id));
        deviceOf = new int[events.size()];
        for (int i = 0; i < events.size(); i++) {
            ListedEvent event = events.get(i);
            if (indexById.put(event.id(), i) != null) {
                throw new AssertionError("event " + event.id() + " is there twice");
            }
            deviceOf[i] = devices.computeIfAbsent(event.id().device(), unknown -> devices.size());
        }
        seen = new long[events.size()][];
        seenBesides = new BitSet[events.size()];
        complete = new boolean[events.size()];
        for (int i = 0; i < events.size(); i++) {
            see(i);
        }
    }

    private static List<ListedEvent> read(RecordEvents all) {
        List<ListedEvent> events = new ArrayList<>();
        long[] bytes = {0};
        all.list(SHORT_VALUE_BYTES, event -> {
            bytes[0] += event.whole() == null ? 0 : ValueSize.of(event.whole().op());
            events.add(bytes[0] <= EventCache.BYTES_MAX ? event : event.withoutValue());
        });
        return events;
    }

    /** A parent always has a lower stamp, so it comes earlier in the order; one that does not is passed over. */
    private void see(int i) {
        long[] mine = new long[devices.size()];
        BitSet besides = NONE;
        boolean reachesAll = true;
        Set<EventId> again = new HashSet<>(0);
        ListedEvent event = events.get(i);
        boolean issuesAgain = event.parents().stream().anyMatch(parent -> isOwnVoid(event, parent));
        for (EventId parent : parents(event, again)) {
            if (issuesAgain && isOwnVoid(event, parent)) {
                continue;
            }
            Integer p = indexById.get(parent);
            if (p == null || p >= i) {
                reachesAll = false;
                continue;
            }
            reachesAll &= complete[p];
            for (int d = 0; d < mine.length; d++) {
                mine[d] = Math.max(mine[d], seen[p][d]);
            }
            besides = union(besides, seenBesides[p]);
            boolean alike = issuesAgain && deviceOf[p] == deviceOf[i];
            if (alike || again.contains(parent)) {
                BitSet alone = new BitSet();
                alone.set(p);
                besides = union(besides, alone);
            } else {
                mine[deviceOf[p]] = Math.max(mine[deviceOf[p]], parent.counter());
            }
        }
        seen[i] = mine;
        seenBesides[i] = besides;
        complete[i] = reachesAll;
    }

    /**
     * An event that issues another one again names the void of its transaction as a parent. Its author claims for it what the other one's author had seen: of what
     * the same device issued again that alone, and not what that device wrote besides.
     */
    private boolean isOwnVoid(ListedEvent event, EventId parent) {
        return event.transaction().contains(parent.counter())
                && parent.device().equals(event.id().device())
                && !indexById.containsKey(parent)
                && !standIns.containsKey(parent);
    }

    /** One of the two, if that has everything: most events share what their parent has. */
    private static BitSet union(BitSet one, BitSet other) {
        if (other.isEmpty() || one.equals(other)) {
            return one;
        }
        BitSet both = (BitSet) one.clone();
        both.or(other);
        return both.equals(other) ? other : both;
    }

    /** An event's parents, with the stand-ins of void ones in their place; those that issue one again are also put into {@code again}. */
    private Collection<EventId> parents(ListedEvent event, Set<EventId> again) {
        if (standIns.isEmpty()) {
            return event.parents();
        }
        Set<EventId> met = new LinkedHashSet<>(event.parents());
        Deque<EventId> open = new ArrayDeque<>(met);
        Set<EventId> issuedAgain = new LinkedHashSet<>();
        while (!open.isEmpty()) {
            StandIn standIn = standIns.get(open.remove());
            if (standIn != null) {
                standIn.parents().stream().filter(met::add).forEach(open::add);
                if (standIn.again() != null) {
                    issuedAgain.add(standIn.again());
                }
            }
        }
        met.removeAll(standIns.keySet());
        issuedAgain.removeAll(met); // seen as such, too
        again.addAll(issuedAgain);
        met.addAll(issuedAgain);
        return met;
    }

    int size() {
        return events.size();
    }

    RecordKey key() {
        return key;
    }

    EventId id(int i) {
        return events.get(i).id();
    }

    Op.Kind kind(int i) {
        return events.get(i).kind();
    }

    Stamp stamp(int i) {
        return events.get(i).stamp();
    }

    /** The event itself. May load it: whoever needs it later should ask again instead of keeping it. */
    Event event(int i) {
        ListedEvent listed = events.get(i);
        return listed.whole() != null ? listed.whole() : cache.get(listed.id());
    }

    /** Whether the author of {@code later} had seen {@code earlier}. Nobody has seen a higher stamp than their own, whatever they claim. */
    boolean sees(int later, int earlier) {
        return earlier < later
                && (events.get(earlier).id().counter() <= seen[later][deviceOf[earlier]]
                        || seenBesides[later].get(earlier));
    }

    /** Whether everything that the author of this event had seen is among the events. */
    boolean reachesAllAncestors(int i) {
        return complete[i];
    }

    /** The events that the author of this one had seen. */
    BitSet ancestors(int i) {
        BitSet ancestors = new BitSet(size());
        for (int j = 0; j < size(); j++) {
            if (sees(i, j)) {
                ancestors.set(j);
            }
        }
        return ancestors;
    }

    /** The events that the author of a put or a delete had seen. */
    BitSet overwritten() {
        BitSet overwritten = new BitSet(size());
        long[] seenLater = new long[devices.size()];
        for (int i = size() - 1; i >= 0; i--) {
            if (events.get(i).id().counter() <= seenLater[deviceOf[i]]) {
                overwritten.set(i);
            }
            if (Fold.overwrites(kind(i))) {
                overwritten.or(seenBesides[i]);
                for (int d = 0; d < seenLater.length; d++) {
                    seenLater[d] = Math.max(seenLater[d], seen[i][d]);
                }
            }
        }
        return overwritten;
    }

    /** The events that no other one names as a parent, walking in order: heads := (heads - parents) + event. */
    List<EventId> heads() {
        TreeSet<EventId> heads = new TreeSet<>();
        for (ListedEvent event : events) {
            parents(event, new HashSet<>(0)).forEach(heads::remove);
            heads.add(event.id());
        }
        return List.copyOf(heads);
    }
}
