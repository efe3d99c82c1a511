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
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks through a record's events in stamp order. One walk serves one fold.
 *
 * <p>The rules, each in one method: what deletes leave ({@link #live}), a put ({@link #put}), last-writer-wins ({@link #lastWriterWins}), a preferred put ({@link #prefer}), the app's
 * merge ({@link #merge}), a patch or a named op ({@link #edit}), and which conflicts are open ({@link #openConflicts}).
 */
final class RecordWalk {
    private final RecordGraph graph;
    private final OpApplier ops;
    private final Map<Integer, Walked> bases = new HashMap<>();
    private @Nullable BitSet overwritten;

    RecordWalk(RecordGraph graph, OpApplier ops) {
        this.graph = graph;
        this.ops = ops;
    }

    Walked foldAll() throws FoldFailure {
        BitSet all = new BitSet(graph.size());
        all.set(0, graph.size());
        return fold(all, new Walked(true));
    }

    /** Folds an event, and what its author had seen. */
    Walked foldUpTo(int i) throws FoldFailure {
        return fold(with(graph.ancestors(i), i));
    }

    /** Folds what an event's author had seen. */
    Walked foldBefore(int i) throws FoldFailure {
        return fold(graph.ancestors(i));
    }

    /** Folds some of the events, as if there were no others. */
    private Walked fold(BitSet members) throws FoldFailure {
        return fold(members, new Walked(false));
    }

    private Walked fold(BitSet members, Walked walked) throws FoldFailure {
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
        Supplier<JsonValue> local = walked.value;
        Strategy strategy = ops.strategy(graph.key());
        if (strategy instanceof Strategy.Preferring preferring) {
            prefer(walked, local, preferring, live, i);
        } else if (local == null || seesAllBefore(live, i)) {
            win(walked, i, valueOf(i));
        } else if (!(strategy instanceof Strategy.Merging merging)) {
            lastWriterWins(walked, local, live, i);
        } else if (local.get().equals(valueOf(i).get())) {
            shareTheWin(walked, i);
        } else {
            merge(walked, local, merging, i);
        }
    }

    /** The value stamp is always that of the put that is preferred. */
    private void prefer(
            Walked walked, @Nullable Supplier<JsonValue> local, Strategy.Preferring strategy, BitSet live, int i)
            throws FoldFailure {
        int best = best(walked, strategy, i);
        if (local == null || seesAllBefore(live, i)) {
            win(walked, i, valueOf(i));
        } else if (best == i) {
            lastWriterWins(walked, local, live, i);
            walked.stamp = graph.stamp(i);
        } else {
            loseAgainst(walked, local, live, best, i);
            walked.stamp = graph.stamp(best);
        }
    }

    private Supplier<JsonValue> valueOf(int i) {
        return () -> graph.event(i).op().value();
    }

    private void win(Walked walked, int i, Supplier<JsonValue> value) {
        walked.value = value;
        walked.stamp = graph.stamp(i);
        walked.winners = only(i);
    }

    /** Equal values: nobody has lost anything. */
    private void shareTheWin(Walked walked, int i) {
        walked.stamp = later(walked.stamp, graph.stamp(i));
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

    /** Of the puts up to this one that nobody has overwritten, the one with the best rank; of equals the last one. */
    private int best(Walked walked, Strategy.Preferring strategy, int i) throws FoldFailure {
        walked.tips.andNot(graph.ancestors(i));
        int best = i;
        int bestRank = ops.rank(strategy, graph.event(i));
        for (int j = walked.tips.length() - 1; j >= 0; j = walked.tips.previousSetBit(j - 1)) {
            int rank = ops.rank(strategy, graph.event(j));
            if (rank < bestRank) {
                best = j;
                bestRank = rank;
            }
        }
        walked.tips.set(i);
        return best;
    }

    /** An earlier put is preferred: mostly it has won before. It may also have lost, against one that this put's author overwrites. */
    private void loseAgainst(Walked walked, Supplier<JsonValue> local, BitSet live, int best, int i)
            throws FoldFailure {
        if (!walked.winners.get(best)) {
            Supplier<JsonValue> value = withUnseenEdits(live, best, i);
            walked.losers.values().removeIf(loser -> loser.events.get(best));
            lose(walked, walked.winners, best, local);
            win(walked, best, value);
        }
        if (valueOf(i).get().equals(Objects.requireNonNull(walked.value).get())) {
            walked.winners.set(i);
        } else {
            lose(walked, only(i), best, valueOf(i));
        }
    }

    /** A put's value, with the patches and ops up to another event that its author had not seen, in order. */
    private Supplier<JsonValue> withUnseenEdits(BitSet live, int put, int end) throws FoldFailure {
        Supplier<JsonValue> value = valueOf(put);
        for (int j = live.nextSetBit(0); j < end; j = live.nextSetBit(j + 1)) {
            if (graph.kind(j) != Op.Kind.PUT && !graph.sees(put, j)) {
                value = edited(value, j);
            }
        }
        return value;
    }

    /** The highest stamp wins; the patches and ops that its author had not seen are applied to it, in order. */
    private void lastWriterWins(Walked walked, Supplier<JsonValue> local, BitSet live, int i) throws FoldFailure {
        Supplier<JsonValue> value = withUnseenEdits(live, i, i);
        if (value.get().equals(local.get())) {
            shareTheWin(walked, i);
            return;
        }
        lose(walked, walked.winners, i, local);
        win(walked, i, value);
    }

    private Supplier<JsonValue> edited(@Nullable Supplier<JsonValue> before, int i) throws FoldFailure {
        JsonValue after = ops.edit(before == null ? null : before.get(), graph.event(i));
        return () -> after;
    }

    /** The app decides; a side of which nothing is left has lost. */
    private void merge(Walked walked, Supplier<JsonValue> held, Strategy.Merging strategy, int i) throws FoldFailure {
        Strategy.Side base = base(i);
        Event event = graph.event(i);
        Strategy.Side local = new Strategy.Side(held.get(), walked.stamp);
        Strategy.Side remote = new Strategy.Side(event.op().value(), event.stamp());
        JsonValue merged = ops.merge(strategy, base, local, remote, event);
        boolean loses = ops.loses(strategy, base, local, remote, merged, event);
        Supplier<JsonValue> result = () -> merged;
        if (merged.equals(local.value())) {
            int winner = walked.winners.isEmpty() ? i : walked.winners.length() - 1;
            lose(walked, loses ? only(i) : new BitSet(), winner, valueOf(i));
            result = held;
        } else {
            lose(walked, loses ? walked.winners : new BitSet(), i, held);
            walked.winners = merged.equals(remote.value()) ? only(i) : with(walked.winners, i);
            result = merged.equals(remote.value()) ? valueOf(i) : result;
        }
        walked.value = result;
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
        return base.value == null ? null : new Strategy.Side(base.value.get(), base.stamp);
    }

    /** A patch or a named op applies to what is there; if a concurrent delete removed that, to what it removed. */
    private void edit(Walked walked, BitSet live, BitSet members, int i) throws FoldFailure {
        if (walked.value == null) {
            Walked removed = fold(removedUnseen(members, i));
            walked.value = removed.value;
            walked.stamp = removed.stamp;
            walked.winners = removed.winners;
        }
        for (Walked.Loser loser : walked.losers.values()) {
            if (!loser.patch && seesAny(i, loser.events) && !graph.sees(i, loser.winner)) {
                loser.value = edited(loser.value, i); // its branch grows
            }
        }
        if (graph.kind(i) == Op.Kind.PATCH && walked.keepsLosers) {
            contradicted(walked, live, i);
        }
        walked.value = edited(walked.value, i);
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
        for (int j = live.nextSetBit(0); j < i; j = live.nextSetBit(j + 1)) {
            boolean concurrentPatch = graph.kind(j) == Op.Kind.PATCH && !graph.sees(i, j);
            boolean stays = concurrentPatch && !overwritten().get(j);
            if (stays && MergePatch.contradict(valueOf(j).get(), valueOf(i).get())) {
                walked.losers.put(j, new Walked.Loser(only(j), i, true, valueOf(j)));
            }
        }
    }

    /** An entry stays until each of its events has been seen by the author of a put or a delete. One that will not stay takes no room. */
    private void lose(Walked walked, BitSet losing, int winner, Supplier<JsonValue> value) {
        if (!walked.keepsLosers || losing.isEmpty()) {
            return;
        }
        int named = losing.length() - 1;
        BitSet open = (BitSet) losing.clone();
        open.andNot(overwritten());
        if (open.isEmpty()) {
            walked.losers.remove(named);
        } else {
            walked.losers.put(named, new Walked.Loser((BitSet) losing.clone(), winner, false, value));
        }
    }

    private BitSet overwritten() {
        BitSet known = overwritten;
        if (known == null) {
            known = graph.overwritten();
            overwritten = known;
        }
        return known;
    }

    private boolean seesAny(int later, BitSet earlier) {
        return earlier.stream().anyMatch(j -> graph.sees(later, j));
    }

    List<Conflict> openConflicts(Walked walked) {
        List<Conflict> open = new ArrayList<>();
        walked.losers.forEach((named, loser) -> open.add(conflict(named, loser)));
        open.sort(Comparator.comparing(Conflict::id));
        return open;
    }

    private Conflict conflict(int named, Walked.Loser loser) {
        List<EventId> losing = new ArrayList<>();
        loser.events.stream().forEach(j -> losing.add(graph.id(j)));
        losing.sort(null);
        Op.Kind kind = loser.patch ? Op.Kind.PATCH : Op.Kind.PUT;
        JsonValue value = loser.value.get();
        EventId winner = graph.id(loser.winner);
        return new Conflict(graph.id(named), losing, graph.key(), kind, value, graph.stamp(named), winner);
    }

    private static BitSet with(BitSet some, int i) {
        BitSet all = (BitSet) some.clone();
        all.set(i);
        return all;
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
