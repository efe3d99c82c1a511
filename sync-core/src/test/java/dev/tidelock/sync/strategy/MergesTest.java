package dev.tidelock.sync.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The merges that need no code of the app's. */
class MergesTest {
    private static final DeviceId DEVICE = DeviceId.of(new byte[DeviceId.BYTES]);

    private static Strategy.Side side(String json, long reading) {
        return new Strategy.Side(JsonValue.parse(json), new Stamp(reading, DEVICE));
    }

    private static void assertMerges(
            Strategy strategy, @Nullable String base, String local, String remote, String expected, boolean loses) {
        Strategy.Merge merge = ((Strategy.Merging) strategy).merge();
        Strategy.Side before = base == null ? null : side(base, 1);
        Strategy.Side ours = side(local, 2);
        Strategy.Side theirs = side(remote, 3);
        JsonValue merged = merge.merge(before, ours, theirs);
        assertEquals(JsonValue.parse(expected), merged);
        assertEquals(loses, merge.loses(before, ours, theirs, merged), "whether something is lost");
    }

    private static void fields(@Nullable String base, String local, String remote, String expected, boolean loses) {
        assertMerges(Strategy.fieldMerge(), base, local, remote, expected, loses);
    }

    @Test
    void fieldMerge_changesOfDifferentMembers_bothCount() {
        fields("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":2}", "{\"a\":2,\"b\":2}", false);
        fields("{\"a\":1}", "{\"a\":1,\"x\":1}", "{\"a\":1,\"y\":1}", "{\"a\":1,\"x\":1,\"y\":1}", false);
    }

    @Test
    void fieldMerge_sameMember_theLaterAuthorsCounts_andTheEarlierIsKept() {
        fields("{\"a\":1,\"b\":1}", "{\"a\":2,\"b\":5}", "{\"a\":3,\"b\":1}", "{\"a\":3,\"b\":5}", true);
        fields("{\"a\":1}", "{\"a\":2}", "{\"a\":3}", "{\"a\":3}", true);
    }

    @Test
    void fieldMerge_removedMember_staysRemoved() {
        fields("{\"a\":1,\"b\":1}", "{\"b\":1}", "{\"a\":1,\"b\":2}", "{\"b\":2}", false);
        fields("{\"a\":1,\"b\":1}", "{\"b\":1}", "{\"a\":2,\"b\":1}", "{\"a\":2,\"b\":1}", true);
    }

    @Test
    void fieldMerge_goesDeep() {
        fields(
                "{\"o\":{\"x\":1,\"y\":1}}",
                "{\"o\":{\"x\":2,\"y\":1}}",
                "{\"o\":{\"x\":1,\"y\":2}}",
                "{\"o\":{\"x\":2,\"y\":2}}",
                false);
    }

    @Test
    void fieldMerge_oneSideChangedNothing_theOtherCountsAndNothingIsLost() {
        fields("{\"a\":1}", "{\"a\":1}", "{\"a\":2}", "{\"a\":2}", false);
        fields("{\"a\":1}", "{\"a\":2}", "{\"a\":1}", "{\"a\":2}", false);
    }

    @Test
    void fieldMerge_bothCreatedTheRecord_membersUnite() {
        fields(null, "{\"a\":1}", "{\"b\":2}", "{\"a\":1,\"b\":2}", false);
        fields(null, "1", "2", "2", true);
    }

    @Test
    void union_keepsEachIdOnce_inTheOrderOfMeeting() {
        Strategy union = Strategy.union("id");
        assertMerges(
                union,
                "[{\"id\":1}]",
                "[{\"id\":1},{\"id\":3}]",
                "[{\"id\":1},{\"id\":2}]",
                "[{\"id\":1},{\"id\":3},{\"id\":2}]",
                false);
        assertMerges(union, null, "[1,2]", "[2,3]", "[1,2,3]", false);
        assertMerges(union, null, "[1]", "7", "7", true);
    }

    @Test
    void manual_keepsTheFirst_andTheOtherAsAConflict() {
        assertMerges(Strategy.manual(), null, "1", "2", "1", true);
    }
}
