package dev.tidelock.examples.memory;

import static dev.tidelock.examples.memory.Content.COLLECTION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.proxy.Direction;
import dev.tidelock.examples.proxy.RecordingProxy;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command in a heap of 64 MB, whatever the space holds; see {@code docs/bounded-memory.md}. The long profile has a million events and gigabytes, the
 * default one a sample of each.
 */
class ManyEventsTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int EVENTS = Integer.getInteger("tidelock.memory.events", LONG ? 1_000_000 : 20_000);
    private static final int LARGE = Integer.getInteger("tidelock.memory.large", LONG ? 1_200 : 40);
    private static final int VERSIONS = Integer.getInteger("tidelock.memory.versions", LONG ? 1_500 : 1_000);
    private static final int KILLS = LONG ? 10 : 2;

    /** One page, and what else a sync asks. */
    private static final long AGAIN_BYTES_MAX = (1 << 20) + (64 << 10);

    @TempDir
    Path folder;

    @Test
    void sync_manyEvents_needsSixtyFourMegabytes() throws Exception {
        try (LargeSpace space = LargeSpace.make(folder)) {
            space.write(Content.smallRecords(), EVENTS);
            assertEquals(EVENTS, told("push", space, space.writer()).number("pushed"));
            Path reader = space.freshDevice("reader", space.relayUrl());
            assertEquals(EVENTS, told("pull", space, reader).number("pulled"));
            long records = requireSame(space.writer(), reader);
            SmallHeap.runPrinting(records, "ls", reader.toString());
            SmallHeap.runPrinting(records, "export", reader.toString(), COLLECTION);
        }
    }

    @Test
    void sync_killedAnywhere_repeatsAtMostOnePage() throws Exception {
        try (LargeSpace space = LargeSpace.make(folder);
                RecordingProxy proxy = RecordingProxy.start(space.relayUrl(), folder.resolve("line"))) {
            space.write(Content.smallRecords(), EVENTS);
            SmallHeap.run("sync", space.writer().toString());
            Path whole = space.freshDevice("whole", proxy.url());
            SmallHeap.run("sync", whole.toString());
            long once = proxy.bytes(Direction.DOWN);
            Path reader = space.freshDevice("reader", proxy.url());
            Random random = new Random(EVENTS);
            try (Store store = SqliteStore.open(reader.resolve("store.db"))) {
                for (int i = 0; i < KILLS; i++) {
                    syncKilledAt(random.nextInt(EVENTS), reader, store);
                }
                long before = held(store);
                assertEquals(
                        EVENTS - before,
                        SmallHeap.run("sync", reader.toString()).number("pulled"));
            }
            long again = proxy.bytes(Direction.DOWN) - 2 * once;
            assertTrue(again <= KILLS * AGAIN_BYTES_MAX, () -> again + " bytes came twice");
            requireSame(whole, reader);
        }
    }

    @Test
    void sync_largeRecords_needsSixtyFourMegabytes() throws Exception {
        requireFits(Content.largeRecords());
    }

    @Test
    void sync_largeRecordsOfNothing_needsSixtyFourMegabytes() throws Exception {
        requireFits(Content.emptyRecords());
    }

    @Test
    void sync_largeRecordsOfCrumbs_needsSixtyFourMegabytes() throws Exception {
        requireFits(Content.crumbs());
    }

    /** Every version is concurrent with what the other device wrote, so the record is folded anew from all of them. */
    @Test
    void sync_manyVersionsConcurrentWithAnEdit_needsSixtyFourMegabytes() throws Exception {
        try (LargeSpace space = LargeSpace.make(folder)) {
            Path reader = space.freshDevice("reader", space.relayUrl());
            SmallHeap.run("put", reader.toString(), Content.COLLECTION, Content.NOTE, "\"an edit\"");
            space.write(Content.versions(), VERSIONS);
            assertEquals(VERSIONS, told("push", space, space.writer()).number("pushed"));
            SmallHeap.Ended concurrent = told("pull", space, reader);
            assertEquals(VERSIONS, concurrent.number("pulled"));
            assertEquals(1, told("pull", space, space.writer()).number("pulled"));
            assertEquals(1, requireSame(space.writer(), reader));
            assertEquals(1, SmallHeap.run("status", reader.toString()).number("conflicts"));
        }
    }

    private void requireFits(Content content) throws Exception {
        try (LargeSpace space = LargeSpace.make(folder)) {
            space.write(content, LARGE);
            assertEquals(LARGE, told("push", space, space.writer()).number("pushed"));
            Path reader = space.freshDevice("reader", space.relayUrl());
            assertEquals(LARGE, told("pull", space, reader).number("pulled"));
            assertEquals(LARGE, requireSame(space.writer(), reader));
            SmallHeap.runPrinting(LARGE, "export", reader.toString(), COLLECTION);
        }
    }

    /** Kills a sync as soon as the store holds so many events. What it holds never becomes less. */
    private static void syncKilledAt(int events, Path home, Store store) throws Exception {
        long held = held(store);
        try (CliProcess process = SmallHeap.start("sync", home.toString())) {
            while (held < events && SmallHeap.isRunning(process)) {
                process.waitAtMost(SmallHeap.POLL_MILLIS);
                long now = held(store);
                assertTrue(now >= held, "what was held became less");
                held = now;
            }
            process.kill();
        }
        assertTrue(held(store) >= held, "a kill took away what was held");
    }

    private static long held(Store store) {
        return store.read(reader ->
                reader.chains().stream().mapToLong(EnvelopeChain::lastCounter).sum());
    }

    /** @return how many records both have */
    private static long requireSame(Path one, Path other) throws Exception {
        SmallHeap.Ended status = SmallHeap.run("status", one.toString());
        assertEquals(
                status.text("stateHash"),
                SmallHeap.run("status", other.toString()).text("stateHash"));
        try (Store store = SqliteStore.open(other.resolve("store.db"))) {
            return store.read(reader -> reader.recordCount());
        }
    }

    private static SmallHeap.Ended told(String what, LargeSpace space, Path home) throws Exception {
        SmallHeap.Ended sync = SmallHeap.run("sync", home.toString());
        if (LONG) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d events in %,d ms; peak memory: device %d MiB, relay %d MiB%n",
                    what,
                    sync.number("pushed") + sync.number("pulled"),
                    sync.number("millis"),
                    sync.peakMib(),
                    SmallHeap.peakMib(space.relayPid()));
        }
        return sync;
    }
}
