package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tidelock.sync.status.SyncStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Seeded histories of two devices over a line that loses, doubles, delays and bounces frames, is cut, plays old frames back, and whose devices crash. When the faults stop, both have everything,
 * once, within a bounded number of syncs, and nobody was alarmed. {@code -Dtidelock.link.histories=N} runs more than the default.
 */
class LinkHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("tidelock.link.histories", 300);
    private static final int STEPS = 60;
    private static final int ROUNDS_MAX = 3;

    @Test
    void histories_whateverTheLineDoes_endWithTheSameEverywhere() throws Exception {
        for (long seed = 0; seed < HISTORIES; seed++) {
            try (LinkWorld world = new LinkWorld(seed)) {
                new History(world, seed).run();
            } catch (Throwable failed) {
                throw new AssertionError("history " + seed, failed);
            }
        }
    }

    private static final class History {
        private final LinkWorld world;
        private final SeededRandom random;
        private final int[] added = new int[4];
        private int written;

        History(LinkWorld world, long seed) {
            this.world = world;
            this.random = new SeededRandom(seed).fork(1);
        }

        void run() throws Exception {
            for (int step = 0; step < STEPS; step++) {
                step(world.devices().get(random.nextInt(2)));
                world.time.advance(Duration.ofMillis(random.magnitude(1, 60_000)));
            }
            settle();
        }

        private void step(LinkWorld.Device device) {
            switch (random.nextInt(14)) {
                case 0, 1, 2 -> {
                    int counter = random.nextInt(added.length);
                    device.add("counter-" + counter, 1 + written);
                    added[counter] += 1 + written++;
                }
                case 3 -> device.put("note-" + random.nextInt(5), "text " + written++);
                case 4 -> device.put("long", "x".repeat((int) random.magnitude(1, 40_000)) + written++);
                case 5, 6, 7 -> device.ask();
                case 8 ->
                    world.line.setFaults(
                            random.nextDouble() * 0.5,
                            random.nextDouble() * 0.5,
                            random.nextDouble() * 0.5,
                            Duration.ofMillis(random.magnitude(1, 5_000)));
                case 9 -> world.line.heal();
                case 10 -> world.line.cut();
                case 11 -> world.line.mend();
                case 12 -> world.line.playBack(device.side);
                default -> device.crash();
            }
        }

        private void settle() throws Exception {
            world.line.heal();
            world.line.mend();
            world.time.advance(Duration.ofHours(1));
            world.syncBoth(ROUNDS_MAX);
            long frames = world.line.frames();
            world.syncBoth(1);
            assertEquals(
                    4, world.line.frames() - frames, "a sync with nothing to do asked for more than what there is");
            assertEquals(world.one.client.stateHash(), world.other.client.stateHash());
            for (LinkWorld.Device device : world.devices()) {
                for (int counter = 0; counter < added.length; counter++) {
                    String expected = added[counter] == 0 ? "absent" : String.valueOf(added[counter]);
                    assertEquals(expected, device.get("counter-" + counter), "lost, or counted twice");
                }
                SyncStatus status = device.client.status();
                assertEquals(0, status.pending() + status.passingOn() + status.quarantined());
                assertEquals(List.of(), status.incidents(), "nobody lied");
                assertFalse(status.state() == SyncStatus.State.BLOCKED, status::toString);
            }
        }
    }
}
