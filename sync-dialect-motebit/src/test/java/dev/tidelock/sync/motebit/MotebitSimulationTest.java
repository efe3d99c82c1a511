package dev.tidelock.sync.motebit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.testkit.SeededRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real engine on several devices at the relay, with requests and answers that are lost, cut, repeated or late, events that are counted and not stored, equal clocks, low clocks that come late, and
 * strangers who write what they like. Nothing is lost or counted twice, all devices come to the same, and nobody is accused of anything.
 */
class MotebitSimulationTest {
    private static final int SEEDS = Boolean.getBoolean("tidelock.long") ? 2000 : 60;
    private static final int STEPS = 60;

    /** A full reading at the latest, and two more rounds for what it leads to. */
    private static final int ROUNDS_MAX = SeenLog.READINGS_PER_WHOLE + 2;

    @Test
    void simulation_everySeed_convergesLosesNothingRepeatsNothingAccusesNobody() throws Exception {
        int longest = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            longest = Math.max(longest, run(seed));
        }
        System.out.println("settled after at most " + longest + " syncs each");
    }

    /** To look at one. */
    @ParameterizedTest
    @ValueSource(longs = 4711)
    void simulation_seed(long seed) throws Exception {
        run(seed);
    }

    private static int run(long seed) throws Exception {
        try (MotebitWorld world = new MotebitWorld(seed)) {
            SeededRandom random = world.random();
            int count = 2 + random.nextInt(3);
            for (int i = 0; i < count; i++) {
                world.device();
            }
            world.faults = random.nextDouble() * 0.15;
            world.dropSome(random.chance(0.5) ? 0.1 : 0);
            long[] sums = new long[3];
            for (int step = 0; step < STEPS; step++) {
                MotebitWorld.Device device = random.pick(world.devices);
                step(world, device, random, sums);
            }
            int rounds = world.settle(ROUNDS_MAX);
            for (MotebitWorld.Device device : world.devices) {
                for (int i = 0; i < sums.length; i++) {
                    String expected = sums[i] == 0 ? device.get("n" + i) : String.valueOf(sums[i]);
                    assertEquals(expected, device.get("n" + i), "seed " + seed);
                }
                assertEquals(List.of(), device.client.status().incidents(), "seed " + seed);
                assertEquals(List.of(), device.client.quarantine(), "seed " + seed);
            }
            return rounds;
        } catch (Exception | AssertionError failed) {
            throw new AssertionError("seed " + seed + ": " + failed, failed);
        }
    }

    private static void step(MotebitWorld world, MotebitWorld.Device device, SeededRandom random, long[] sums)
            throws Exception {
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> {
                int which = random.nextInt(sums.length);
                int amount = 1 + random.nextInt(9);
                device.add("n" + which, amount);
                sums[which] += amount;
            }
            case 3, 4, 5, 6 -> device.trySync();
            case 7 -> world.strangerWrites();
            case 8 -> world.arriveLate(1);
            default -> {
                world.pass(Duration.ofSeconds(random.nextInt(120)));
                if (random.chance(0.3)) {
                    device.restart();
                }
            }
        }
    }

    @Test
    void sync_nothingHappens_isOneRequest() throws Exception {
        try (MotebitWorld world = new MotebitWorld(1)) {
            MotebitWorld.Device device = world.device();
            device.add("n", 1);
            world.settle(2);
            int before = world.requests();
            device.sync();
            assertEquals(1, world.requests() - before);
        }
    }

    @Test
    void sync_lateLowClock_arrivesWithinAFullReading() throws Exception {
        try (MotebitWorld world = new MotebitWorld(2)) {
            MotebitWorld.Device one = world.device();
            MotebitWorld.Device other = world.device();
            for (int i = 0; i < 200; i++) {
                one.add("n", 1);
                one.sync();
            }
            other.sync();
            // An event that took its clock long ago, and comes only now: a third device's.
            MotebitWorld.Device third = world.device();
            third.add("n", 1000);
            third.sync();
            List<?> all = world.model.events(world.identity.motebitId());
            assertTrue(all.size() > 200);
            world.lowerLastClock();
            int syncs = 0;
            while (!other.get("n").equals("1200")) {
                other.sync();
                assertTrue(++syncs <= SeenLog.READINGS_PER_WHOLE + 1, "after " + syncs + " syncs");
            }
            assertEquals(List.of(), other.client.status().incidents());
        }
    }

    /** Somebody's sealed word tells of what came late: then all is read at once, and nobody is accused of keeping it back. */
    @Test
    void sync_lateLowClockThatAnotherHasSeen_arrivesAtOnce() throws Exception {
        try (MotebitWorld world = new MotebitWorld(5)) {
            MotebitWorld.Device reader = world.device();
            MotebitWorld.Device witness = world.device();
            for (int i = 0; i < 100; i++) {
                witness.add("n", 1);
                witness.sync();
            }
            reader.sync();
            MotebitWorld.Device late = world.device();
            late.add("n", 1000);
            late.sync();
            world.lowerLastClock();
            witness.restart();
            witness.sync();
            witness.add("n", 1);
            witness.sync();
            reader.sync();
            assertEquals("1101", reader.get("n"));
            assertEquals(List.of(), reader.client.status().incidents());
        }
    }

    /** Both have looked at the log before either has written: the relay then has both, and everybody has to decide alike. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void sync_copiesWriteAtOnce_everybodyTakesTheSameAndNothingIsLost(int variant) throws Exception {
        try (MotebitWorld world = new MotebitWorld(variant)) {
            MotebitWorld.Device one = world.device();
            one.add("n", 1);
            one.sync();
            MotebitWorld.Device reader = world.device();
            reader.sync();
            MotebitWorld.Device copy = world.copyOf(one);
            one.add("n", 10 + variant);
            copy.add("n", 100 + variant);
            world.withinNextPush = () -> {
                copy.trySyncUnchecked();
                reader.trySyncUnchecked(); // has seen one of the two, whichever counts in the end
            };
            one.trySync();
            int number = 50;
            for (int round = 0; round < 4; round++) {
                for (MotebitWorld.Device device : List.of(one, copy, reader)) {
                    if (!device.trySync() && device.client.status().blockedBy() == BlockedBy.FORKED) {
                        device.renew(number++);
                    }
                }
            }
            for (MotebitWorld.Device device : world.devices) {
                assertEquals(String.valueOf(111 + 2 * variant), device.get("n"), world.describe());
            }
            assertTrue(number > 50, "somebody had to be renewed");
        }
    }

    @Test
    void sync_relayGoesBack_isNoticedAndMadeWhole() throws Exception {
        try (MotebitWorld world = new MotebitWorld(3)) {
            MotebitWorld.Device one = world.device();
            MotebitWorld.Device other = world.device();
            for (int i = 0; i < 100; i++) {
                one.add("n", 1);
                one.sync();
            }
            Map<String, Object> backup = world.model.backup();
            for (int i = 0; i < 3; i++) {
                one.add("n", 1);
                one.sync();
            }
            other.sync();
            world.model.restore(backup);
            one.sync();
            assertTrue(one.client.status().incidents().stream()
                    .anyMatch(incident -> incident.kind() == Incident.Kind.ROLLED_BACK));
            MotebitWorld.Device third = world.device();
            world.settle(3);
            assertEquals("103", third.get("n"));
        }
    }

    /** More than is kept in memory between two pages. */
    @Test
    void sync_longLog_isReadInPages() throws Exception {
        try (MotebitWorld world = new MotebitWorld(4)) {
            MotebitWorld.Device one = world.device();
            byte[] noise = new byte[300_000];
            for (int i = 0; i < 40; i++) {
                for (int at = 0; at < noise.length; at++) {
                    noise[at] = (byte) world.random().nextInt(256);
                }
                one.client
                        .collection("notes")
                        .put("n" + i, JsonValue.of(Base64.getEncoder().encodeToString(noise)));
                one.sync();
            }
            MotebitWorld.Device other = world.device();
            int before = world.requests();
            other.sync();
            assertEquals(one.client.stateHash(), other.client.stateHash());
            assertTrue(world.requests() - before < 10, "requests: " + (world.requests() - before));
        }
    }
}
