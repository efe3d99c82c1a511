package dev.tidelock.sync.model;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An event as a list of a record's events shows it: whole if its value is short, else without the value.
 *
 * @param parents as {@link Event#parents} has them
 * @param whole all of it; null if its value was left out
 */
public record ListedEvent(
        EventId id,
        Op.Kind kind,
        Stamp stamp,
        List<EventId> parents,
        TransactionSpan transaction,
        @Nullable Event whole) {
    public ListedEvent {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(stamp, "stamp");
        parents = List.copyOf(parents);
        Objects.requireNonNull(transaction, "transaction");
    }

    /** An event with its value. */
    public static ListedEvent whole(Event event) {
        return of(event, event.op().kind(), event);
    }

    /** @param kind what the event does, whatever {@code event} says of it */
    public static ListedEvent withoutValue(Event event, Op.Kind kind) {
        return of(event, kind, null);
    }

    /** This one without its value; itself if that is left out already. */
    public ListedEvent withoutValue() {
        return whole == null ? this : withoutValue(whole, kind);
    }

    private static ListedEvent of(Event event, Op.Kind kind, @Nullable Event whole) {
        return new ListedEvent(event.id(), kind, event.stamp(), event.parents(), event.transaction(), whole);
    }

    /** The names only: values are the user's data. */
    @Override
    public String toString() {
        return "Event[" + id + " " + kind + "]";
    }
}
