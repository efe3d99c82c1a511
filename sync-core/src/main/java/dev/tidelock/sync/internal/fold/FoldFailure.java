package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.QuarantineItem;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A strategy or a reducer could not be applied to an event. Its transaction goes to quarantine; the fold begins anew without it. */
public final class FoldFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Event event;
    private final QuarantineItem.Reason reason;

    FoldFailure(Event event, QuarantineItem.Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.event = Objects.requireNonNull(event);
        this.reason = reason;
    }

    /** The event that it failed on. */
    public Event event() {
        return event;
    }

    public QuarantineItem.Reason reason() {
        return reason;
    }
}
