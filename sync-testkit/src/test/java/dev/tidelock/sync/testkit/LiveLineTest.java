package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a live transport hears is taken as it comes, and whatever it does not hear is found by a sync. */
class LiveLineTest {
    private static final Duration SOON = Duration.ofMillis(20);

    private final TestSpace space = new TestSpace();
    private final TestSpace.Device author = space.device(1);

    @AfterEach
    void close() {
        space.close();
    }

    /** A line that tells whatever a test wants. */
    private static final class Line implements LiveTransport {
        private final Transport inner;
        private @Nullable LiveListener listener;
        private boolean live;
        private int pulls;
        private int pushes;
        private int taken;

        Line(Transport inner) {
            this.inner = inner;
        }

        LiveListener listener() {
            assertTrue(listener != null, "the engine listens");
            return listener;
        }

        void setLive(boolean isLive) {
            live = isLive;
            listener().lineChanged();
        }

        void tell(PullResult.Page page, Cursor after) {
            listener().arrived(after, page, () -> taken++);
        }

        /** What the log has after this cursor. */
        PullResult.Page read(Cursor after) throws TransportException {
            return (PullResult.Page) inner.pull(PullRequest.after(after));
        }

        @Override
        public String remote() {
            return inner.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            pushes++;
            return inner.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            pulls++;
            return inner.pull(request);
        }

        @Override
        public void listen(LiveListener heard) {
            assertEquals(null, listener, "it is told to listen once");
            listener = heard;
        }

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private TestSpace.Device device(Line[] line) {
        return space.through(2, inner -> {
            line[0] = new Line(inner);
            return line[0];
        });
    }

    private Cursor cursor(TestSpace.Device device) {
        Cursor cursor = device.store.read(reader -> reader.cursor(SimulatedTransport.REMOTE));
        assertTrue(cursor != null);
        return cursor;
    }

    @Test
    void page_isAppliedAsItComes_withoutAPull() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        line[0].setLive(true);
        space.time.advance(SOON);
        assertTrue(device.client.isLive());
        int pulls = line[0].pulls;
        author.put("1", "a");
        author.put("2", "b");
        author.sync();
        Cursor before = cursor(device);
        PullResult.Page page = line[0].read(before);
        line[0].tell(page, before);
        space.time.advance(SOON);
        assertEquals("\"a\"", device.get("1"));
        assertEquals("\"b\"", device.get("2"));
        assertEquals(page.next(), cursor(device));
        assertEquals(1, line[0].taken);

        line[0].tell(page, before); // once more: it is known
        space.time.advance(SOON);
        author.put("3", "c");
        author.sync();
        line[0].tell(line[0].read(before), before); // begins before what was read
        space.time.advance(SOON);
        assertEquals("\"c\"", device.get("3"));
        assertEquals(3, line[0].taken);
        assertEquals(pulls, line[0].pulls);
        assertEquals(List.of(), device.client.status().incidents());
    }

    @Test
    void localChange_goesOutAtOnce_whileLive() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        device.put("1", "waits for the debounce");
        space.time.advance(SOON);
        assertEquals(0, line[0].pushes);
        line[0].setLive(true);
        space.time.advance(SOON);
        assertEquals(1, line[0].pushes, "the line is open: a sync begins");
        device.put("2", "goes out at once");
        space.time.advance(SOON);
        assertEquals(2, line[0].pushes);
        line[0].setLive(false);
        device.put("3", "waits again");
        space.time.advance(SOON);
        assertEquals(2, line[0].pushes);
        assertFalse(device.client.isLive());
    }

    @Test
    void massDelete_thatComesPageByPage_waitsToo() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        for (int i = 0; i < 150; i++) {
            author.put("n" + i, "x");
        }
        author.sync();
        device.client.start();
        space.time.advance(SOON);
        line[0].setLive(true);
        space.time.advance(SOON);
        for (int i = 0; i < 150; i++) {
            author.client.collection("notes").delete("n" + i);
            author.sync();
            Cursor before = cursor(device);
            line[0].tell(line[0].read(before), before);
            space.time.advance(Duration.ofMillis(1));
        }
        assertEquals(150, line[0].taken);
        assertFalse(device.client.quarantine().isEmpty());
        assertTrue(device.client.collection("notes").count(Query.all()) >= 50);
    }

    @Test
    void whatAnotherProcessWrites_goesOutSoon_whileLive() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        line[0].setLive(true);
        space.time.advance(SOON);
        TestSpace.Device tool = space.reopened(device, device.disk);
        tool.put("1", "written by a command");
        space.time.advance(Duration.ofSeconds(1));
        assertEquals(1, line[0].pushes);
        author.sync();
        assertEquals("\"written by a command\"", author.get("1"));
        line[0].setLive(false);
        tool.put("2", "later");
        space.time.advance(Duration.ofSeconds(5));
        assertEquals(1, line[0].pushes);
    }

    @Test
    void pageThatDoesNotGoOn_changesNothing_andOneSyncFollowsAllOfThem() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        line[0].setLive(true);
        space.time.advance(SOON);
        author.put("1", "a");
        author.sync();
        Cursor before = cursor(device);
        int pulls = line[0].pulls;
        PullResult.Page genuine = line[0].read(before);
        for (int i = 0; i < 50; i++) {
            Cursor wrong = new Cursor(before.log(), genuine.next().position(), EnvelopeHash.ofEnvelope(new byte[] {1}));
            line[0].tell(new PullResult.Page(genuine.entries(), wrong, false, Map.of(), 0), before);
            Cursor other = new Cursor(new LogId("another"), genuine.next().position(), wrong.prefix());
            line[0].tell(new PullResult.Page(genuine.entries(), other, false, Map.of(), 0), before);
            Cursor far = new Cursor(before.log(), Long.MAX_VALUE, wrong.prefix());
            line[0].tell(new PullResult.Page(genuine.entries(), far, false, Map.of(), 0), before);
            line[0].tell(genuine, wrong);
        }
        space.time.advance(SOON);
        assertEquals(200, line[0].taken);
        assertEquals("absent", device.get("1"));
        assertEquals(before, cursor(device));
        assertEquals(pulls, line[0].pulls);
        space.time.advance(Duration.ofSeconds(1));
        assertEquals("\"a\"", device.get("1"));
        assertTrue(line[0].pulls <= pulls + 2, "one sync: " + (line[0].pulls - pulls));
    }

    @Test
    void changed_makesItAsk() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        author.put("1", "a");
        author.sync();
        line[0].listener().changed();
        space.time.advance(SOON);
        assertEquals("\"a\"", device.get("1"));
    }

    @Test
    void pageThatArrivesWhileTheStoreIsClosed_isDropped() throws Exception {
        Line[] line = new Line[1];
        TestSpace.Device device = device(line);
        device.client.start();
        space.time.advance(SOON);
        Cursor before = cursor(device);
        author.put("1", "a");
        author.sync();
        PullResult.Page page = line[0].read(before);
        device.client.close();
        line[0].tell(page, before);
        line[0].listener().changed();
        line[0].listener().lineChanged();
        space.time.advance(Duration.ofMinutes(1));
        assertEquals(1, space.relay.size());
    }

    @Test
    void simulatedLine_bringsWhatOthersWrite_withoutAnInterval() throws Exception {
        FaultDice dice = new FaultDice(FaultPlan.NONE, 1);
        FaultyTransport.Surroundings around = new FaultyTransport.Surroundings() {
            @Override
            public void later(Duration delay, Runnable what) {
                space.time.schedule(delay, what);
            }
        };
        TestSpace.Device device = space.through(2, direct -> new SimulatedLiveLine(space.relay, direct, dice, around));
        device.client.start();
        space.time.advance(SOON);
        for (int i = 0; i < 10; i++) {
            author.put("1", "v" + i);
            author.sync();
            space.time.advance(SOON);
            assertEquals("\"v" + i + "\"", device.get("1"));
        }
    }
}
