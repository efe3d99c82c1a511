package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.MergePatch;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import org.jspecify.annotations.Nullable;

/** Applies what one event does to a value, and keeps the app's code from doing harm. */
final class OpApplier {
    private final Strategies strategies;

    OpApplier(Strategies strategies) {
        this.strategies = strategies;
    }

    Strategy strategy(RecordKey key) {
        return strategies.strategy(key.collection());
    }

    boolean knows(Op op) {
        return op.kind() != Op.Kind.NAMED || strategies.reducer(op.name()) != null;
    }

    /** The value after a patch or a named op. */
    JsonValue edit(@Nullable JsonValue before, Event event) throws FoldFailure {
        Op op = event.op();
        if (op.kind() == Op.Kind.PATCH) {
            try {
                return required(MergePatch.apply(before, op.value()), event);
            } catch (IllegalArgumentException tooDeep) {
                throw failed(event, "the patch", tooDeep);
            }
        }
        Reducer reducer = strategies.reducer(op.name());
        if (reducer == null) {
            throw new FoldFailure(
                    event, QuarantineItem.Reason.UNKNOWN_OP, "no reducer is registered for this op", null);
        }
        try {
            return required(reducer.reduce(before, op.value()), event);
        } catch (Throwable fromApp) {
            throw failed(event, "the reducer", fromApp);
        }
    }

    /** What the app's merge makes of two values. */
    JsonValue merge(
            Strategy.Merging strategy,
            Strategy.@Nullable Side base,
            Strategy.Side local,
            Strategy.Side remote,
            Event event)
            throws FoldFailure {
        try {
            return required(strategy.merge().merge(base, local, remote), event);
        } catch (Throwable fromApp) {
            throw failed(event, "the merge", fromApp);
        }
    }

    /** How a put ranks among others. */
    int rank(Strategy.Preferring strategy, Event put) throws FoldFailure {
        try {
            return strategy.rank().of(put.device(), put.op().value());
        } catch (Throwable fromApp) {
            throw failed(put, "the rank", fromApp);
        }
    }

    /** Whether a side has lost something, as the strategy sees it. */
    boolean loses(
            Strategy.Merging strategy,
            Strategy.@Nullable Side base,
            Strategy.Side local,
            Strategy.Side remote,
            JsonValue merged,
            Event event)
            throws FoldFailure {
        try {
            return strategy.merge().loses(base, local, remote, merged);
        } catch (Throwable fromApp) {
            throw failed(event, "the merge", fromApp);
        }
    }

    /** An app that returns nothing is told so. */
    private static JsonValue required(@Nullable JsonValue value, Event event) throws FoldFailure {
        if (value == null) {
            throw new FoldFailure(
                    event, QuarantineItem.Reason.STRATEGY_FAILED, "it returned null; a JSON value is expected", null);
        }
        return value;
    }

    /** Whatever the app's code throws, declared or not; only what the machine lacks is not the event's fault. */
    private static FoldFailure failed(Event event, String what, Throwable cause) {
        if (cause instanceof VirtualMachineError machine && !(cause instanceof StackOverflowError)) {
            throw machine;
        }
        if (cause instanceof FoldFailure known) {
            return known;
        }
        return new FoldFailure(
                event,
                QuarantineItem.Reason.STRATEGY_FAILED,
                what + " threw " + cause.getClass().getSimpleName(),
                cause);
    }
}
