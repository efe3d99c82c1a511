package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand clients that lost their relay together do not come back together. Counted are the requests of clients that are not back yet, in every
 * window of ten seconds; the even rate is that of clients which share the time evenly in which all come back.
 */
class PoliteFleetTest {
    private static final int CLIENTS = 10_000;
    private static final Duration OUTAGE = Duration.ofHours(1);
    private static final Duration RETURN_MAX = Duration.ofMinutes(20);
    private static final long WINDOW_MILLIS = 10_000;

    private final VirtualTime time = new VirtualTime();
    private final List<Client> clients = new ArrayList<>();
    private final List<Long> returningMillis = new ArrayList<>();
    private @Nullable TransportException refusal;
    private boolean counting;
    private int back;

    private void fleet(Duration interval) {
        SpaceId space = SpaceId.parse("666c656574206f66206d616e79206f66");
        SeededRandom random = new SeededRandom(1);
        for (int number = 0; number < CLIENTS; number++) {
            Client client = new Client();
            SyncClient opened = SyncClient.builder(
                            new MemoryStore(new MemoryDisk()), client, TestSealer.of(space, number))
                    .interval(interval)
                    .runtime(new SimulatedRuntime(time, number))
                    .open();
            clients.add(client);
            time.schedule(Duration.ofMillis(random.nextInt((int) interval.toMillis())), opened::start);
        }
        time.advance(interval.multipliedBy(2));
    }

    /** The relay refuses everybody for an hour, then nobody. */
    private double peakOverEvenRate(TransportException during) {
        refusal = during;
        time.advance(OUTAGE);
        endOutage();
        return comeBack();
    }

    private void endOutage() {
        refusal = null;
        counting = true;
        back = 0;
        clients.forEach(client -> client.isBack = false);
    }

    private double comeBack() {
        time.advance(RETURN_MAX);
        assertEquals(CLIENTS, back, "all come back");
        return peakOverEvenRate();
    }

    private double peakOverEvenRate() {
        long spread = returningMillis.get(returningMillis.size() - 1) - returningMillis.get(0);
        double evenPerWindow = (double) CLIENTS * WINDOW_MILLIS / spread;
        int peak = 0;
        int first = 0;
        for (int last = 0; last < returningMillis.size(); last++) {
            while (returningMillis.get(last) - returningMillis.get(first) >= WINDOW_MILLIS) {
                first++;
            }
            peak = Math.max(peak, last - first + 1);
        }
        return peak / evenPerWindow;
    }

    /** One client's way to the relay, which is empty. */
    private final class Client implements Transport {
        private boolean isBack;

        @Override
        public String remote() {
            return "relay";
        }

        private void ask() throws TransportException {
            if (counting && !isBack) {
                returningMillis.add(time.millis());
            }
            if (refusal != null) {
                throw refusal;
            }
            back += isBack ? 0 : 1;
            isBack = true;
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            ask();
            Cursor start = new Cursor(new LogId("log"), 0, EnvelopeHash.NONE);
            return new PullResult.Page(List.of(), start, false, Map.of(), time.millis());
        }

        @Override
        public void close() {}
    }

    @Test
    void outageOfAnHour_peakIsAtMostTwiceTheEvenRate() {
        fleet(Duration.ofSeconds(30));
        double peak = peakOverEvenRate(new TransportException(Kind.OFFLINE, "the relay is down", null));
        assertTrue(peak <= 2, "peak over even rate: " + peak);
    }

    @Test
    void overloadedForAnHour_retryAfterIsObeyedAndThePeakIsAtMostTwiceTheEvenRate() {
        fleet(Duration.ofSeconds(30));
        Duration asked = Duration.ofMinutes(2);
        double peak =
                peakOverEvenRate(new TransportException(Kind.THROTTLED, "the relay asks for patience", asked, null));
        assertTrue(peak <= 2, "peak over even rate: " + peak);
    }

    /** All are refused within the same seconds for the first time, and all are asked to come back after a minute: they do not all come then. */
    @Test
    void refusedTogether_comeBackOverAsLongATimeAsTheyWereAskedToWait() {
        Duration interval = Duration.ofSeconds(10);
        Duration asked = Duration.ofMinutes(1);
        fleet(interval);
        refusal = new TransportException(Kind.THROTTLED, "the relay asks for patience", asked, null);
        time.advance(interval);
        endOutage();
        long endMillis = time.millis();
        double peak = comeBack();
        assertTrue(peak <= 2, "peak over even rate: " + peak);
        long earliest = returningMillis.get(0);
        assertTrue(earliest >= endMillis + asked.minus(interval).toMillis(), "nobody came before its time");
    }

    /** The relay lets in as many as it can bear, and asks the others for patience. */
    @Test
    void relayThatAdmitsOnlySome_isNotOverrunByTheOthers() {
        fleet(Duration.ofSeconds(30));
        refusal = new TransportException(Kind.OFFLINE, "the relay is down", null);
        time.advance(OUTAGE);
        endOutage();
        TransportException full =
                new TransportException(Kind.THROTTLED, "the relay asks for patience", Duration.ofMinutes(1), null);
        int perSecond = 30;
        for (long second = 0; second < RETURN_MAX.toSeconds(); second++) {
            int before = back;
            for (int part = 0; part < 20; part++) {
                refusal = back - before >= perSecond ? full : null;
                time.advance(Duration.ofMillis(50));
            }
        }
        assertEquals(CLIENTS, back, "all come back");
        long[] perWindow = new long[(int) (RETURN_MAX.toMillis() / WINDOW_MILLIS) + 1];
        returningMillis.forEach(at -> perWindow[(int) ((at - returningMillis.get(0)) / WINDOW_MILLIS)]++);
        long most = Arrays.stream(perWindow).max().orElse(0);
        assertTrue(
                most <= 2L * perSecond * WINDOW_MILLIS / 1000,
                most + " requests in " + WINDOW_MILLIS + " ms, of which " + perSecond + " a second are admitted");
    }
}
