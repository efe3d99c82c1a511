package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.proxy.Direction;
import dev.tidelock.examples.proxy.RecordingProxy;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.ws.WsRelay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is new comes by itself: in order, once, and only as fast as it is taken; also over a line that is cut all the time, and without one. */
class LiveLineTest {
    private static final int CUTS = 200;

    @TempDir
    Path folder;

    private TestSpace space;

    private TestSpace start() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")), 3);
        return space;
    }

    @AfterEach
    void stop() throws Exception {
        if (space != null) {
            space.close();
        }
    }

    private static List<EnvelopeHash> hashes(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::hash).collect(Collectors.toList());
    }

    private static List<EnvelopeHash> hashes(PullResult.Page page) {
        return page.entries().stream().map(PullResult.LogEntry::hash).collect(Collectors.toList());
    }

    /** A listening transport that has read the log to its end, over its line. */
    private static Cursor readToTheEnd(LiveTransport transport, LiveProbe probe) throws Exception {
        probe.awaitLive();
        PullResult.Page page = (PullResult.Page) transport.pull(PullRequest.missing(Map.of(), 0));
        PullResult.Page end = (PullResult.Page) transport.pull(PullRequest.after(page.next()));
        assertFalse(end.more());
        return end.next();
    }

    @Test
    void push_byHttpOrByALine_arrivesAtTheOthersInOrder() throws Exception {
        start();
        LiveTransport reader = space.connectLive(0).transport();
        LiveProbe probe = LiveProbe.on(reader);
        Cursor cursor = readToTheEnd(reader, probe);
        Transport byHttp = space.connect(1).transport();
        LiveTransport byLine = space.connectLive(2).transport();
        LiveProbe.on(byLine).awaitLive();
        List<EnvelopeHash> pushed = new ArrayList<>();
        List<EnvelopeHash> arrived = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            List<Envelope> next = space.next(1 + i % 2, 1 + i % 3, 100);
            (i % 2 == 0 ? byHttp : byLine).push(next);
            pushed.addAll(hashes(next));
            LiveProbe.Arrival arrival = probe.next();
            assertEquals(cursor, arrival.after());
            arrived.addAll(hashes(arrival.page()));
            cursor = arrival.page().next();
            arrival.taken().run();
        }
        assertEquals(pushed, arrived);
    }

    @Test
    void ownEnvelopes_comeByName() throws Exception {
        start();
        LiveTransport transport = space.connectLive(0).transport();
        LiveProbe probe = LiveProbe.on(transport);
        readToTheEnd(transport, probe);
        transport.push(space.next(0, 1, 100));
        assertInstanceOf(PullResult.Own.class, probe.next().page().entries().get(0));
    }

    @Test
    void slowReader_isBroughtNothingMore_andCatchesUp() throws Exception {
        start();
        LiveTransport slow = space.connectLive(0).transport();
        LiveProbe slowProbe = LiveProbe.on(slow);
        readToTheEnd(slow, slowProbe);
        LiveTransport quick = space.connectLive(2).transport();
        Follower follower = Follower.on(quick);
        Transport writer = space.connect(1).transport();
        List<EnvelopeHash> pushed = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<Envelope> next = space.next(1, 1, 60_000);
            writer.push(next);
            pushed.addAll(hashes(next));
            follower.follow(pushed.size());
        }
        List<EnvelopeHash> arrived = new ArrayList<>();
        LiveProbe.Arrival arrival = slowProbe.next();
        assertFalse(slowProbe.hasArrivals(), "nothing comes before the first page is taken");
        arrived.addAll(hashes(arrival.page()));
        while (arrived.size() < pushed.size()) {
            arrival.taken().run();
            arrival = slowProbe.next();
            arrived.addAll(hashes(arrival.page()));
        }
        assertEquals(pushed, arrived);
        assertEquals(pushed, follower.follow(pushed.size()));
    }

    @Test
    void line_cutAgainAndAgain_losesAndRepeatsNothing() throws Exception {
        start();
        Random random = new Random(20_261_128);
        try (RecordingProxy proxy = RecordingProxy.start(space.url(), folder.resolve("line"))) {
            LiveTransport reader = space.connectLive(0, proxy.url()).transport();
            LiveTransport writer = space.connectLive(1, proxy.url()).transport();
            LiveProbe writing = LiveProbe.on(writer).awaitLive();
            Follower follower = Follower.on(reader);
            List<Envelope> all = space.next(1, CUTS, 3_000);
            for (int i = 0; i < CUTS; i++) {
                boolean up = random.nextBoolean();
                proxy.cutOnce(up ? Direction.UP : Direction.DOWN, random.nextInt(6_000));
                pushUntilAnswered(writer, all.get(i));
                follower.follow(i + 1);
            }
            assertEquals(hashes(all), follower.follow(CUTS));
            assertTrue(writing.lineChanges() > 2, "the line was cut and opened again");
            assertTrue(follower.livePages() > 0, "some came by themselves");
        }
    }

    private static void pushUntilAnswered(Transport transport, Envelope envelope) {
        for (int attempt = 0; attempt < 4; attempt++) {
            try {
                assertEquals(
                        List.of(envelope.hash()),
                        transport.push(List.of(envelope)).accepted());
                return;
            } catch (TransportException lost) {
                assertEquals(TransportException.Kind.OFFLINE, lost.kind());
            }
        }
        throw new AssertionError("one cut cannot lose four answers");
    }

    @Test
    void webSockets_blocked_aStreamTellsWhenThereIsSomethingToPull() throws Exception {
        start();
        try (WsRelay relay = space.connectLive(0, BlockedWays.blocked(BlockedWays::isUpgrade))) {
            LiveTransport transport = relay.transport();
            LiveProbe probe = LiveProbe.on(transport).awaitLive();
            Transport writer = space.connect(1).transport();
            PullResult.Page page = (PullResult.Page) transport.pull(PullRequest.missing(Map.of(), 0));
            Cursor cursor = page.next();
            for (int i = 0; i < 20; i++) {
                int changes = probe.changes();
                List<Envelope> pushed = space.next(1, 1 + i % 3, 100);
                writer.push(pushed);
                probe.awaitChanges(changes + 1);
                PullResult.Page news = (PullResult.Page) transport.pull(PullRequest.after(cursor));
                assertEquals(hashes(pushed), hashes(news));
                cursor = news.next();
            }
            space.stop();
            probe.awaitCut();
        }
    }

    @Test
    void lineAndStream_refusedOnTheWay_httpDoesTheSame() throws Exception {
        start();
        AtomicInteger refused = new AtomicInteger();
        OkHttpClient blocked = BlockedWays.blocked(request -> {
            boolean isLive = BlockedWays.isUpgrade(request) || BlockedWays.isStream(request);
            refused.addAndGet(isLive ? 1 : 0);
            return isLive;
        });
        try (WsRelay relay = space.connectLive(0, blocked)) {
            LiveTransport transport = relay.transport();
            LiveProbe probe = LiveProbe.on(transport);
            List<Envelope> pushed = space.next(0, 2, 100);
            assertEquals(hashes(pushed), transport.push(pushed).accepted());
            PullResult.Page page = (PullResult.Page) transport.pull(PullRequest.missing(Map.of(), 0));
            assertEquals(hashes(pushed), hashes(page));
            assertFalse(transport.isLive());
            assertEquals(0, probe.changes());
            assertTrue(refused.get() > 0);
        }
    }

    @Test
    void relay_stoppedAndStartedAgain_lineComesBack() throws Exception {
        start();
        try (RecordingProxy proxy = RecordingProxy.start(space.url(), folder.resolve("line"))) {
            LiveTransport transport = space.connectLive(0, proxy.url()).transport();
            LiveProbe probe = LiveProbe.on(transport).awaitLive();
            proxy.dead(true);
            probe.awaitCut();
            proxy.dead(false);
            probe.awaitLive();
            probe.awaitChanges(2);
        }
        LiveTransport direct = space.connectLive(0).transport();
        LiveProbe probe = LiveProbe.on(direct).awaitLive();
        space.stop();
        probe.awaitCut();
    }

    @Test
    void line_deadWithoutAWord_isFoundOut() throws Exception {
        start();
        try (RecordingProxy proxy = RecordingProxy.start(space.url(), folder.resolve("line"))) {
            SpaceKeys own = space.keys(0);
            try (WsRelay relay = WsRelay.at(proxy.url())
                    .pingInterval(Duration.ofMillis(200))
                    .open(own.space(), own.identity().publicKey(), own::tokenAt)) {
                LiveProbe probe = LiveProbe.on(relay.transport()).awaitLive();
                proxy.delay(Duration.ofHours(1));
                probe.awaitCut();
                proxy.delay(Duration.ZERO);
                probe.awaitLive();
            }
        }
    }

    @Test
    void token_expired_lineIsOpenedAgainWithAFreshOne() throws Exception {
        AtomicLong relayMillis = new AtomicLong(System.currentTimeMillis());
        LinePatience impatient = new LinePatience(
                Duration.ofSeconds(10),
                Duration.ofSeconds(70),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                Duration.ofMillis(20));
        space = TestSpace.start(
                RelaySettings.of(folder.resolve("relay.db")).withWallMillis(relayMillis::get), impatient, 1);
        LiveTransport transport = space.connectLive(0).transport();
        LiveProbe probe = LiveProbe.on(transport).awaitLive();
        relayMillis.addAndGet(Duration.ofMinutes(7).toMillis());
        probe.awaitChanges(2);
        probe.awaitLive();
        List<Envelope> pushed = space.next(0, 1, 100);
        assertEquals(hashes(pushed), transport.push(pushed).accepted());
    }

    @Test
    void close_whileALineIsOpen_endsSoon() throws Exception {
        start();
        WsRelay relay = space.connectLive(0);
        LiveProbe.on(relay.transport()).awaitLive();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(relay::close);
        closing.get(2, java.util.concurrent.TimeUnit.SECONDS);
        assertFalse(relay.transport().isLive());
    }
}
