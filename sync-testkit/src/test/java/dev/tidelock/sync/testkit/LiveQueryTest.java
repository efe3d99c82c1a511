package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.LiveOptions;
import dev.tidelock.sync.live.LiveQuery;
import dev.tidelock.sync.live.Observation;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an app is told of changes, in virtual time. Listeners run at once on the thread that wrote, unless a test says otherwise. */
class LiveQueryTest {
    private static final Duration SOON = LiveOptions.DEFAULT_MIN_INTERVAL;
    private static final Query OPEN = Query.matching(Condition.equal("done", false));

    private final TestSpace space = new TestSpace();
    private final TestSpace.Device device = space.device(1);
    private final Collection notes = device.client.collection("notes");
    private final List<QueryChange> told = new ArrayList<>();

    @AfterEach
    void close() {
        space.close();
    }

    private void put(String id, boolean done) {
        notes.put(id, "{\"done\":" + done + "}");
    }

    private static String ids(List<RecordChange> changes) {
        return changes.stream().map(RecordChange::id).sorted().collect(Collectors.joining(" "));
    }

    private static String shown(QueryChange change) {
        return (change.isFirst() ? "first " : "") + "+[" + ids(change.added()) + "] *[" + ids(change.updated()) + "] -["
                + ids(change.removed()) + "] ="
                + change.result().stream().map(found -> " " + found.id()).collect(Collectors.joining());
    }

    private String last() {
        return shown(told.get(told.size() - 1));
    }

    @Test
    void observe_tellsTheResultAtOnceAndThenEachChange() {
        put("a", false);
        put("b", true);
        notes.observe(OPEN, told::add);
        assertEquals("first +[a] *[] -[] = a", last());
        space.time.advance(SOON);
        put("c", false);
        assertEquals("+[c] *[] -[] = a c", last());
        space.time.advance(SOON);
        notes.patch("a", "{\"text\":1}");
        assertEquals("+[] *[a] -[] = a c", last());
        space.time.advance(SOON);
        put("a", true);
        assertEquals("+[] *[] -[a] = c", last());
        space.time.advance(SOON);
        put("b", true);
        put("d", true);
        notes.delete("c");
        space.time.advance(SOON);
        assertEquals("+[] *[] -[c] =", last());
        assertEquals(5, told.size());
    }

    @Test
    void observe_emptyCollection_tellsThatToo() {
        notes.observe(Query.all(), told::add);
        assertEquals("first +[] *[] -[] =", last());
    }

    @Test
    void change_namesDeviceTimeAndValue() throws Exception {
        TestSpace.Device other = space.device(2);
        other.client.collection("notes").put("a", "{\"done\":false}");
        long written = space.time.millis();
        other.sync();
        space.time.advance(Duration.ofMinutes(1));
        notes.observe(OPEN, told::add);
        space.time.advance(SOON);
        device.sync();
        space.time.advance(SOON);
        RecordChange added = told.get(1).added().get(0);
        assertEquals(new RecordChange("a", JsonValue.parse("{\"done\":false}"), other.client.device(), written), added);

        put("a", true);
        RecordChange left = told.get(2).removed().get(0);
        assertEquals(
                new RecordChange("a", JsonValue.parse("{\"done\":true}"), device.client.device(), space.time.millis()),
                left,
                "it is there, only not open");
        space.time.advance(SOON);
        put("a", false);
        space.time.advance(SOON);
        notes.delete("a");
        assertTrue(told.get(4).removed().get(0).isDeleted());
        assertFalse(told.get(4).toString().contains("\"a\"") || left.toString().contains("done"));
    }

    @Test
    void result_staysWhatItWas() {
        put("a", false);
        notes.observe(OPEN, told::add);
        put("b", false);
        space.time.advance(SOON);
        assertEquals(1, told.get(0).result().size());
        assertThrows(
                UnsupportedOperationException.class, () -> told.get(1).result().remove(0));
    }

    @Test
    void writes_tenThousandInASecond_areTwentyCallbacks() {
        notes.observe(Query.all(), told::add);
        for (int i = 0; i < 10_000; i++) {
            put("n" + i % 1_000, i % 2 == 0);
            space.time.advance(Duration.ofNanos(100_000));
        }
        space.time.advance(SOON);
        assertTrue(told.size() <= 22, told.size() + " callbacks");
        assertEquals(notes.find(Query.all()), told.get(told.size() - 1).result());
    }

    @Test
    void writes_moreThanCanBeRemembered_areToldAll() {
        notes.observe(Query.all(), told::add);
        List<RecordChange> changes = new ArrayList<>();
        notes.addListener(changes::addAll);
        int parts = SyncLimits.MARKED_RECORDS_MAX / 10_000 + 1;
        for (int part = 0; part < parts; part++) {
            int first = part * 10_000;
            device.client.transaction(tx -> {
                for (int i = first; i < first + 10_000; i++) {
                    tx.put("notes", "n" + i, JsonValue.of(i));
                }
                return tx;
            });
        }
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(parts * 10_000, told.get(told.size() - 1).result().size());
        assertEquals(parts * 10_000, changes.size());
    }

    @Test
    void transaction_showsAsOne() {
        notes.observe(Query.all(), told::add);
        space.time.advance(SOON);
        device.client.transaction(tx -> {
            tx.put("notes", "a", JsonValue.of(1));
            tx.put("others", "b", JsonValue.of(1));
            tx.put("notes", "c", JsonValue.of(1));
            return tx;
        });
        assertEquals("+[a c] *[] -[] = a c", last());
    }

    @Test
    void change_thatLeavesTheResultAsItWas_isNotTold() {
        put("a", false);
        notes.observe(OPEN, told::add);
        space.time.advance(SOON);
        put("a", false);
        put("x", true);
        put("b", false);
        notes.delete("b");
        space.time.advance(Duration.ofSeconds(2));
        assertEquals("first +[a] *[] -[] = a", shown(told.get(0)));
        assertEquals(1, told.size());
    }

    @Test
    void limit_windowMoves_tellsWhatCameAndWent() {
        for (int i = 1; i <= 5; i++) {
            notes.put("n" + i, "{\"at\":" + i + "}");
        }
        notes.observe(Query.all().orderByDescending("at").limit(2), told::add);
        assertEquals("first +[n4 n5] *[] -[] = n5 n4", last());
        space.time.advance(SOON);
        notes.put("n1", "{\"at\":0}");
        space.time.advance(SOON);
        assertEquals(1, told.size(), "beyond the window nothing matters");
        notes.put("n2", "{\"at\":9}");
        assertEquals("+[n2] *[] -[n4] = n2 n5", last());
        space.time.advance(SOON);
        notes.delete("n5");
        assertEquals("+[n4] *[] -[n5] = n2 n4", last());
    }

    @Test
    void callback_thatWrites_isToldOfItLaterAndNotFromWithin() {
        int[] depth = {0};
        notes.observe(Query.all(), change -> {
            assertEquals(1, ++depth[0]);
            told.add(change);
            if (change.result().size() < 3) {
                put("n" + change.result().size(), false);
                device.client.transaction(
                        tx -> tx.put("notes", "m" + change.result().size(), JsonValue.of(1)));
            }
            depth[0]--;
        });
        space.time.advance(Duration.ofSeconds(1));
        assertEquals("+[m2 n2] *[] -[] = m0 m2 n0 n2", last());
        assertEquals(3, told.size());
    }

    @Test
    void close_fromWithinACallback_endsIt() {
        LiveQuery[] live = new LiveQuery[1];
        live[0] = notes.observe(Query.all(), change -> {
            told.add(change);
            if (!change.isFirst()) {
                live[0].close();
            }
        });
        space.time.advance(SOON);
        put("a", false);
        put("b", false);
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(2, told.size());
        live[0].close();
    }

    @Test
    void close_beforeTheCallbackHasBegun_letsNoneBegin() {
        List<Runnable> waiting = new ArrayList<>();
        LiveQuery live = notes.observe(Query.all(), LiveOptions.DEFAULTS.executor(waiting::add), told::add);
        live.close();
        waiting.forEach(Runnable::run);
        put("a", false);
        assertEquals(1, waiting.size());
        assertEquals(List.of(), told);
    }

    @Test
    void clientClosed_endsItAndTakesNoMore() {
        List<Runnable> waiting = new ArrayList<>();
        notes.observe(Query.all(), LiveOptions.DEFAULTS.executor(waiting::add), told::add);
        device.client.close();
        waiting.forEach(Runnable::run);
        assertEquals(List.of(), told);
        assertThrows(RuntimeException.class, () -> notes.observe(Query.all(), told::add));
    }

    @Test
    void listenerThrows_isToldOfItAndGetsTheChangeAgainWithWhatFollowed() {
        List<Exception> errors = new ArrayList<>();
        boolean[] broken = {true};
        notes.observe(Query.all(), new QueryListener() {
            @Override
            public void onChange(QueryChange change) {
                if (broken[0] && !change.isFirst()) {
                    throw new IllegalStateException("broken");
                }
                told.add(change);
            }

            @Override
            public void onError(Exception failure) {
                errors.add(failure);
                throw new IllegalStateException("this, too");
            }
        });
        space.time.advance(SOON);
        put("a", false);
        assertEquals("broken", errors.get(0).getMessage());
        put("b", false);
        space.time.advance(Duration.ofMinutes(10));
        int tries = errors.size();
        assertTrue(tries > 20 && tries < 40, tries + " tries in ten minutes");
        broken[0] = false;
        notes.delete("a");
        space.time.advance(Duration.ofSeconds(31));
        assertEquals("+[b] *[] -[] = b", last());
        space.time.advance(SOON);
        put("c", false);
        assertEquals("+[c] *[] -[] = b c", last(), "and is as quick as before");
    }

    @Test
    void executorRefuses_isAskedAgain() {
        boolean[] full = {true};
        LiveOptions options = LiveOptions.DEFAULTS.executor(task -> {
            if (full[0]) {
                throw new RejectedExecutionException("full");
            }
            task.run();
        });
        notes.observe(Query.all(), options, told::add);
        put("a", false);
        assertEquals(List.of(), told);
        full[0] = false;
        space.time.advance(Duration.ofSeconds(1));
        assertEquals("first +[a] *[] -[] = a", last());
    }

    @Test
    void listenerNotReady_getsOneChangeWhenItIs() {
        boolean[] ready = {false};
        LiveQuery live = notes.observe(Query.all(), new QueryListener() {
            @Override
            public void onChange(QueryChange change) {
                told.add(change);
            }

            @Override
            public boolean isReady() {
                return ready[0];
            }
        });
        put("a", false);
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(List.of(), told);
        ready[0] = true;
        live.resume();
        assertEquals("first +[a] *[] -[] = a", last());
        ready[0] = false;
        put("b", false);
        space.time.advance(Duration.ofMinutes(1));
        notes.delete("a");
        put("c", false);
        assertEquals(1, told.size());
        ready[0] = true;
        live.resume();
        space.time.advance(SOON);
        assertEquals("+[b c] *[] -[a] = b c", last());
        assertEquals(2, told.size());
    }

    @Test
    void otherProcessWrites_isToldWithinASecond() {
        Collection beside = space.reopened(device, device.disk).client.collection("notes");
        notes.observe(OPEN, told::add);
        List<RecordChange> changes = new ArrayList<>();
        notes.addListener(changes::addAll);
        beside.put("a", "{\"done\":false}");
        beside.put("b", "{\"done\":true}");
        assertEquals(1, told.size());
        space.time.advance(Duration.ofSeconds(1));
        assertEquals("+[a] *[] -[] = a", last());
        assertEquals("a b", ids(changes));
        changes.clear();
        beside.delete("a");
        space.time.advance(Duration.ofSeconds(1));
        assertEquals("+[] *[] -[a] =", last());
        assertEquals("a", ids(changes));
        assertNull(changes.get(0).value());
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(3, told.size());
    }

    @Test
    void otherProcess_isLookedForOnlyWhileSomebodyWantsToKnow() {
        List<Observation> open = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            open.add(notes.observe(OPEN, told::add));
            open.add(notes.addListener(changes -> {}));
            space.time.advance(Duration.ofSeconds(2));
            open.forEach(Observation::close);
            space.time.advance(Duration.ofSeconds(2));
        }
        Collection beside = space.reopened(device, device.disk).client.collection("notes");
        beside.put("a", "{\"done\":false}");
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(3, told.size());
    }

    @Test
    void addListener_tellsEachRecordOnceAsItIs() {
        put("old", true);
        put("gone", true);
        List<Map<String, String>> batches = new ArrayList<>();
        BiConsumer<Map<String, String>, RecordChange> collect = (map, one) ->
                map.put(one.id(), one.isDeleted() ? "deleted" : one.value().toJson());
        Observation listening = notes.addListener(changes -> {
            Map<String, String> batch = new java.util.TreeMap<>();
            changes.forEach(one -> collect.accept(batch, one));
            batches.add(batch);
        });
        space.time.advance(SOON);
        assertEquals(List.of(), batches);
        put("a", false);
        assertEquals(List.of(Map.of("a", "{\"done\":false}")), batches);
        put("a", true);
        put("b", false);
        put("b", true);
        put("old", true);
        notes.delete("gone");
        put("came", true);
        notes.delete("came");
        space.time.advance(SOON);
        assertEquals(Map.of("a", "{\"done\":true}", "b", "{\"done\":true}", "gone", "deleted"), batches.get(1));
        listening.close();
        put("c", true);
        space.time.advance(SOON);
        assertEquals(2, batches.size());
    }

    @Test
    void options_outOfRange_areRefused() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> LiveOptions.DEFAULTS.minInterval(Duration.ZERO));
        assertEquals("minInterval is PT0S; it must be PT0.001S to PT24H", refused.getMessage());
        assertThrows(IllegalArgumentException.class, () -> LiveOptions.DEFAULTS.minInterval(Duration.ofDays(2)));
    }
}
