package dev.tidelock.examples.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device writes and syncs in a process of its own, and is killed at a moment that chance chooses, again and again. A second device, which writes as
 * well, syncs now and then, and at times the relay is killed too. After every kill the store has to hold exactly what was acknowledged.
 */
class KillLoopTest {
    private static final int KILLS = Boolean.getBoolean("tidelock.long") ? 1000 : 50;
    private static final int COMPARE_EVERY = 10;
    private static final int KILL_RELAY_EVERY = 12;
    private static final int LINES_MAX = 1500;

    private final long seed = Long.getLong("tidelock.seed", 20260101);
    private final Random random = new Random(seed);

    @TempDir
    Path folder;

    private Space space;
    private Checker first;
    private Checker second;
    private JavaProcess standby;
    private long syncs;
    private long comparisons;
    private long relayKills;
    private long unacknowledged;

    @BeforeEach
    void makeSpace() throws Exception {
        space = Space.make(folder, 2);
        first = new Checker(seed, 0, space.progress());
        second = new Checker(seed, 1, space.progress());
        standby = startWriter();
    }

    @AfterEach
    void endProcesses() throws Exception {
        if (standby != null) {
            standby.close();
        }
        space.close();
    }

    /** One that is about to begin while another works: most of a cycle would be the start of a Java machine. */
    private JavaProcess startWriter() throws IOException {
        return JavaProcess.start(
                Writer.class, folder, space.folder(0), space.relay().url(), seed);
    }

    @Test
    void device_killedAtAnyMoment_losesNothingAndSyncsOn() throws Exception {
        long startNanos = System.nanoTime();
        for (int kill = 1; kill <= KILLS; kill++) {
            String when = "after kill " + kill + " (tidelock.seed=" + seed + ")";
            JavaProcess writer = standby;
            standby = null;
            try (writer) {
                writer.expect("ready");
                standby = startWriter();
                letItWorkAndKill(writer, kill % KILL_RELAY_EVERY == 0);
            }
            checkAfter(kill, when);
        }
        assertTrue(syncs > 0 && comparisons > 0, syncs + " syncs, " + comparisons + " comparisons");
        System.out.printf(
                "kill -9 loop: kills %d, relay kills %d, acknowledged writes %d (%d of them transactions), "
                        + "unacknowledged but whole %d, syncs %d, comparisons with the second device %d, losses 0, %d s%n",
                KILLS,
                relayKills,
                space.progress().get(0).operations() - unacknowledged,
                first.model().transactions(),
                unacknowledged,
                syncs,
                comparisons,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
    }

    private void letItWorkAndKill(JavaProcess writer, boolean relayToo) throws IOException, InterruptedException {
        writer.send(Long.toString(space.progress().get(0).operations() + 1));
        if (relayToo) {
            readUntil(writer, 1 + random.nextInt(100), Integer.MAX_VALUE);
            space.relay().killAndRestart();
            relayKills++;
        }
        switch (random.nextInt(4)) {
            case 0 -> spinMicros(random.nextInt(60_000)); // while it opens
            case 1 -> {
                readUntil(writer, Integer.MAX_VALUE, 1 + random.nextInt(3));
                spinMicros(random.nextInt(20_000)); // the next sync is under way
            }
            default -> {
                readUntil(writer, 1 + random.nextInt(300), Integer.MAX_VALUE);
                spinMicros(random.nextInt(1_000));
            }
        }
        for (String line : writer.kill()) {
            note(line);
        }
    }

    /** Until it has said so many lines, or that so many syncs went through. */
    private void readUntil(JavaProcess writer, int lines, int syncsWanted) throws IOException {
        long enough = syncsWanted == Integer.MAX_VALUE ? Long.MAX_VALUE : syncs + syncsWanted;
        for (int i = 0; i < Math.min(lines, LINES_MAX) && syncs < enough; i++) {
            String line = writer.readLine();
            if (line == null) {
                throw new IOException("the writer ended by itself");
            }
            note(line);
        }
    }

    private void note(String line) {
        String[] words = line.split(" ");
        switch (words[0]) {
            case "opened", "unsynced" -> {}
            case "synced" -> syncs++;
            case "wrote" -> {
                assertEquals(space.progress().get(0).operations() + 1, Long.parseLong(words[1]), line);
                space.progress().get(0).wrote(Long.parseLong(words[2]));
            }
            default -> throw new AssertionError("the writer says: " + line);
        }
    }

    private static void spinMicros(int micros) {
        long endNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < endNanos) {
            Thread.onSpinWait();
        }
    }

    private void checkAfter(int kill, String when) throws Exception {
        int acknowledged = space.progress().get(0).operations();
        first.requireIntact(space.database(0), when);
        unacknowledged += space.progress().get(0).operations() - acknowledged;
        if (kill % COMPARE_EVERY == 0) {
            Checker.requireSound(space.database(0));
            compare(when);
        }
    }

    /** The second device writes; both sync; both have to show everything, and the same. */
    private void compare(String when) throws Exception {
        try (Device a = space.open(0);
                Device b = space.open(1)) {
            for (int i = 0; i < 20; i++) {
                Progress written = space.progress().get(1);
                written.wrote(new Script(seed, 1).at(written.operations() + 1L).run(b.client()));
            }
            a.client().sync();
            b.client().sync();
            a.client().sync();
            first.requireExact(a.store(), when);
            second.requireExact(b.store(), when);
            assertEquals(space.progress().get(1).operations(), first.model().operations(1), when);
            assertEquals(space.progress().get(0).operations(), second.model().operations(0), when);
            assertEquals(a.client().stateHash(), b.client().stateHash(), when);
            assertEquals(0, a.client().status().pending() + b.client().status().pending(), when);
        }
        comparisons++;
    }
}
