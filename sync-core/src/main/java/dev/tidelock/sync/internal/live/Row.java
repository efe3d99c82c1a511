package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.SortKey;
import org.jspecify.annotations.Nullable;

/** A record in the result of a live query. Two of one record are equal if it has the same value. */
final class Row {
    final SortKey place;
    final Found found;

    Row(SortKey place, Found found) {
        this.place = place;
        this.found = found;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row that && found.equals(that.found);
    }

    @Override
    public int hashCode() {
        return found.id().hashCode();
    }
}
