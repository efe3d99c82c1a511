package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever carries the frames changes them, makes some up, and keeps them for later: it comes to nothing but delay. */
class HostileLinkTest {
    private final LinkWorld world = new LinkWorld(3);
    private final SeededRandom random = new SeededRandom(3);

    @AfterEach
    void close() {
        world.close();
    }

    private void assertUnharmed() throws Exception {
        world.syncBoth(2);
        assertEquals(world.one.client.stateHash(), world.other.client.stateHash());
        for (LinkWorld.Device device : world.devices()) {
            assertEquals(List.of(), device.client.status().incidents());
            assertEquals(List.of(), device.client.quarantine());
        }
    }

    @Test
    void received_anyBytes_changeNothing() throws Exception {
        world.one.put("a", "kept");
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte) random.nextLong();
            }
            if (bytes.length > 0 && random.chance(0.5)) {
                bytes[0] = 1;
            }
            world.line.bring(i % 2, bytes);
        }
        world.time.runDue();
        assertUnharmed();
    }

    @Test
    void received_genuineFramesWithAByteChanged_changeNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            world.one.add("n", 1);
            world.other.add("n", 1);
            world.syncBoth(1);
            for (int side = 0; side < 2; side++) {
                for (byte[] frame : world.line.lastSent(side)) {
                    byte[] changed = frame.clone();
                    changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                    world.line.bring(1 - side, changed);
                    world.line.bring(side, changed);
                    world.line.bring(1 - side, Arrays.copyOf(frame, random.nextInt(frame.length)));
                }
            }
            world.time.runDue();
        }
        assertUnharmed();
        assertEquals("40", world.other.get("n"));
    }

    @Test
    void received_framesOfAnEarlierLife_areAnsweredOrDroppedAndCountOnce() throws Exception {
        world.one.add("n", 1);
        world.syncBoth(1);
        List<byte[]> old = world.line.lastSent(0);
        world.one.crash();
        world.one.add("n", 1);
        for (byte[] frame : old) {
            world.line.bring(1, frame);
            world.line.bring(0, frame);
        }
        world.time.runDue();
        assertUnharmed();
        assertEquals("2", world.other.get("n"));
    }

    @Test
    void send_always_showsNothingOfWhatIsInIt() throws Exception {
        world.one.put("plain-needle", "plain-needle");
        world.syncBoth(1);
        for (int side = 0; side < 2; side++) {
            for (byte[] frame : world.line.lastSent(side)) {
                assertFalse(new String(frame, StandardCharsets.ISO_8859_1).contains("needle"));
            }
        }
    }

    @Test
    void received_framesUnderOtherKeys_areDropped() throws Exception {
        try (LinkWorld stranger = new LinkWorld(4, 99)) {
            stranger.one.put("a", "of another space");
            stranger.syncBoth(1);
            for (byte[] frame : stranger.line.lastSent(0)) {
                world.line.bring(1, frame);
            }
            world.time.runDue();
        }
        assertEquals("absent", world.other.get("a"));
        assertUnharmed();
    }
}
