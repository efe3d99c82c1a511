package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.PastVersion;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.strategy.Strategies;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of a record: a pure function of the events that count.
 *
 * <p>Two ways to the same result. {@link #applyDirectly} takes the usual case, an event whose author had seen everything there is: it needs the state
 * before, and no other event. {@link #ofAll} takes all events of the record, in any order. The laws that tests hold them to: any order of
 * the same events gives the same state, and whenever {@code applyDirectly} answers, {@code ofAll} would have answered the same.
 *
 * <p>Safe for use by any number of threads, as far as the app's strategies and reducers are.
 */
public final class Fold {
    private final OpApplier ops;

    public Fold(Strategies strategies) {
        this.ops = new OpApplier(strategies);
    }

    /** Whether the app has what an op needs. */
    public boolean knows(Op op) {
        return ops.knows(op);
    }

    /**
     * The state after one more event, if its author had seen all heads; null if not, and then all events of the record are needed.
     *
     * @throws FoldFailure if the op cannot be applied
     */
    public @Nullable RecordState applyDirectly(RecordState before, Event event) throws FoldFailure {
        Stamp latest = before.latest();
        boolean inOrder = latest == null || latest.compareTo(event.stamp()) < 0;
        if (!inOrder || !containsAll(event.parents(), before.heads())) {
            return null;
        }
        List<EventId> heads = List.of(event.id());
        if (event.key().isControl()) {
            return withoutValue(heads, event.stamp());
        }
        return switch (event.op().kind()) {
            case PUT -> new RecordState(event.op().value(), event.stamp(), heads, event.stamp(), List.of());
            case DELETE -> withoutValue(heads, event.stamp());
            case PATCH, NAMED ->
                new RecordState(
                        ops.edit(before.value(), event), before.valueStamp(), heads, event.stamp(), before.conflicts());
        };
    }

    private static RecordState withoutValue(List<EventId> heads, Stamp latest) {
        return new RecordState(null, null, heads, latest, List.of());
    }

    private static boolean containsAll(List<EventId> parents, List<EventId> heads) {
        return (parents.size() < 8 || heads.size() < 2)
                ? parents.containsAll(heads)
                : new HashSet<>(parents).containsAll(heads);
    }

    /**
     * The state that these events come to.
     *
     * <p>Memory is bounded for any number of long values, as far as they lose to later ones; what is left open in the conflict log is held whole, and so is
     * what an app's merge is asked to begin from.
     *
     * @param events all that count, of one record
     * @param standIns for each event that counts no more, what stands for it: that has been seen by whoever had seen the event
     * @throws FoldFailure if a strategy or a reducer fails on one of them
     */
    public RecordState ofAll(RecordEvents events, Map<EventId, StandIn> standIns) throws FoldFailure {
        RecordGraph graph = new RecordGraph(events, standIns);
        if (graph.size() == 0) {
            return RecordState.ABSENT;
        }
        Stamp latest = graph.stamp(graph.size() - 1);
        if (events.key().isControl()) {
            return withoutValue(graph.heads(), latest);
        }
        RecordWalk walk = new RecordWalk(graph, ops);
        Walked walked = walk.foldAll();
        JsonValue value = walked.value == null ? null : walked.value.get();
        return new RecordState(value, walked.stamp, graph.heads(), latest, walk.openConflicts(walked));
    }

    /**
     * The versions that the record's latest events made of it, newest first. Each costs a fold of what its author had seen.
     *
     * @param countMax how many at most
     * @throws FoldFailure if a strategy or a reducer fails on one of them
     */
    public List<PastVersion> history(RecordEvents events, Map<EventId, StandIn> standIns, int countMax)
            throws FoldFailure {
        RecordGraph graph = new RecordGraph(events, standIns);
        RecordWalk walk = new RecordWalk(graph, ops);
        List<PastVersion> versions = new ArrayList<>();
        for (int i = graph.size() - 1; i >= 0 && versions.size() < countMax; i--) {
            versions.add(version(graph, walk, i));
        }
        return versions;
    }

    /**
     * The version that one event made of the record; null if it is none of the record's that count.
     *
     * @throws FoldFailure if a strategy or a reducer fails on what its author had seen
     */
    public @Nullable PastVersion version(RecordEvents events, Map<EventId, StandIn> standIns, EventId change)
            throws FoldFailure {
        RecordGraph graph = new RecordGraph(events, standIns);
        for (int i = 0; i < graph.size(); i++) {
            if (graph.id(i).equals(change)) {
                return version(graph, new RecordWalk(graph, ops), i);
            }
        }
        return null;
    }

    /**
     * What a record was to the author of an event, before it; null if it did not exist.
     *
     * @param change one of the record's events that count
     * @throws FoldFailure if a strategy or a reducer fails on what its author had seen
     */
    public @Nullable JsonValue valueBefore(RecordEvents events, Map<EventId, StandIn> standIns, EventId change)
            throws FoldFailure {
        RecordGraph graph = new RecordGraph(events, standIns);
        for (int i = 0; i < graph.size(); i++) {
            if (graph.id(i).equals(change)) {
                Walked walked = new RecordWalk(graph, ops).foldBefore(i);
                return walked.value == null ? null : walked.value.get();
            }
        }
        throw new IllegalArgumentException("event " + change + " does not count");
    }

    private static PastVersion version(RecordGraph graph, RecordWalk walk, int i) throws FoldFailure {
        Walked walked = walk.foldUpTo(i);
        JsonValue value = walked.value == null ? null : walked.value.get();
        return new PastVersion(graph.id(i), graph.stamp(i).millis(), graph.kind(i), value);
    }

    static boolean overwrites(Op.Kind kind) {
        return kind == Op.Kind.PUT || kind == Op.Kind.DELETE;
    }
}
