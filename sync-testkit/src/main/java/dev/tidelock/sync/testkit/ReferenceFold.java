package dev.tidelock.sync.testkit;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.MergePatch;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a record's events come to, by the rules of the design and by nothing else: plain, and written apart from the engine's fold, so that the two
 * can be compared. Of the state it knows value, value stamp and heads; not the conflict log. Events go by their place in stamp order.
 */
final class ReferenceFold {
    private final Strategies strategies;
    private final List<Event> events;
    private final BitSet everything = new BitSet();
    private final BitSet deletes = new BitSet();
    private final BitSet puts = new BitSet();
    private final BitSet withoutSomeParent = new BitSet();
    private final List<BitSet> ancestors = new ArrayList<>();
    private final Map<EventId, StandIns.StandIn> standIns;

    /** What a fold comes to. */
    record Folded(@Nullable JsonValue value, @Nullable Stamp stamp) {
        static final Folded ABSENT = new Folded(null, null);
    }

    /**
     * @param unordered all events that count, of one record
     * @param standIns what stands for each of those that count no more
     */
    ReferenceFold(Strategies strategies, List<Event> unordered, Map<EventId, StandIns.StandIn> standIns) {
        this.strategies = strategies;
        this.standIns = standIns;
        events = new ArrayList<>(unordered);
        events.sort(Comparator.comparing(Event::stamp));
        Map<EventId, Integer> places = new HashMap<>();
        for (int i = 0; i < events.size(); i++) {
            everything.set(i);
            deletes.set(i, events.get(i).op().kind() == Op.Kind.DELETE);
            puts.set(i, events.get(i).op().kind() == Op.Kind.PUT);
            ancestors.add(ancestors(i, places));
            places.put(events.get(i).id(), i);
        }
    }

    /**
     * Everything that an author had seen: the parents, theirs, and of each of these devices what came before. Of what was seen in the form that it issues again,
     * that alone, and what its own author had seen. An event that issues another one again names the void in its transaction as a parent, and claims of the same
     * device's events only those that it names.
     */
    private BitSet ancestors(int i, Map<EventId, Integer> earlierPlaces) {
        BitSet seen = new BitSet();
        Set<EventId> again = new TreeSet<>();
        Set<EventId> parents = parents(events.get(i).parents(), again);
        Set<EventId> all = new TreeSet<>(parents);
        all.addAll(again);
        Event event = events.get(i);
        boolean issuesAgain = all.removeIf(id -> isOwnVoid(event, id));
        for (EventId id : all) {
            boolean alone = (again.contains(id) && !parents.contains(id))
                    || (issuesAgain && id.device().equals(event.device()));
            Integer parent = earlierPlaces.get(id);
            if (parent == null) {
                withoutSomeParent.set(i);
                continue;
            }
            seen.set(parent);
            seen.or(ancestors.get(parent));
            for (int j = 0; !alone && j < i; j++) {
                EventId other = events.get(j).id();
                if (other.counter() < id.counter() && other.device().equals(id.device())) {
                    seen.set(j);
                }
            }
        }
        return seen;
    }

    /** A parent of the same transaction that is not of this record: the event issues another one again. */
    private boolean isOwnVoid(Event event, EventId parent) {
        return parent.device().equals(event.device())
                && event.transaction().contains(parent.counter())
                && !standIns.containsKey(parent)
                && events.stream().noneMatch(other -> other.id().equals(parent));
    }

    private boolean sees(int later, int earlier) {
        return ancestors.get(later).get(earlier);
    }

    /** Each void parent makes way for its own, until none is left, and for the event that issues it again. */
    private Set<EventId> parents(List<EventId> named, Set<EventId> again) {
        Set<EventId> counting = new TreeSet<>();
        for (EventId id : named) {
            StandIns.StandIn standIn = standIns.get(id);
            if (standIn == null) {
                counting.add(id);
            } else {
                counting.addAll(parents(standIn.parents(), again));
                if (standIn.again() != null) {
                    again.add(standIn.again());
                }
            }
        }
        return counting;
    }

    /** heads := (heads - parents) + event, walking in stamp order. */
    List<EventId> heads() {
        TreeSet<EventId> heads = new TreeSet<>();
        for (Event event : events) {
            Set<EventId> seen = new TreeSet<>();
            seen.addAll(parents(event.parents(), seen));
            heads.removeAll(seen);
            heads.add(event.id());
        }
        return new ArrayList<>(heads);
    }

    Folded fold() {
        return fold(everything);
    }

    private Folded fold(BitSet members) {
        Folded state = Folded.ABSENT;
        BitSet walked = new BitSet();
        BitSet survivors = survivors(members);
        for (int i = survivors.nextSetBit(0); i >= 0; i = survivors.nextSetBit(i + 1)) {
            state = puts.get(i) ? put(state, walked, i) : edit(state, members, i);
            walked.set(i);
        }
        return state;
    }

    /** The puts and edits that no delete's author had seen. */
    private BitSet survivors(BitSet members) {
        BitSet survivors = without(members, deletes);
        for (int i = members.nextSetBit(0); i >= 0; i = members.nextSetBit(i + 1)) {
            if (deletes.get(i)) {
                survivors.andNot(ancestors.get(i));
            }
        }
        return survivors;
    }

    private static BitSet without(BitSet some, BitSet others) {
        BitSet rest = (BitSet) some.clone();
        rest.andNot(others);
        return rest;
    }

    private Folded put(Folded state, BitSet walked, int i) {
        Event event = events.get(i);
        JsonValue value = event.op().value();
        JsonValue local = state.value();
        BitSet unseen = without(walked, ancestors.get(i));
        if (local == null || unseen.isEmpty()) {
            return new Folded(value, event.stamp());
        }
        Stamp later = later(state.stamp(), event.stamp());
        Strategy strategy = strategies.strategy(event.key().collection());
        if (strategy instanceof Strategy.Preferring preferring) {
            return preferred(preferring, walked, i);
        }
        if (strategy instanceof Strategy.Merging merging) {
            if (local.equals(value)) {
                return new Folded(value, later);
            }
            Strategy.Side mine = new Strategy.Side(local, state.stamp());
            return new Folded(merging.merge().merge(base(i), mine, new Strategy.Side(value, event.stamp())), later);
        }
        BitSet unseenEdits = without(unseen, puts);
        for (int j = unseenEdits.nextSetBit(0); j >= 0; j = unseenEdits.nextSetBit(j + 1)) {
            value = edited(value, j);
        }
        return new Folded(value, local.equals(value) ? later : event.stamp());
    }

    /** The put with the best rank of those that no other one has overwritten, the last of equals, and what its author had not seen of the edits. */
    private Folded preferred(Strategy.Preferring strategy, BitSet walked, int i) {
        BitSet all = (BitSet) walked.clone();
        all.set(i);
        int best = -1;
        for (int j = all.nextSetBit(0); j >= 0; j = all.nextSetBit(j + 1)) {
            boolean isOpen = puts.get(j);
            for (int k = all.nextSetBit(j + 1); k >= 0; k = all.nextSetBit(k + 1)) {
                isOpen &= !puts.get(k) || !sees(k, j);
            }
            if (isOpen && (best < 0 || rank(strategy, j) <= rank(strategy, best))) {
                best = j;
            }
        }
        JsonValue value = events.get(best).op().value();
        BitSet unseenEdits = without(without(all, ancestors.get(best)), puts);
        for (int j = unseenEdits.nextSetBit(0); j >= 0; j = unseenEdits.nextSetBit(j + 1)) {
            value = edited(value, j);
        }
        return new Folded(value, events.get(best).stamp());
    }

    private int rank(Strategy.Preferring strategy, int put) {
        Event event = events.get(put);
        return strategy.rank().of(event.device(), event.op().value());
    }

    /** The fold of what the author had seen; absent as a whole if some of it is out of reach. */
    private Strategy.@Nullable Side base(int i) {
        BitSet seen = ancestors.get(i);
        if (withoutSomeParent.get(i) || seen.intersects(withoutSomeParent)) {
            return null;
        }
        Folded base = fold(seen);
        return base.value() == null ? null : new Strategy.Side(base.value(), base.stamp());
    }

    /** An edit of what a delete removed that its author had not seen applies to that. */
    private Folded edit(Folded state, BitSet members, int i) {
        Folded before = state.value() == null ? fold(removedUnseen(members, i)) : state;
        return new Folded(edited(before.value(), i), before.stamp());
    }

    private BitSet removedUnseen(BitSet members, int i) {
        BitSet removed = new BitSet();
        BitSet seenDeletes = new BitSet();
        BitSet unseenDeletes = new BitSet();
        for (int d = members.nextSetBit(0); d >= 0; d = members.nextSetBit(d + 1)) {
            if (deletes.get(d) && sees(i, d)) {
                seenDeletes.set(d);
            } else if (deletes.get(d)) {
                unseenDeletes.set(d);
                removed.or(ancestors.get(d));
            }
        }
        removed.or(seenDeletes);
        removed.andNot(unseenDeletes);
        removed.and(members);
        return removed;
    }

    private JsonValue edited(@Nullable JsonValue before, int i) {
        Op op = events.get(i).op();
        if (op.kind() == Op.Kind.PATCH) {
            return MergePatch.apply(before, op.value());
        }
        Reducer reducer = Objects.requireNonNull(strategies.reducer(op.name()), "no reducer");
        return reducer.reduce(before, op.value());
    }

    private static Stamp later(@Nullable Stamp one, Stamp other) {
        return one == null || one.compareTo(other) < 0 ? other : one;
    }
}
