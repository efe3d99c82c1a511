package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.MergePatch;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a record's events in stamp order. One walk serves one fold.
 *
 * <p>The rules, each in one method: what deletes leave ({@link #live}), a put ({@link #put}), last-writer-wins ({@link #lastWriterWins}), the app's
 * merge ({@link #merge}), a patch or a named op ({@link #edit}), and which conflicts are open ({@link #openConflicts}).
 */
final class RecordWalk {
    private final RecordGraph graph;
    private final OpApplier ops;
    private final Map<Integer, Walked> bases = new HashMap<>();

    RecordWalk(RecordGraph graph, OpApplier ops) {
        this.graph = graph;
        this.ops = ops;
    }

    /** Folds some of the events, as if there were no others. */
    Walked fold(BitSet members) throws FoldFailure {
        Walked walked = new Walked();
        BitSet live = live(members);
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            if (graph.kind(i) == Op.Kind.PUT) {
                put(walked, live, i);
            } else {
                edit(walked, live, members, i);
            }
        }
        return walked;
    }

    /**
     * The puts and edits that no delete's author had seen. A delete concurrent with an edit so loses, but still removes what its author had seen.
     */
    private BitSet live(BitSet members) {
        BitSet live = new BitSet(graph.size());
        live.or(members);
        for (int d = members.nextSetBit(0); d >= 0; d = members.nextSetBit(d + 1)) {
            if (graph.kind(d) == Op.Kind.DELETE) {
                live.clear(d);
                live.andNot(graph.ancestors(d));
            }
        }
        return live;
    }

    private void put(Walked walked, BitSet live, int i) throws FoldFailure {
        Event event = graph.event(i);
        JsonValue local = walked.value;
        if (local == null || seesAllBefore(live, i)) {
            walked.value = event.op().value();
            walked.stamp = event.stamp();
            walked.winners = only(i);
        } else if (!(ops.strategy(event) instanceof Strategy.Merging merging)) {
            lastWriterWins(walked, local, live, i);
        } else if (local.equals(event.op().value())) {
            shareTheWin(walked, i);
        } else {
            merge(walked, local, merging, i);
        }
    }

    /** Equal values: nobody has lost anything. */
    private void shareTheWin(Walked walked, int i) {
        walked.stamp = later(walked.stamp, graph.event(i).stamp());
        walked.winners.set(i);
    }

    private boolean seesAllBefore(BitSet live, int i) {
        for (int j = live.nextSetBit(0); j < i; j = live.nextSetBit(j + 1)) {
            if (!graph.sees(i, j)) {
                return false;
            }
        }
        return true;
    }

    /** The highest stamp wins; the patches and ops that its author had not seen are applied to it, in order. */
    private void lastWriterWins(Walked walked, JsonValue local, BitSet live, int i) throws FoldFailure {
        Event event = graph.event(i);
        JsonValue value = event.op().value();
        for (int j = live.nextSetBit(0); j < i; j = live.nextSetBit(j + 1)) {
            if (graph.kind(j) != Op.Kind.PUT && !graph.sees(i, j)) {
                value = ops.edit(value, graph.event(j));
            }
        }
        if (value.equals(local)) {
            shareTheWin(walked, i);
            return;
        }
        lose(walked, walked.winners, i, local);
        walked.value = value;
        walked.stamp = event.stamp();
        walked.winners = only(i);
    }

    /** The app decides; a side of which nothing is left has lost. */
    private void merge(Walked walked, JsonValue local, Strategy.Merging strategy, int i) throws FoldFailure {
        Event event = graph.event(i);
        Strategy.Side remote = new Strategy.Side(event.op().value(), event.stamp());
        JsonValue merged = ops.merge(strategy, base(i), new Strategy.Side(local, walked.stamp), remote, event);
        if (merged.equals(local)) {
            int winner = walked.winners.isEmpty() ? i : walked.winners.length() - 1;
            lose(walked, only(i), winner, remote.value());
        } else if (merged.equals(remote.value())) {
            lose(walked, walked.winners, i, local);
            walked.winners = only(i);
        } else {
            walked.winners.set(i);
        }
        walked.value = merged;
        walked.stamp = later(walked.stamp, event.stamp());
    }

    /** What the author of a put had seen; null if that was nothing, or some of it is out of reach. */
    private Strategy.@Nullable Side base(int i) throws FoldFailure {
        if (!graph.reachesAllAncestors(i)) {
            return null;
        }
        Walked base = bases.get(i);
        if (base == null) {
            base = fold(graph.ancestors(i));
            bases.put(i, base);
        }
        return base.value == null ? null : new Strategy.Side(base.value, base.stamp);
    }

    /** A patch or a named op applies to what is there; if a concurrent delete removed that, to what it removed. */
    private void edit(Walked walked, BitSet live, BitSet members, int i) throws FoldFailure {
        if (walked.value == null) {
            Walked removed = fold(removedUnseen(members, i));
            walked.value = removed.value;
            walked.stamp = removed.stamp;
            walked.winners = removed.winners;
        }
        Event event = graph.event(i);
        for (Walked.Loser loser : walked.losers.values()) {
            if (!loser.patch && seesAny(i, loser.events) && !graph.sees(i, loser.winner)) {
                loser.value = ops.edit(loser.value, event); // its branch grows
            }
        }
        if (event.op().kind() == Op.Kind.PATCH) {
            contradicted(walked, live, i);
        }
        walked.value = ops.edit(walked.value, event);
    }

    /** What the deletes removed that the author of this event had not seen, as it was without them. */
    private BitSet removedUnseen(BitSet members, int i) {
        BitSet removed = new BitSet(graph.size());
        BitSet unseenDeletes = new BitSet(graph.size());
        for (int d = members.nextSetBit(0); d >= 0; d = members.nextSetBit(d + 1)) {
            if (graph.kind(d) == Op.Kind.DELETE && !graph.sees(i, d)) {
                removed.or(graph.ancestors(d));
                unseenDeletes.set(d);
            } else if (graph.kind(d) == Op.Kind.DELETE) {
                removed.set(d);
            }
        }
        removed.and(members);
        removed.andNot(unseenDeletes);
        return removed;
    }

    /** Earlier patches that this one did not see, and that gave some member another value, have lost that member. */
    private void contradicted(Walked walked, BitSet live, int i) {
        JsonValue patch = graph.event(i).op().value();
        for (int j = live.nextSetBit(0); j < i; j = live.nextSetBit(j + 1)) {
            boolean concurrentPatch = graph.kind(j) == Op.Kind.PATCH && !graph.sees(i, j);
            if (concurrentPatch && MergePatch.contradict(graph.event(j).op().value(), patch)) {
                walked.losers.put(
                        j,
                        new Walked.Loser(only(j), i, true, graph.event(j).op().value()));
            }
        }
    }

    private static void lose(Walked walked, BitSet losing, int winner, JsonValue value) {
        if (!losing.isEmpty()) {
            BitSet events = (BitSet) losing.clone();
            walked.losers.put(events.length() - 1, new Walked.Loser(events, winner, false, value));
        }
    }

    private boolean seesAny(int later, BitSet earlier) {
        return earlier.stream().anyMatch(j -> graph.sees(later, j));
    }

    /** An entry stays until each of its events has been seen by the author of a put or a delete. */
    List<Conflict> openConflicts(Walked walked, BitSet members) {
        List<Conflict> open = new ArrayList<>();
        walked.losers.forEach((named, loser) -> {
            boolean closed = loser.events.stream().allMatch(j -> isOverwritten(j, members));
            if (!closed) {
                open.add(conflict(named, loser));
            }
        });
        open.sort(Comparator.comparing(Conflict::id));
        return open;
    }

    private boolean isOverwritten(int j, BitSet members) {
        return members.stream().anyMatch(k -> Fold.overwrites(graph.kind(k)) && graph.sees(k, j));
    }

    private Conflict conflict(int named, Walked.Loser loser) {
        List<EventId> losing = new ArrayList<>();
        loser.events.stream().forEach(j -> losing.add(graph.event(j).id()));
        losing.sort(null);
        Event event = graph.event(named);
        Op.Kind kind = loser.patch ? Op.Kind.PATCH : Op.Kind.PUT;
        EventId winner = graph.event(loser.winner).id();
        return new Conflict(event.id(), losing, event.key(), kind, loser.value, event.stamp(), winner);
    }

    private static BitSet only(int i) {
        BitSet one = new BitSet(i + 1);
        one.set(i);
        return one;
    }

    private static Stamp later(@Nullable Stamp one, Stamp other) {
        return one == null || one.compareTo(other) < 0 ? other : one;
    }
}
