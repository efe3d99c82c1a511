package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.query.SortKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts candidates in order within bounded memory: it keeps the first ones' sort keys, shows them, and goes over the candidates again for those that come after, if more are wanted than can be
 * held. Values are read when they are shown.
 */
final class Sorting {
    /** For how many records what orders them is held. */
    static final int HELD_MAX = 50_000;

    private final Query query;
    private final Consumer<Sink> candidates;
    private final Function<String, @Nullable JsonValue> values;
    private final int heldMax;

    /** @param candidates shows all candidates to a sink, the same ones each time */
    Sorting(Query query, Consumer<Sink> candidates, Function<String, @Nullable JsonValue> values) {
        this.query = query;
        this.candidates = candidates;
        this.values = values;
        long wanted = query.limit() > HELD_MAX ? HELD_MAX : query.limit() + Math.min(query.offset(), HELD_MAX);
        this.heldMax = (int) Math.min(wanted, HELD_MAX);
    }

    /** Shows the candidates in order, until the sink wants no more. */
    void run(Sink sink) {
        SortKey last = null;
        boolean more = true;
        while (more) {
            List<SortKey> next = firstAfter(last);
            for (int i = 0; i < next.size() && more; i++) {
                JsonValue value = values.apply(next.get(i).id());
                more = value == null || sink.accept(next.get(i).id(), value);
            }
            more = more && next.size() == heldMax;
            last = next.isEmpty() ? last : next.get(next.size() - 1);
        }
    }

    private List<SortKey> firstAfter(@Nullable SortKey last) {
        PriorityQueue<SortKey> highestFirst = new PriorityQueue<>(Collections.reverseOrder());
        candidates.accept((id, value) -> {
            SortKey key = query.sortKey(id, value);
            if (last == null || key.compareTo(last) > 0) {
                highestFirst.add(key);
                if (highestFirst.size() > heldMax) {
                    highestFirst.poll();
                }
            }
            return true;
        });
        List<SortKey> sorted = new ArrayList<>(highestFirst);
        Collections.sort(sorted);
        return sorted;
    }
}
