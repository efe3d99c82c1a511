package dev.tidelock.examples.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new device fetches everything that another one wrote, and is killed again and again on the way. */
class FirstPullKillTest {
    private static final int ENVELOPES = Boolean.getBoolean("tidelock.long") ? 1000 : 60;
    private static final int EVENTS_EACH = 50;
    private static final int PAGE_BYTES = 16 << 10;
    private static final int PAGES_MAX = 8;

    private final Random random = new Random(Long.getLong("tidelock.seed", 20260102));

    @TempDir
    Path folder;

    private Space space;
    private Device author;
    private long kills;
    private long pages;
    private long repeated;

    // What the store held after the last kill.
    private long position;
    private long events;

    // The last page of the process before.
    private long lastFrom;
    private long lastTo;

    @BeforeEach
    void writeEverything() throws Exception {
        space = Space.make(folder, 2);
        author = space.open(0);
        for (int envelope = 0; envelope < ENVELOPES; envelope++) {
            int first = envelope * EVENTS_EACH;
            author.client().transaction(tx -> {
                for (int i = first; i < first + EVENTS_EACH; i++) {
                    tx.put("notes", "n" + i, JsonValue.of(text()));
                }
                return true;
            });
            author.client().sync();
        }
    }

    /** Of a kind that cannot be compressed to less than half. */
    private String text() {
        byte[] bytes = new byte[150];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @AfterEach
    void close() throws Exception {
        author.close();
        space.close();
    }

    @Test
    void firstPull_killedAgainAndAgain_repeatsAtMostOnePageEachTime() throws Exception {
        while (!fetchUntilKilled()) {
            kills++;
            requireProgress("after kill " + kills);
        }
        requireProgress("at the end");
        assertEquals((long) ENVELOPES * EVENTS_EACH, events);
        assertTrue(kills > ENVELOPES / 12, "only " + kills + " kills");
        System.out.printf(
                "kill -9 of a first pull: kills %d, events %d, pages %d, of them repeated %d, at most 1 after each kill, losses 0%n",
                kills, events, pages, repeated);
    }

    /** @return whether it came to the end */
    private boolean fetchUntilKilled() throws IOException, InterruptedException {
        try (JavaProcess reader = JavaProcess.start(
                Reader.class, folder, space.folder(1), space.relay().url(), PAGE_BYTES)) {
            reader.expect("ready");
            reader.send("go");
            boolean first = true;
            for (int left = 1 + random.nextInt(PAGES_MAX); left > 0; left--) {
                String line = reader.readLine();
                if (line.equals("done")) {
                    return true;
                }
                note(line, first);
                first = false;
            }
            for (int spins = random.nextInt(1_000_000); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            for (String line : reader.kill()) {
                if (line.equals("done")) {
                    return true;
                }
                note(line, false);
            }
            return false;
        }
    }

    private void note(String line, boolean first) {
        String[] words = line.split(" ");
        assertEquals("page", words[0], line);
        long from = Long.parseLong(words[1]);
        if (first) {
            // What was fetched before and is fetched again is the last page of before, or nothing.
            assertTrue(from == lastFrom || from == lastTo, "goes on from " + from + ", not from " + lastFrom);
            assertEquals(position, from);
            repeated += from < lastTo ? 1 : 0;
        } else {
            assertEquals(lastTo, from);
        }
        lastFrom = from;
        lastTo = Long.parseLong(words[2]);
        pages++;
    }

    private void requireProgress(String when) {
        try (SqliteStore store = SqliteStore.open(space.database(1))) {
            EnvelopeChain chain =
                    store.read(reader -> reader.chain(author.keys().device()));
            long eventsNow = chain == null ? 0 : chain.lastCounter();
            Cursor cursor = store.read(
                    reader -> reader.cursor(author.relay().transport().remote()));
            long positionNow = cursor == null ? 0 : cursor.position();
            assertTrue(positionNow >= position && eventsNow >= events, "it went back, " + when);
            assertTrue(positionNow == lastFrom || positionNow == lastTo, "at " + positionNow + ", " + when);
            assertEquals(eventsNow, positionNow * EVENTS_EACH, when);
            long[] shown = {0};
            store.read(reader -> {
                reader.records("notes", (key, value) -> shown[0]++);
                return true;
            });
            assertEquals(eventsNow, shown[0], when);
            position = positionNow;
            events = eventsNow;
        }
    }
}
