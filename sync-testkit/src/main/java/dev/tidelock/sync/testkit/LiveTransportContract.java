package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link LiveTransport} must hold beyond {@link TransportContract}, together with the relay at its other end: whoever listens gets to know of all that others push, by pages that go on from what
 * it has, or by being told to pull. Extend it, and the tests come along. Each test begins with an empty log of one space, of which the devices 0 to {@value #MEMBERS} - 1 are members.
 */
public abstract class LiveTransportContract {
    /** How many devices are members. */
    protected static final int MEMBERS = 3;

    private static final long WAIT_NANOS_MAX = TimeUnit.SECONDS.toNanos(30);
    private static final long WAIT_MILLIS = 20;

    private final List<LiveTransport> open = new ArrayList<>();

    /** A new connection of a member to the log. The contract closes it. */
    protected abstract LiveTransport connect(int member);

    /** What seals for a member. */
    protected abstract Sealer sealer(int member);

    /** Called again and again while something is awaited: lets time pass, where it is the test's own. */
    protected void passTime() {}

    @AfterEach
    final void closeTransports() {
        open.forEach(LiveTransport::close);
    }

    private LiveTransport transport(int member) {
        LiveTransport transport = connect(member);
        open.add(transport);
        return transport;
    }

    /** Makes one device's chain, and pushes it. */
    private final class Author {
        private final LiveTransport transport;
        private final Sealer sealer;
        private final List<EnvelopeHash> pushed = new ArrayList<>();
        private long counter = 1;
        private EnvelopeHash previous = EnvelopeHash.NONE;

        Author(int member, LiveTransport transport) {
            this.transport = transport;
            this.sealer = sealer(member);
        }

        void push(int count, int bytes) throws TransportException {
            List<Envelope> envelopes = new ArrayList<>();
            List<EnvelopeHash> hashes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Envelope envelope = sealer.seal(counter, 1, previous, new byte[bytes]);
                counter++;
                previous = envelope.hash();
                envelopes.add(envelope);
                hashes.add(envelope.hash());
            }
            PushReceipt receipt = transport.push(envelopes);
            assertEquals(hashes, receipt.accepted());
            pushed.addAll(hashes);
        }
    }

    /** Reads as the engine does: takes pages that go on from what it has, and pulls when it is told to, or when one does not. */
    private final class Reader implements LiveListener {
        private final LiveTransport transport;
        private final List<EnvelopeHash> read = new ArrayList<>();
        private @Nullable Cursor cursor;

        // Guarded by this.
        private final Deque<Arrival> arrivals = new ArrayDeque<>();
        private boolean toPull;
        private int lineChanges;

        Reader(LiveTransport transport) {
            this.transport = transport;
            transport.listen(this);
        }

        @Override
        public synchronized void arrived(Cursor after, PullResult.Page page, Runnable taken) {
            arrivals.add(new Arrival(after, page, taken));
            notifyAll();
        }

        @Override
        public synchronized void changed() {
            toPull = true;
            notifyAll();
        }

        @Override
        public synchronized void lineChanged() {
            lineChanges++;
            notifyAll();
        }

        synchronized int lineChanges() {
            return lineChanges;
        }

        Reader awaitLive() throws InterruptedException {
            await(this, transport::isLive, "the line is not open");
            return this;
        }

        private synchronized boolean hasNews() {
            return toPull || !arrivals.isEmpty();
        }

        synchronized void forgetNews() {
            toPull = false;
            arrivals.clear();
        }

        private synchronized @Nullable Arrival nextArrival() {
            return arrivals.poll();
        }

        private synchronized boolean isToldToPull() {
            boolean told = toPull;
            toPull = false;
            return told;
        }

        synchronized int arrivalsWaiting() {
            return arrivals.size();
        }

        void pull() throws TransportException {
            long position = 0;
            boolean more = true;
            while (more) {
                Cursor from = transport.isOrdered() ? cursor : null;
                PullRequest request = from == null ? PullRequest.missing(Map.of(), position) : PullRequest.after(from);
                PullResult.Page page = assertInstanceOf(PullResult.Page.class, transport.pull(request));
                take(page);
                position = page.next().position();
                more = page.more();
            }
        }

        private void take(PullResult.Page page) {
            page.entries().forEach(entry -> read.add(entry.hash()));
            cursor = page.next();
        }

        private void step() throws TransportException {
            Arrival arrival = nextArrival();
            if (arrival != null) {
                boolean goesOn = arrival.after().equals(cursor);
                if (goesOn) {
                    take(arrival.page());
                }
                arrival.taken().run();
                if (!goesOn || arrival.page().more()) {
                    pull();
                }
            }
            if (isToldToPull()) {
                pull();
            }
        }

        /** Reads whatever it is told of, until it has so many different envelopes. */
        void follow(int count) throws Exception {
            while (envelopes().size() < count) {
                await(
                        this,
                        this::hasNews,
                        "of " + count + " envelopes it was told of "
                                + envelopes().size());
                step();
            }
        }

        Set<EnvelopeHash> envelopes() {
            return new LinkedHashSet<>(read);
        }
    }

    private record Arrival(Cursor after, PullResult.Page page, Runnable taken) {}

    private void await(Object monitor, BooleanSupplier condition, String otherwise) throws InterruptedException {
        long end = System.nanoTime() + WAIT_NANOS_MAX;
        while (true) {
            passTime();
            synchronized (monitor) {
                if (condition.getAsBoolean()) {
                    return;
                }
                monitor.wait(WAIT_MILLIS);
            }
            assertTrue(System.nanoTime() < end, otherwise);
        }
    }

    /** One that listens, is live, and has read the log to its end. */
    private Reader reader(int member) throws Exception {
        Reader reader = new Reader(transport(member)).awaitLive();
        reader.pull();
        reader.pull(); // from the cursor, from which live pages can go on
        return reader;
    }

    @Test
    void notListening_worksLikeAnyOther() throws Exception {
        LiveTransport transport = transport(0);
        Author author = new Author(0, transport);
        author.push(3, 100);
        assertFalse(transport.isLive());
        Reader reader = reader(1);
        assertEquals(new LinkedHashSet<>(author.pushed), reader.envelopes());
    }

    @Test
    void listening_opensTheLine_andTellsSo() throws Exception {
        Reader reader = new Reader(transport(0)).awaitLive();
        await(reader, () -> reader.lineChanges() > 0, "it was not told that the line is open");
    }

    @Test
    void whatOthersPush_isToldOf_toAllWhoListen() throws Exception {
        Reader one = reader(0);
        Reader two = reader(1);
        Author author = new Author(2, transport(2));
        for (int i = 0; i < 10; i++) {
            author.push(1 + i % 3, 100 + 200 * i);
            one.follow(author.pushed.size());
            two.follow(author.pushed.size());
        }
        assertEquals(new LinkedHashSet<>(author.pushed), one.envelopes());
        assertEquals(new LinkedHashSet<>(author.pushed), two.envelopes());
    }

    @Test
    void whatIsPushedOverALine_isToldOfToo() throws Exception {
        Reader one = reader(0);
        Reader two = reader(1);
        Author first = new Author(0, one.transport);
        Author second = new Author(1, two.transport);
        for (int i = 1; i <= 5; i++) {
            first.push(1, 100);
            second.push(1, 100);
            one.follow(2 * i);
            two.follow(2 * i);
        }
        assertEquals(one.envelopes(), two.envelopes());
    }

    @Test
    void whoDoesNotTake_isBroughtOnePageAtMost_andMissesNothing() throws Exception {
        Reader slow = reader(0);
        Reader quick = reader(1);
        Author author = new Author(2, transport(2));
        for (int i = 0; i < 10; i++) {
            author.push(2, 10_000);
            quick.follow(author.pushed.size());
            assertTrue(slow.arrivalsWaiting() <= 1, "a page came before the one before it was taken");
        }
        slow.follow(author.pushed.size());
        assertEquals(quick.envelopes(), slow.envelopes());
    }

    @Test
    void close_endsTheLine_andNothingIsTold() throws Exception {
        Reader reader = reader(0);
        reader.transport.close();
        assertFalse(reader.transport.isLive());
        Reader other = reader(2);
        reader.forgetNews(); // it may have been told something at the very moment
        new Author(1, transport(1)).push(1, 100);
        other.follow(1);
        assertFalse(reader.hasNews());
    }
}
