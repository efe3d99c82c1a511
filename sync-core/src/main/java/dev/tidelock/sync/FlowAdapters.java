package dev.tidelock.sync;

import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.query.Query;
import java.util.Objects;
import java.util.concurrent.Flow;
import org.codehaus.mojo.animal_sniffer.IgnoreJRERequirement;

/**
 * Live queries as {@code java.util.concurrent.Flow} publishers, for reactive libraries; {@code org.reactivestreams.FlowAdapters} makes one of Reactive Streams of it. On Android this class needs
 * version 13 (API 33); nothing else of this module refers to it. Safe for use by any number of threads.
 */
@IgnoreJRERequirement
public final class FlowAdapters {
    private FlowAdapters() {}

    /** As {@link #publisher(Collection, Query, LiveOptions)}, with {@link LiveOptions#DEFAULTS}. */
    public static Flow.Publisher<QueryChange> publisher(Collection collection, Query query) {
        return publisher(collection, query, LiveOptions.DEFAULTS);
    }

    /**
     * Publishes what {@link Collection#observe(Query, LiveOptions, dev.tidelock.sync.live.QueryListener)} tells. Each subscriber has a live query of its own, and the first change it gets is the whole
     * result. One that asks for no more is told no more; the next change that it gets is how the result then differs from what it got last, so that nothing piles up and nothing is missed.
     *
     * <p>It never completes; it ends when the subscriber cancels or the client is closed. It fails only if the subscriber asks for less than one. A failure of the store is logged, and tried
     * again. A subscriber that throws is cancelled.
     */
    public static Flow.Publisher<QueryChange> publisher(Collection collection, Query query, LiveOptions options) {
        Objects.requireNonNull(collection, "collection");
        Objects.requireNonNull(query, "query");
        Objects.requireNonNull(options, "options");
        return subscriber -> new LiveSubscription(Objects.requireNonNull(subscriber, "subscriber"))
                .begin(collection, query, options);
    }
}
