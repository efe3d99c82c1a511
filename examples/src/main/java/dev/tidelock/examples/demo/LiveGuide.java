package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.FlowAdapters;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.Observation;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Found;
import dev.tidelock.sync.query.Query;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/** The programs of {@code docs/live-queries.md}: their regions are its text, and a test runs them. */
final class LiveGuide {
    private LiveGuide() {}

    /** The whole result each time. */
    static LiveQuery whole(Collection notes, Consumer<List<Found>> screen) {
        // region whole
        Query open = Query.matching(Condition.equal("done", false)).orderBy("title");
        LiveQuery live = notes.observe(open, change -> screen.accept(change.result())); // now, and after each change
        // endregion
        return live;
    }

    /** Only what differs. */
    static LiveQuery differences(Collection notes, Query open, Consumer<String> screen) {
        // region differences
        LiveQuery live = notes.observe(open, change -> {
            change.added().forEach(note -> screen.accept("+ " + note.id() + " " + note.value()));
            change.updated().forEach(note -> screen.accept("* " + note.id() + " by " + note.device()));
            change.removed().forEach(note -> screen.accept("- " + note.id() + (note.isDeleted() ? ", deleted" : "")));
        });
        // endregion
        return live;
    }

    record Note(String title, boolean done) {}

    /** Values of the app's class. */
    static LiveQuery typed(TypedCollection<Note> notes, Consumer<String> screen) {
        // region typed
        LiveQuery live = notes.observe(Query.all().orderBy("title"), change -> {
            change.result().forEach(note -> screen.accept(note.value().title()));
            change.undecodable().forEach((id, reason) -> screen.accept("not readable: " + reason.getMessage()));
        });
        // endregion
        return live;
    }

    /** On a thread of the app's choice, and not too often. */
    static LiveQuery onAThread(Collection notes, Executor uiThread, Consumer<String> screen) {
        // region options
        LiveOptions onScreen = LiveOptions.DEFAULTS.executor(uiThread).minInterval(Duration.ofMillis(200));
        LiveQuery live = notes.observe(Query.all(), onScreen, new QueryListener() {
            @Override
            public void onChange(QueryChange change) {
                screen.accept(change.result().size() + " notes");
            }

            @Override
            public void onError(Exception failure) {
                screen.accept("tries again: " + failure.getMessage());
            }
        });
        // endregion
        return live;
    }

    /** Every change of a collection. */
    static Observation changes(Collection notes, Consumer<String> log) {
        // region listener
        Observation listening = notes.addListener(changes ->
                changes.forEach(one -> log.accept(one.id() + (one.isDeleted() ? " is gone" : " is " + one.value()))));
        // endregion
        return listening;
    }

    /** For reactive libraries. */
    static void flow(Collection notes, Flow.Subscriber<QueryChange> subscriber) {
        // region flow
        Flow.Publisher<QueryChange> publisher =
                FlowAdapters.publisher(notes, Query.all().orderBy("title"));
        publisher.subscribe(subscriber);
        // endregion
    }
}
