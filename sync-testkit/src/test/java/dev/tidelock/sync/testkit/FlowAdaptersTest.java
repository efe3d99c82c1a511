package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.FlowAdapters;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A live query as a publisher: it keeps to what is asked for, and misses nothing. */
class FlowAdaptersTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device device = space.device(1);
    private final Collection notes = device.client.collection("notes");

    @AfterEach
    void close() {
        space.close();
    }

    /** Notes what it is told, and asks for as much as a test lets it. */
    private static final class Subscriber implements Flow.Subscriber<QueryChange> {
        private final Consumer<Flow.Subscription> onSubscribe;
        private final List<String> told = new ArrayList<>();
        private Flow.Subscription subscription;
        private Throwable failure;
        private Runnable onNext = () -> {};

        private Subscriber(Consumer<Flow.Subscription> onSubscribe) {
            this.onSubscribe = onSubscribe;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            onSubscribe.accept(given);
        }

        @Override
        public void onNext(QueryChange change) {
            told.add("+" + change.added().size() + " *" + change.updated().size() + " -"
                    + change.removed().size() + " =" + change.result().size());
            onNext.run();
        }

        @Override
        public void onError(Throwable thrown) {
            assertEquals(null, failure);
            failure = thrown;
        }

        @Override
        public void onComplete() {
            throw new AssertionError("it never completes");
        }
    }

    private Subscriber subscribe(Consumer<Flow.Subscription> onSubscribe) {
        Subscriber subscriber = new Subscriber(onSubscribe);
        FlowAdapters.publisher(notes, Query.all()).subscribe(subscriber);
        return subscriber;
    }

    private void pass() {
        space.time.advance(LiveOptions.DEFAULT_MIN_INTERVAL);
    }

    @Test
    void publisher_tellsAsMuchAsIsAskedForAndTheRestAsOne() {
        Subscriber subscriber = subscribe(subscription -> {});
        notes.put("a", "1");
        pass();
        assertEquals(List.of(), subscriber.told);
        subscriber.subscription.request(2);
        assertEquals(List.of("+1 *0 -0 =1"), subscriber.told);
        pass();
        notes.put("a", "2");
        assertEquals("+0 *1 -0 =1", subscriber.told.get(1));
        pass();
        notes.put("b", "1");
        pass();
        notes.put("c", "1");
        notes.delete("a");
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(2, subscriber.told.size());
        subscriber.subscription.request(1);
        assertEquals("+2 *0 -1 =2", subscriber.told.get(2));
    }

    @Test
    void publisher_askedWithinOnSubscribe_tellsAtOnce() {
        Subscriber subscriber = subscribe(subscription -> subscription.request(Long.MAX_VALUE));
        assertEquals(List.of("+0 *0 -0 =0"), subscriber.told);
        subscriber.subscription.request(Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            pass();
            notes.put("n" + i, "1");
        }
        assertEquals(6, subscriber.told.size());
    }

    @Test
    void publisher_severalSubscribers_eachHaveTheirOwn() {
        Subscriber quick = subscribe(subscription -> subscription.request(10));
        Subscriber slow = subscribe(subscription -> subscription.request(1));
        pass();
        notes.put("a", "1");
        assertEquals(2, quick.told.size());
        assertEquals(1, slow.told.size());
    }

    @Test
    void cancel_endsIt() {
        Subscriber subscriber = subscribe(subscription -> subscription.request(10));
        pass();
        subscriber.subscription.cancel();
        subscriber.subscription.cancel();
        subscriber.subscription.request(1);
        notes.put("a", "1");
        pass();
        assertEquals(1, subscriber.told.size());
        assertEquals(List.of(), subscribe(Flow.Subscription::cancel).told);
    }

    @Test
    void request_ofLessThanOne_fails() {
        Subscriber atOnce = subscribe(subscription -> subscription.request(0));
        assertInstanceOf(IllegalArgumentException.class, atOnce.failure);
        Subscriber later = subscribe(subscription -> subscription.request(1));
        later.subscription.request(-1);
        assertInstanceOf(IllegalArgumentException.class, later.failure);
        later.subscription.request(-1);
        Subscriber within = new Subscriber(subscription -> subscription.request(1));
        within.onNext = () -> {
            within.subscription.request(-1);
            assertEquals(null, within.failure, "one signal after the other");
        };
        FlowAdapters.publisher(notes, Query.all()).subscribe(within);
        assertInstanceOf(IllegalArgumentException.class, within.failure);
        assertEquals(1, within.told.size());
    }

    @Test
    void subscriber_thatThrows_isCancelled() {
        Subscriber subscriber = new Subscriber(subscription -> subscription.request(10));
        subscriber.onNext = () -> {
            throw new IllegalStateException("broken");
        };
        FlowAdapters.publisher(notes, Query.all()).subscribe(subscriber);
        pass();
        notes.put("a", "1");
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(1, subscriber.told.size());
        assertThrows(
                NullPointerException.class,
                () -> FlowAdapters.publisher(notes, Query.all()).subscribe(null));
    }
}
