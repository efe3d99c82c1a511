package dev.tidelock.sync;

import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.query.Query;
import java.util.concurrent.Flow;
import org.codehaus.mojo.animal_sniffer.IgnoreJRERequirement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One subscriber with its live query, which tells it as much as it asks for, and one thing at a time. */
@IgnoreJRERequirement
final class LiveSubscription implements Flow.Subscription, QueryListener {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSubscription.class);

    private final Flow.Subscriber<? super QueryChange> subscriber;

    // Guarded by this; neither the subscriber nor the live query is called under it.
    private @Nullable LiveQuery live;
    private long wanted;
    private boolean telling;
    private boolean ended;

    /** The subscriber has asked for less than one, and has not been told yet that this cannot be. */
    private boolean refused;

    LiveSubscription(Flow.Subscriber<? super QueryChange> subscriber) {
        this.subscriber = subscriber;
    }

    /** Introduces itself to the subscriber, and begins. */
    void begin(Collection collection, Query query, LiveOptions options) {
        tell(() -> subscriber.onSubscribe(this));
        if (isEnded()) {
            return;
        }
        LiveQuery begun = collection.observe(query, options, this);
        synchronized (this) {
            live = begun;
        }
        if (isEnded()) {
            begun.close();
        } else {
            begun.resume(); // what was asked for meanwhile had nothing to resume
        }
    }

    @Override
    public void request(long count) {
        LiveQuery resumed;
        synchronized (this) {
            if (count < 1) {
                refused = !ended;
            } else {
                wanted = wanted + count < 0 ? Long.MAX_VALUE : wanted + count;
            }
            resumed = live;
        }
        if (count < 1) {
            cancel();
            tellRefusal();
        } else if (resumed != null) {
            resumed.resume();
        }
    }

    @Override
    public void cancel() {
        LiveQuery closed;
        synchronized (this) {
            ended = true;
            closed = live;
        }
        if (closed != null) {
            closed.close();
        }
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    @Override
    public synchronized boolean isReady() {
        return wanted > 0;
    }

    @Override
    public void onChange(QueryChange change) {
        synchronized (this) {
            if (ended) {
                return;
            }
            wanted = wanted == Long.MAX_VALUE ? wanted : wanted - 1;
        }
        tell(() -> subscriber.onNext(change));
    }

    private void tell(Runnable signal) {
        synchronized (this) {
            telling = true;
        }
        try {
            signal.run();
        } catch (RuntimeException fromApp) {
            LOG.warn("A subscriber failed, and is cancelled", fromApp);
            cancel();
        } finally {
            synchronized (this) {
                telling = false;
            }
        }
        tellRefusal();
    }

    /** Now, or after what is being told. */
    private void tellRefusal() {
        synchronized (this) {
            if (!refused || telling) {
                return;
            }
            refused = false;
        }
        subscriber.onError(new IllegalArgumentException("a subscriber asked for less than one change"));
    }
}
