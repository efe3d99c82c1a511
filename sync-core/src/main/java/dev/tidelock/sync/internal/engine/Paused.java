package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The collections and ops of which another device has a newer version than this app. Immutable. */
final class Paused {
    static final Paused NOTHING = new Paused(List.of());

    private final Map<String, Announcement> collections = new HashMap<>();
    private final Map<String, Announcement> ops = new HashMap<>();

    /** @param newer all that is newer elsewhere; fences pause nothing */
    Paused(List<Announcement> newer) {
        for (Announcement one : newer) {
            switch (one.kind()) {
                case STRATEGY -> collections.put(one.of(), one);
                case REDUCER -> ops.put(one.of(), one);
                case FENCE -> {
                    // what others write comes in
                }
            }
        }
    }

    boolean isEmpty() {
        return collections.isEmpty() && ops.isEmpty();
    }

    boolean hasCollection(String collection) {
        return collections.containsKey(collection);
    }

    boolean hasOps() {
        return !ops.isEmpty();
    }

    boolean touches(Collection<RecordKey> keys) {
        return hasOps() || keys.stream().anyMatch(key -> hasCollection(key.collection()));
    }

    /** What makes a transaction wait; null if nothing does. */
    @Nullable
    Announcement pausing(List<Event> transaction) {
        for (Event event : transaction) {
            Announcement newer = collections.get(event.key().collection());
            if (newer == null
                    && event.op().kind() == Op.Kind.NAMED
                    && !event.key().isControl()) {
                newer = ops.get(event.op().name());
            }
            if (newer != null) {
                return newer;
            }
        }
        return null;
    }
}
