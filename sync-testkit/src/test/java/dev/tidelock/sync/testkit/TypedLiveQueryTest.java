package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.TypedQueryChange;
import dev.tidelock.sync.codec.Codecs;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.query.Query;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Live queries of typed collections. */
class TypedLiveQueryTest {
    private final TestSpace space = new TestSpace();
    private final TestSpace.Device device = space.device(1);
    private final Collection raw = device.client.collection("notes");
    private final TypedCollection<String> notes = device.client.collection("notes", Codecs.STRING);
    private String last = "";
    private boolean broken;

    @AfterEach
    void close() {
        space.close();
    }

    private void show(TypedQueryChange<String> change) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        StringBuilder text = new StringBuilder(change.isFirst() ? "first" : "");
        change.added().forEach(one -> text.append(" +").append(one.id()));
        change.updated().forEach(one -> text.append(" *").append(one.id()));
        change.removed().forEach(id -> text.append(" -").append(id));
        text.append(" =");
        change.result().forEach(one -> text.append(' ').append(one.value()));
        last = text + " ?" + new TreeSet<>(change.undecodable().keySet());
    }

    private void pass() {
        space.time.advance(LiveOptions.DEFAULT_MIN_INTERVAL);
    }

    @Test
    void observe_recordsThatDoNotDecode_comeAndGoAsIfTheyWereNotThere() {
        notes.put("a", "one");
        raw.put("b", "2");
        notes.observe(Query.all(), this::show);
        assertEquals("first +a = one ?[b]", last);
        pass();
        notes.put("b", "two");
        assertEquals(" +b = one two ?[]", last);
        pass();
        raw.put("a", "1");
        assertEquals(" -a = two ?[a]", last);
        pass();
        raw.put("a", "11");
        assertEquals(" = two ?[a]", last);
        pass();
        raw.delete("a");
        assertEquals(" = two ?[]", last);
        pass();
        notes.put("b", "deux");
        assertEquals(" *b = deux ?[]", last);
    }

    @Test
    void observe_listenerThrows_getsTheDifferenceToWhatItAccepted() {
        notes.put("a", "one");
        notes.observe(Query.all(), this::show);
        pass();
        broken = true;
        notes.put("b", "two");
        pass();
        notes.delete("b");
        notes.put("c", "three");
        broken = false;
        space.time.advance(LiveOptions.DEFAULT_MIN_INTERVAL.multipliedBy(20));
        assertEquals(" +c = one three ?[]", last);
        assertEquals(
                List.of("one", "three"),
                List.of(notes.get("a").orElseThrow(), notes.get("c").orElseThrow()));
    }
}
