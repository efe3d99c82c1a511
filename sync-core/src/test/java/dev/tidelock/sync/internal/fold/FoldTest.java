package dev.tidelock.sync.internal.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.internal.fold.Histories.Writer;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.Stamp;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FoldTest {
    /** Neither commutative nor associative, and it shows the base. */
    private static final Strategy CONCATENATION = Strategy.merging((base, local, remote) -> JsonValue.of(
            text(local.value()) + "|" + text(remote.value()) + (base == null ? "" : "<" + text(base.value()))));

    private final Fold lastWriterWins = new Fold(Strategies.DEFAULTS);
    private final Fold concatenation = new Fold(Strategies.DEFAULTS
            .withStrategy("notes", CONCATENATION)
            .withReducer(
                    "add", (current, by) -> JsonValue.of((current == null ? "" : text(current)) + "+" + text(by))));
    private final Fold preferring =
            new Fold(Strategies.DEFAULTS.withStrategy("notes", Strategy.preferDevice(new Writer(1).device)));
    private final Fold byRole =
            new Fold(Strategies.DEFAULTS.withStrategy("notes", Strategy.preferRole("role", "chief", "cook")));
    private final Writer a = new Writer(1);
    private final Writer b = new Writer(2);
    private final Writer c = new Writer(3);

    private static String text(JsonValue value) {
        String text = value.asString();
        return text == null ? value.toJson() : text;
    }

    private static Op put(String json) {
        return Op.put(JsonValue.parse(json));
    }

    private static Op patch(String json) {
        return Op.patch(JsonValue.parse(json));
    }

    private static Op add(String json) {
        return Op.named("add", JsonValue.parse(json));
    }

    private static String json(RecordState state) {
        return state.value() == null ? "absent" : state.value().toJson();
    }

    private RecordState fold(Event... events) throws FoldFailure {
        return lastWriterWins.ofAll(GivenEvents.of(List.of(events)), Map.of());
    }

    // Laws

    @Test
    void ofAll_anyOrderOfTheSameEvents_givesTheSameState() throws FoldFailure {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<Event> events = Histories.random(random, 2 + random.nextInt(4), 3 + random.nextInt(20));
            for (Fold fold : List.of(lastWriterWins, concatenation, preferring)) {
                RecordState expected = fold.ofAll(GivenEvents.of(events), Map.of());
                List<Event> shuffled = new ArrayList<>(events);
                Collections.shuffle(shuffled, random);
                assertEquals(expected, fold.ofAll(GivenEvents.of(shuffled), Map.of()), "seed " + seed);
            }
        }
    }

    @Test
    void applyDirectly_wheneverItAnswers_agreesWithOfAll() throws FoldFailure {
        int direct = 0;
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<Event> events = Histories.random(random, 1 + random.nextInt(4), 3 + random.nextInt(20));
            Collections.shuffle(events, random);
            for (Fold fold : List.of(lastWriterWins, concatenation, preferring)) {
                List<Event> known = new ArrayList<>();
                RecordState state = RecordState.ABSENT;
                for (Event event : random.nextBoolean() ? events : Histories.inStampOrder(events)) {
                    RecordState quick = fold.applyDirectly(state, event);
                    known.add(event);
                    state = fold.ofAll(GivenEvents.of(known), Map.of());
                    if (quick != null) {
                        direct++;
                        assertEquals(state, quick, "seed " + seed);
                    }
                }
            }
        }
        assertTrue(direct > 5_000, "only " + direct + " events applied directly");
    }

    @Test
    void ofAll_valuesLeftOut_givesTheSameState() throws FoldFailure {
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<Event> events = Histories.random(random, 1 + random.nextInt(4), 3 + random.nextInt(20));
            for (Fold fold : List.of(lastWriterWins, concatenation, preferring)) {
                RecordState expected = fold.ofAll(GivenEvents.of(events), Map.of());
                assertEquals(expected, fold.ofAll(GivenEvents.withoutValues(events), Map.of()), "seed " + seed);
            }
        }
    }

    @Test
    void ofAll_manyVersionsAndOneConcurrent_asksForFewValues() throws FoldFailure {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            events.add(a.write(put("{\"v\":" + i + "}"), i));
        }
        b.see(a);
        events.add(a.write(put("{\"v\":\"one\"}"), 200));
        events.add(b.write(put("{\"v\":\"other\"}"), 300));
        GivenEvents given = GivenEvents.withoutValues(events);
        RecordState state = lastWriterWins.ofAll(given, Map.of());
        assertEquals("{\"v\":\"other\"}", json(state));
        assertEquals(1, state.conflicts().size());
        assertEquals(2, given.loads());
    }

    /** One device writes on and on, and has never seen what another one wrote: each version is concurrent with that. */
    @Test
    void ofAll_longConcurrentVersions_areHeldOneAfterAnother() throws FoldFailure {
        List<Event> events = new ArrayList<>(List.of(b.write(put("1"), 0)));
        int versions = 1_500;
        for (int i = 1; i <= versions; i++) {
            events.add(a.write(put("2"), i));
        }
        GivenEvents given = GivenEvents.ofLength(events, 600_000); // together more than the heap that tests have
        RecordState state = lastWriterWins.ofAll(given, Map.of());
        assertEquals(
                List.of(events.get(0).id()),
                state.conflicts().stream().map(Conflict::id).toList());
        assertEquals(versions + 2, given.loads()); // each once, and what lost once more for the conflict log
    }

    @Test
    void ofAll_adds_areNeverLostToConcurrentPutsOrPatches() throws FoldFailure {
        for (int seed = 0; seed < 1_000; seed++) {
            Random random = new Random(seed);
            Event created = a.write(put("{\"n\":0}"), seed);
            b.see(a);
            c.see(a);
            List<Event> events = new ArrayList<>(List.of(created));
            long sum = 0;
            for (int i = 0; i < 12; i++) {
                Writer writer = List.of(a, b, c).get(random.nextInt(3));
                long amount = random.nextInt(10);
                if (random.nextInt(4) == 0) {
                    events.add(writer.write(patch("{\"t\":" + amount + "}"), seed + i));
                } else {
                    sum += amount;
                    events.add(writer.write(add("{\"n\":" + amount + "}"), seed + i));
                }
            }
            JsonObject value = lastWriterWins
                    .ofAll(GivenEvents.of(events), Map.of())
                    .value()
                    .asObject();
            assertEquals(sum, value.get("n").asNumber().longValue(), "seed " + seed);
            List.of(a, b, c).forEach(writer -> writer.known.clear());
        }
    }

    // Last writer wins

    @Test
    void concurrentPuts_highestStampWins_loserIsKept() throws FoldFailure {
        Event low = a.write(put("1"), 10);
        Event high = b.write(put("2"), 20);
        RecordState state = fold(high, low);
        assertEquals("2", json(state));
        assertEquals(high.stamp(), state.valueStamp());
        assertEquals(1, state.conflicts().size());
        Conflict kept = state.conflicts().get(0);
        assertEquals(low.id(), kept.id());
        assertEquals("1", kept.value().toJson());
        assertEquals(high.id(), kept.winner());
    }

    @Test
    void concurrentPuts_sameReading_ordersByDevice() throws FoldFailure {
        Event low = a.write(put("1"), 10);
        Event high = b.write(put("2"), 10);
        assertEquals("2", json(fold(low, high)));
    }

    @Test
    void concurrentPuts_equalValues_areNoConflict() throws FoldFailure {
        Event first = a.write(put("{\"x\":1}"), 10);
        Event second = b.write(put("{\"x\":1}"), 20);
        RecordState state = fold(first, second);
        assertEquals(List.of(), state.conflicts());
        assertEquals(second.stamp(), state.valueStamp());
    }

    @Test
    void equalPuts_thatLoseTogether_stayUntilBothHaveBeenOverwritten() throws FoldFailure {
        Event first = a.write(put("1"), 10);
        Event second = b.write(put("1"), 20);
        Event winner = c.write(put("2"), 30);
        RecordState lost = fold(first, second, winner);
        assertEquals(1, lost.conflicts().size());
        assertEquals(List.of(first.id(), second.id()), lost.conflicts().get(0).losing());

        Writer sawOne = new Writer(4);
        sawOne.known.addAll(List.of(first, winner));
        Event half = sawOne.write(put("3"), 40);
        assertEquals(1, fold(first, second, winner, half).conflicts().size());
        Writer sawBoth = new Writer(5);
        sawBoth.known.addAll(List.of(first, second, winner, half));
        Event whole = sawBoth.write(put("4"), 50);
        assertEquals(List.of(), fold(first, second, winner, half, whole).conflicts());
    }

    @Test
    void put_concurrentWithAPatch_keepsThePatch() throws FoldFailure {
        Event created = a.write(put("{\"x\":1,\"y\":1}"), 10);
        b.see(a);
        Event edit = b.write(patch("{\"y\":2}"), 20);
        Event over = a.write(put("{\"x\":5,\"y\":5}"), 30);
        assertEquals("{\"x\":5,\"y\":2}", json(fold(created, edit, over)));
    }

    @Test
    void conflictEntry_ofABranchThatGrows_holdsItsLatestValue() throws FoldFailure {
        Event low = a.write(put("{\"x\":1}"), 10);
        Event high = b.write(put("{\"x\":2}"), 20);
        Event grown = a.write(patch("{\"y\":1}"), 30);
        RecordState state = fold(low, high, grown);
        assertEquals("{\"x\":2,\"y\":1}", json(state));
        assertEquals("{\"x\":1,\"y\":1}", state.conflicts().get(0).value().toJson());
    }

    @Test
    void conflictEntry_closesWhenAPutHasSeenIt_notWhenAPatchHas() throws FoldFailure {
        Event low = a.write(put("{\"x\":1}"), 10);
        Event high = b.write(put("{\"x\":2}"), 20);
        c.known.addAll(List.of(low, high));
        Event edit = c.write(patch("{\"z\":1}"), 30);
        assertEquals(1, fold(low, high, edit).conflicts().size());
        Event over = c.write(put("{\"x\":3}"), 40);
        assertEquals(List.of(), fold(low, high, edit, over).conflicts());
    }

    @Test
    void concurrentPatches_ofTheSameMember_keepTheLoser() throws FoldFailure {
        Event created = a.write(put("{\"x\":1}"), 10);
        b.see(a);
        Event low = a.write(patch("{\"x\":2,\"p\":1}"), 20);
        Event high = b.write(patch("{\"x\":3,\"q\":1}"), 30);
        RecordState state = fold(created, low, high);
        assertEquals("{\"p\":1,\"q\":1,\"x\":3}", json(state));
        assertEquals(Op.Kind.PATCH, state.conflicts().get(0).kind());
        assertEquals(low.id(), state.conflicts().get(0).id());
    }

    @Test
    void concurrentPatches_ofDifferentMembers_areNoConflict() throws FoldFailure {
        Event created = a.write(put("{\"x\":1}"), 10);
        b.see(a);
        Event one = a.write(patch("{\"p\":1}"), 20);
        Event other = b.write(patch("{\"q\":1}"), 30);
        assertEquals(List.of(), fold(created, one, other).conflicts());
    }

    // A preferred put

    private RecordState preferred(Event... events) throws FoldFailure {
        return preferring.ofAll(GivenEvents.of(List.of(events)), Map.of());
    }

    @Test
    void preferredDevice_winsAgainstLaterPuts_whichAreKept() throws FoldFailure {
        Event preferred = a.write(put("{\"x\":1}"), 10);
        Event later = b.write(put("{\"x\":2}"), 20);
        Event last = c.write(put("{\"x\":3}"), 30);
        RecordState state = preferred(last, preferred, later);
        assertEquals("{\"x\":1}", json(state));
        assertEquals(preferred.stamp(), state.valueStamp());
        assertEquals(
                List.of(later.id(), last.id()),
                state.conflicts().stream().map(Conflict::id).toList());
        assertEquals(preferred.id(), state.conflicts().get(0).winner());
    }

    @Test
    void preferredDevice_thatIsLater_winsAsUsual_andOthersAsLastWriters() throws FoldFailure {
        Event early = b.write(put("1"), 10);
        Event preferred = a.write(put("2"), 20);
        assertEquals("2", json(preferred(early, preferred)));
        Event other = c.write(put("3"), 30);
        assertEquals("3", json(preferred(early, other)));
    }

    @Test
    void preferredDevice_isOverwrittenByWhoHasSeenIt_alsoWhileOthersAreOpen() throws FoldFailure {
        Event preferred = a.write(put("1"), 10);
        Event unseen = b.write(put("2"), 20);
        c.see(a);
        Event over = c.write(put("3"), 30);
        RecordState state = preferred(preferred, unseen, over);
        assertEquals("3", json(state));
        assertEquals(
                List.of(unseen.id()),
                state.conflicts().stream().map(Conflict::id).toList());
    }

    @Test
    void preferredPut_isOverwritten_andOfTheOthersTheBestOneComesBack() throws FoldFailure {
        Event chief = a.write(put("{\"role\":\"chief\",\"x\":1}"), 10);
        Event cook = b.write(put("{\"role\":\"cook\",\"x\":2}"), 20);
        Event edit = b.write(patch("{\"y\":1}"), 30);
        c.see(a);
        Event nobody = c.write(put("{\"x\":3}"), 40);
        RecordState state = byRole.ofAll(GivenEvents.of(List.of(chief, cook, edit, nobody)), Map.of());
        assertEquals("{\"role\":\"cook\",\"x\":2,\"y\":1}", json(state));
        assertEquals(cook.stamp(), state.valueStamp());
        assertEquals(
                List.of(nobody.id()),
                state.conflicts().stream().map(Conflict::id).toList());
    }

    @Test
    void preferredDevice_equalValue_isNoConflict_andEditsAreKept() throws FoldFailure {
        Event preferred = a.write(put("{\"x\":1}"), 10);
        Event same = b.write(put("{\"x\":1}"), 20);
        Event edit = b.write(add("{\"x\":5}"), 30);
        assertEquals(List.of(), preferred(preferred, same).conflicts());
        assertEquals("{\"x\":6}", json(preferred(preferred, same, edit)));
    }

    // Deletes

    @Test
    void delete_ofWhatItsAuthorHadSeen_removesIt() throws FoldFailure {
        Event created = a.write(put("1"), 10);
        Event removed = a.write(Op.delete(), 20);
        RecordState state = fold(created, removed);
        assertNull(state.value());
        assertEquals(List.of(removed.id()), state.heads());
    }

    @Test
    void delete_concurrentWithAPut_loses() throws FoldFailure {
        Event created = a.write(put("1"), 10);
        b.see(a);
        Event edit = b.write(put("2"), 20);
        Event removed = a.write(Op.delete(), 30);
        assertEquals("2", json(fold(created, edit, removed)));
    }

    @Test
    void delete_concurrentWithAPatch_leavesWhatItRemovedWithThePatch() throws FoldFailure {
        Event created = a.write(put("{\"x\":1}"), 10);
        b.see(a);
        Event removed = a.write(Op.delete(), 20);
        Event edit = b.write(patch("{\"y\":2}"), 30);
        assertEquals("{\"x\":1,\"y\":2}", json(fold(created, removed, edit)));
    }

    @Test
    void delete_ofOneOfTwoConcurrentPuts_leavesTheOther() throws FoldFailure {
        Event one = a.write(put("1"), 10);
        Event other = b.write(put("2"), 20);
        Event removed = b.write(Op.delete(), 30);
        assertEquals("1", json(fold(one, other, removed)));
        assertEquals(List.of(), fold(one, other, removed).conflicts());
    }

    @Test
    void put_afterADelete_startsAnew() throws FoldFailure {
        Event created = a.write(put("{\"x\":1}"), 10);
        Event removed = a.write(Op.delete(), 20);
        Event again = a.write(patch("{\"y\":1}"), 30);
        assertEquals("{\"y\":1}", json(fold(created, removed, again)));
    }

    // Custom merges

    @Test
    void merge_getsTheBaseThatItsAuthorHadSeen() throws FoldFailure {
        Event created = a.write(put("\"o\""), 10);
        b.see(a);
        Event one = a.write(put("\"p\""), 20);
        Event other = b.write(put("\"q\""), 30);
        assertEquals("\"p|q<o\"", json(concatenation.ofAll(GivenEvents.of(List.of(created, one, other)), Map.of())));
    }

    @Test
    void merge_anAncestorOutOfReach_hasNoBase() throws FoldFailure {
        a.write(put("\"o\""), 10);
        b.see(a);
        Event one = a.write(put("\"p\""), 20);
        Event other = b.write(put("\"q\""), 30);
        assertEquals("\"p|q\"", json(concatenation.ofAll(GivenEvents.of(List.of(one, other)), Map.of())));
    }

    @Test
    void merge_thatKeepsOneSide_keepsTheOtherAsAConflict() throws FoldFailure {
        Fold preferring = new Fold(
                Strategies.DEFAULTS.withStrategy("notes", Strategy.merging((base, local, remote) -> local.value())));
        Event kept = a.write(put("1"), 10);
        Event lost = b.write(put("2"), 20);
        RecordState state = preferring.ofAll(GivenEvents.of(List.of(kept, lost)), Map.of());
        assertEquals("1", json(state));
        assertEquals(lost.id(), state.conflicts().get(0).id());
        assertEquals(kept.id(), state.conflicts().get(0).winner());
        assertEquals(lost.stamp(), state.valueStamp());
    }

    @Test
    void merge_thatThrowsOrReturnsNull_namesTheEvent() {
        Fold failing = new Fold(Strategies.DEFAULTS.withStrategy("notes", Strategy.merging((base, local, remote) -> {
            throw new IllegalStateException("no");
        })));
        Event one = a.write(put("1"), 10);
        Event other = b.write(put("2"), 20);
        FoldFailure failure =
                assertThrows(FoldFailure.class, () -> failing.ofAll(GivenEvents.of(List.of(one, other)), Map.of()));
        assertEquals(other.id(), failure.event().id());
        assertEquals(QuarantineItem.Reason.STRATEGY_FAILED, failure.reason());
    }

    @Test
    void namedOp_withoutReducer_isNamedAsUnknown() {
        Event op = a.write(Op.named("fly", JsonValue.of(1)), 10);
        FoldFailure failure = assertThrows(FoldFailure.class, () -> fold(op));
        assertEquals(QuarantineItem.Reason.UNKNOWN_OP, failure.reason());
    }

    @Test
    void applyDirectly_anEventThatHasNotSeenAHead_asksForAllEvents() throws FoldFailure {
        Event one = a.write(put("1"), 10);
        Event other = b.write(put("2"), 20);
        RecordState state = lastWriterWins.applyDirectly(RecordState.ABSENT, one);
        assertNotNull(state);
        assertNull(lastWriterWins.applyDirectly(state, other));
        assertFalse(state.heads().isEmpty());
    }

    // Stamps that a device makes up

    @Test
    void ofAll_stampsThatGoBack_agreeWithTheDirectWay() throws FoldFailure {
        Event late = forged(a, 1, 900, put("\"late\""), List.of(new EventId(b.device, 1)));
        Event early = forged(a, 2, 100, put("\"early\""), List.of());
        Event delete = forged(b, 1, 200, Op.delete(), List.of(early.id()));
        RecordState before = fold(early, delete);
        RecordState quick = lastWriterWins.applyDirectly(before, late);
        assertNotNull(quick);
        assertEquals(fold(early, delete, late), quick);
    }

    private static Event forged(Writer by, long counter, long reading, Op op, List<EventId> parents) {
        return new Event(
                new EventId(by.device, counter),
                Histories.KEY,
                op,
                new Stamp(reading, by.device),
                parents,
                new TransactionSpan(counter, 1));
    }

    @Test
    void concurrentPut_thatEqualsThePutAndItsOps_keepsTheOps() throws FoldFailure {
        Event five = a.write(put("5"), 10);
        Event one = a.write(add("1"), 20);
        Event six = b.write(put("6"), 30);
        RecordState state = fold(five, one, six);
        assertEquals("7", json(state));
        assertEquals(1, state.conflicts().size());
    }

    @Test
    void concurrentEqualPuts_oneOfThemEdited_haveNoConflict() throws FoldFailure {
        Event mine = a.write(put("5"), 10);
        Event one = a.write(add("1"), 20);
        Event same = b.write(put("5"), 30);
        RecordState state = fold(mine, one, same);
        assertEquals("6", json(state));
        assertEquals(same.stamp(), state.valueStamp());
        assertEquals(List.of(), state.conflicts());
    }
}
