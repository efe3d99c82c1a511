package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.TransactionCollection;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.TypedRecord;
import dev.tidelock.sync.codec.Codec;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.codec.Codecs;
import dev.tidelock.sync.codec.ObjectCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.ExpectationFailedException;
import dev.tidelock.sync.model.RecordVersion;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records as values of the app's types, on devices with different versions of the app. */
class TypedCollectionTest {
    record Author(String name) {
        static final Codec<Author> CODEC = ObjectCodec.of(Author.class, members -> {
            var name = members.string("name", Author::name);
            return read -> new Author(read.get(name));
        });
    }

    record Note(String title, Author author) {
        static final Codec<Note> CODEC = ObjectCodec.of(Note.class, members -> {
            var title = members.string("title", Note::title);
            var author = members.member("author", Note::author, Author.CODEC).orNull();
            return read -> new Note(read.get(title), read.get(author));
        });

        Note titled(String other) {
            return new Note(other, author);
        }
    }

    /** What the next version of the app makes of both. */
    record NewAuthor(String name, String city) {
        static final Codec<NewAuthor> CODEC = ObjectCodec.of(NewAuthor.class, members -> {
            var name = members.string("name", NewAuthor::name);
            var city = members.string("city", NewAuthor::city).orNull();
            return read -> new NewAuthor(read.get(name), read.get(city));
        });
    }

    record NewNote(String title, NewAuthor author, boolean pinned) {
        static final Codec<NewNote> CODEC = ObjectCodec.of(NewNote.class, members -> {
            var title = members.string("title", NewNote::title);
            var author =
                    members.member("author", NewNote::author, NewAuthor.CODEC).orNull();
            var pinned = members.flag("pinned", NewNote::pinned).orElse(false);
            return read -> new NewNote(read.get(title), read.get(author), read.get(pinned));
        });
    }

    private final TestSpace space = new TestSpace();
    private final TestSpace.Device a = space.device(1, new MemoryDisk(), setUp -> setUp.codec(Note.class, Note.CODEC));
    private final TestSpace.Device b = space.device(2);
    private final TypedCollection<Note> older = a.client.collection("notes", Note.class);
    private final TypedCollection<NewNote> newer = b.client.collection("notes", NewNote.CODEC);

    @AfterEach
    void close() {
        space.close();
    }

    @Test
    void put_thenGet_isTheSameValue_alsoOnAnotherDevice() throws Exception {
        Note note = new Note("Hello", new Author("Ann"));
        older.put("1", note);
        assertEquals(Optional.of(note), older.get("1"));
        assertEquals(Optional.empty(), older.get("2"));
        assertEquals("{\"author\":{\"name\":\"Ann\"},\"title\":\"Hello\"}", a.get("1"));
        TestSpace.syncAll(a, b);
        assertEquals(Optional.of(new NewNote("Hello", new NewAuthor("Ann", null), false)), newer.get("1"));
        newer.delete("1");
        TestSpace.syncAll(b, a);
        assertEquals(Optional.empty(), older.get("1"));
    }

    @Test
    void update_byAnOlderApp_keepsWhatANewerOneWrote() throws Exception {
        newer.put("1", new NewNote("Hello", new NewAuthor("Ann", "Rome"), true));
        TestSpace.syncAll(b, a);
        older.update("1", note -> note.titled("Hello again"));
        TestSpace.syncAll(a, b);
        assertEquals(Optional.of(new NewNote("Hello again", new NewAuthor("Ann", "Rome"), true)), newer.get("1"));
        older.put(
                "1",
                new Note(
                        "Third", new Author("Bob"))); // the same for a put, though another author's city may be another
        TestSpace.syncAll(a, b);
        assertEquals(Optional.of(new NewNote("Third", new NewAuthor("Bob", "Rome"), true)), newer.get("1"));
    }

    @Test
    void update_thatTakesAMemberAway_takesAllOfItAway() throws Exception {
        newer.put("1", new NewNote("Hello", new NewAuthor("Ann", "Rome"), true));
        TestSpace.syncAll(b, a);
        older.update("1", note -> new Note(note.title(), null));
        TestSpace.syncAll(a, b);
        assertEquals("{\"pinned\":true,\"title\":\"Hello\"}", b.get("1"));
        newer.update("1", note -> new NewNote(note.title(), null, false));
        assertEquals("{\"pinned\":false,\"title\":\"Hello\"}", b.get("1"));
    }

    @Test
    void put_afterADelete_bringsNothingBack() {
        a.client.collection("notes").put("1", "{\"title\":\"Hello\",\"x\":1}");
        older.delete("1");
        older.put("1", new Note("New", null));
        assertEquals("{\"title\":\"New\"}", a.get("1"));
    }

    @Test
    void put_keepsWhatIsThereAtThatMoment_notWhatWasReadBefore() throws Exception {
        older.put("1", new Note("Hello", null));
        Note read = older.get("1").orElseThrow();
        TestSpace.syncAll(a, b);
        newer.update("1", note -> new NewNote(note.title(), null, true));
        TestSpace.syncAll(b, a);
        older.put("1", read.titled("Changed"));
        assertEquals("{\"pinned\":true,\"title\":\"Changed\"}", a.get("1"));
    }

    @Test
    void update_withoutARecord_saysSo_andWritesNothing() {
        assertThrows(NoSuchElementException.class, () -> older.update("1", note -> note));
        older.put("1", new Note("Hello", null));
        assertThrows(NullPointerException.class, () -> older.update("1", note -> null));
        assertThrows(CodecException.class, () -> older.update("1", note -> new Note(null, null)));
        assertThrows(NullPointerException.class, () -> older.put("1", null));
        String huge = "x".repeat(2 << 20);
        assertThrows(WriteRefusedException.class, () -> older.put("1", new Note(huge, null)));
        assertEquals(1, a.client.status().pending());
    }

    @Test
    void recordThatDoesNotDecode_isToldWithItsPath_andHidesNoOther() {
        older.put("1", new Note("one", null));
        a.client.collection("notes").put("2", "{\"title\":2}");
        older.put("3", new Note("three", null));
        CodecException refused = assertThrows(CodecException.class, () -> older.get("2"));
        assertEquals("/title", refused.path());
        assertThrows(CodecException.class, () -> older.update("2", note -> note));

        List<String> shown = new ArrayList<>();
        List<String> told = new ArrayList<>();
        older.forEach((id, note) -> shown.add(id + note.title()), (id, reason) -> told.add(id + reason.path()));
        assertEquals(List.of("1one", "3three"), shown);
        assertEquals(List.of("2/title"), told);

        shown.clear();
        CodecException some =
                assertThrows(CodecException.class, () -> older.forEach((id, note) -> shown.add(id + note.title())));
        assertEquals(List.of("1one", "3three"), shown);
        assertEquals("a record does not decode: expected a string, found an integer, at /title", some.getMessage());

        older.put("2", new Note("two", null));
        assertEquals("{\"title\":\"two\"}", a.get("2"));
        older.forEach((id, note) -> shown.add(id));
    }

    @Test
    void find_givesTypedRecords_andTellsOfThoseThatDoNotDecode() {
        older.put("1", new Note("one", null));
        older.put("2", new Note("two", null));
        Query titled = Query.matching(Condition.in("title", "one", "two"));
        assertEquals(
                List.of(new TypedRecord<>("1", new Note("one", null)), new TypedRecord<>("2", new Note("two", null))),
                older.find(titled));
        a.client.transaction(tx -> {
            tx.collection(older).put("3", new Note("two", null));
            assertEquals(3, tx.collection(older).count(titled));
            assertEquals("3", tx.collection(older).find(titled).get(2).id());
            return null;
        });
        a.client.collection("notes").put("4", "{\"title\":\"one\",\"author\":5}");
        a.client.collection("notes").put("5", "{\"title\":\"one\",\"author\":{}}");
        assertEquals(5, older.count(titled));
        CodecException some = assertThrows(CodecException.class, () -> older.find(titled));
        assertEquals(
                "2 records do not decode; the first: expected an object, found an integer, at /author",
                some.getMessage());
        List<String> told = new ArrayList<>();
        List<String> shown = new ArrayList<>();
        older.find(titled, (id, note) -> shown.add(id), (id, reason) -> told.add(id + reason.path()));
        assertEquals(List.of("1", "2", "3"), shown);
        assertEquals(List.of("4/author", "5/author/name"), told);
        assertThrows(
                CodecException.class,
                () -> a.client.transaction(tx -> tx.collection(older).find(titled)));
    }

    @Test
    void forEach_whatTheVisitorThrows_isNotTakenForARecordThatDoesNotDecode() {
        older.put("1", new Note("one", null));
        CodecException thrown = new CodecException("of the app's own");
        CodecException passed = assertThrows(
                CodecException.class,
                () -> older.forEach(
                        (id, note) -> {
                            throw thrown;
                        },
                        (id, reason) -> {
                            throw new AssertionError(reason);
                        }));
        assertEquals(thrown, passed);
    }

    @Test
    void transaction_readsWhatItHasWritten_andIsWhole() {
        RecordVersion absent = older.version("1");
        a.client.transaction(tx -> {
            TransactionCollection<Note> notes = tx.collection(older);
            tx.expect("notes", "1", absent);
            notes.put("1", new Note("one", null));
            notes.update("1", note -> note.titled(note.title() + " and a half"));
            tx.collection("notes", Note.class).put("2", notes.get("1").orElseThrow());
            tx.collection("names", Codecs.STRING).put("x", "y");
            notes.patch("2", JsonValue.parse("{\"x\":1}"));
            notes.op("n", "add", JsonValue.of(1));
            notes.delete("n");
            return null;
        });
        assertEquals("one and a half", older.get("1").orElseThrow().title());
        assertEquals("{\"title\":\"one and a half\",\"x\":1}", a.get("2"));
        assertEquals("absent", a.get("n"));
        assertEquals(
                Optional.of("y"), a.client.collection("names", Codecs.STRING).get("x"));
        assertThrows(
                ExpectationFailedException.class,
                () -> a.client.transaction(tx -> {
                    tx.collection(older).delete("1");
                    tx.expect("notes", "2", absent);
                    return null;
                }));
        assertTrue(older.get("1").isPresent());
    }

    @Test
    void records_afterTheirTransaction_acceptNothing() {
        TransactionCollection<Note> late = a.client.transaction(tx -> tx.collection(older));
        assertThrows(IllegalStateException.class, () -> late.put("1", new Note("late", null)));
    }

    @Test
    void patchAndOp_workOnTransactionCollectionToo() {
        older.put("1", new Note("Hello", null));
        older.patch("1", JsonValue.parse("{\"title\":\"Bye\"}"));
        assertEquals("Bye", older.get("1").orElseThrow().title());
        older.op("n", "add", JsonValue.of(2));
        assertEquals("2", a.get("n"));
        assertEquals("notes", older.name());
        assertEquals("notes", older.raw().name());
    }

    @Test
    void collection_ofAClassWithoutACodec_saysWhatToDo() {
        SyncClient client = b.client;
        IllegalArgumentException none =
                assertThrows(IllegalArgumentException.class, () -> client.collection("notes", Note.class));
        assertTrue(none.getMessage().contains("sync-codec-jackson"), none.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> client.transaction(
                        tx -> tx.collection("notes", Note.class).get("1")));
    }

    /** Two versions of the app change one record in turn, for long: neither loses anything of the other's. */
    @Test
    void updates_inTurn_byBothVersions_loseNothing() throws Exception {
        newer.put("1", new NewNote("0", new NewAuthor("Ann", "Rome"), true));
        TestSpace.syncAll(b, a);
        for (int round = 1; round <= 20; round++) {
            String title = Integer.toString(round);
            if (round % 2 == 0) {
                newer.update(
                        "1",
                        note -> new NewNote(
                                title, new NewAuthor(title, note.author().city()), note.pinned()));
            } else {
                older.update("1", note -> new Note(title, new Author(title)));
            }
            TestSpace.syncAll(a, b);
            assertEquals(Optional.of(new NewNote(title, new NewAuthor(title, "Rome"), true)), newer.get("1"));
            assertEquals(Optional.of(new Note(title, new Author(title))), older.get("1"));
        }
    }
}
