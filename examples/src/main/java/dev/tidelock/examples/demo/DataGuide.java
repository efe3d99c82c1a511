package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.Codecs;
import dev.tidelock.sync.codec.ObjectCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** The programs of {@code docs/data.md}: their regions are its text, and a test runs them. */
final class DataGuide {
    private DataGuide() {}

    // region class
    record Note(String title, boolean done, List<String> tags) {}
    // endregion

    /** The first steps with typed records. */
    static void typed(SyncClient client, Consumer<String> screen) {
        // region typed
        TypedCollection<Note> notes = client.collection("notes", Note.class);

        String id = UUID.randomUUID().toString();
        notes.put(id, new Note("Buy milk", false, List.of("home")));
        notes.update(id, note -> new Note(note.title(), true, note.tags())); // reads and writes in one transaction

        notes.get(id).ifPresent(note -> screen.accept(note.title()));
        Query done =
                Query.matching(Condition.equal("done", true)).orderBy("title").limit(20);
        notes.find(done).forEach(found -> screen.accept(found.value().title()));
        notes.delete(id);
        // endregion
    }

    /** Raw JSON, beside. */
    static void raw(SyncClient client) {
        // region raw
        Collection notes = client.collection("notes");
        notes.put("first", "{\"title\":\"Hello\"}");
        notes.patch("first", "{\"pinned\":true}"); // sets one member, leaves the others alone
        notes.op("first", "set-add", JsonValue.parse("{\"tags\":\"home\"}")); // merges with what others add meanwhile
        // endregion
    }

    // region object-codec
    enum Priority {
        LOW,
        HIGH,
        OTHER
    }

    record Step(String id, String text) {}

    record Task(String title, Priority priority, Instant due, List<Step> steps) {}

    static final Codec<Step> STEP = ObjectCodec.of(Step.class, members -> {
        var id = members.string("id", Step::id);
        var text = members.string("text", Step::text);
        return read -> new Step(read.get(id), read.get(text));
    });

    static final Codec<Task> TASK = ObjectCodec.of(Task.class, members -> {
        var title = members.string("title", Task::title);
        var priority = members.member("priority", Task::priority, Codecs.enumeration(Priority.values(), Priority.OTHER))
                .orElse(Priority.LOW);
        var due = members.member("due", Task::due, Codecs.INSTANT_MILLIS).orNull();
        var steps = members.list("steps", Task::steps, STEP).orElse(List.of());
        return read -> new Task(read.get(title), read.get(priority), read.get(due), read.get(steps));
    });
    // endregion

    /** Uses the codec. */
    static void bound(SyncClient client) {
        // region codec
        TypedCollection<Task> tasks = client.collection("tasks", TASK);
        // endregion
        tasks.put("1", new Task("Paint", Priority.HIGH, Instant.EPOCH, List.of(new Step("a", "Buy paint"))));
    }

    /** Registers the codec. */
    static SyncClient registered(SyncClientBuilder builder) {
        // region register
        SyncClient client =
                builder.codec(Task.class, TASK).open(); // from now on: client.collection("tasks", Task.class)
        // endregion
        return client;
    }

    /** Changes that belong together. */
    static void move(SyncClient client, TypedCollection<Task> tasks, String id) {
        // region transaction
        client.transaction(tx -> {
            Task task = tx.collection(tasks).get(id).orElseThrow();
            tx.collection("archive", TASK).put(id, task);
            return tx.collection(tasks).delete(id);
        });
        // endregion
    }

    /** What does not decode is told. */
    static void unreadable(TypedCollection<Task> tasks, BiConsumer<String, Task> screen, Consumer<String> report) {
        // region unreadable
        tasks.forEach(
                (id, task) -> screen.accept(id, task),
                (id, reason) -> report.accept(reason.getMessage())); // "expected a string, found an integer, at /title"
        // endregion
    }
}
