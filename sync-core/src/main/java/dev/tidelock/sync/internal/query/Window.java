package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;

/** Lets through what is after the offset and within the limit. */
final class Window implements Sink {
    private final long offset;
    private final long limit;
    private final Sink inner;
    private long passed;
    private long shown;

    /** @param limit 1 or more */
    Window(long offset, long limit, Sink inner) {
        this.offset = offset;
        this.limit = limit;
        this.inner = inner;
    }

    @Override
    public boolean accept(String id, JsonValue value) {
        if (passed < offset) {
            passed++;
            return true;
        }
        shown++;
        return inner.accept(id, value) && shown < limit;
    }

    /** How many it has let through. */
    long shown() {
        return shown;
    }
}
