package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads a log as the engine does: takes the pages that continue what it has, and pulls whenever it may have missed some. Works on the thread that follows. */
final class Follower implements LiveListener {
    private final LiveTransport transport;
    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final List<EnvelopeHash> read = new ArrayList<>();
    private Cursor cursor;
    private int livePages;

    private interface Step {
        void run() throws TransportException;
    }

    private Follower(LiveTransport transport) {
        this.transport = transport;
    }

    static Follower on(LiveTransport transport) throws TransportException {
        Follower follower = new Follower(transport);
        PullResult.Page page = (PullResult.Page) transport.pull(PullRequest.missing(Map.of(), Long.MAX_VALUE));
        follower.cursor = new Cursor(page.next().log(), 0, EnvelopeHash.NONE);
        transport.listen(follower);
        return follower;
    }

    @Override
    public void arrived(Cursor after, PullResult.Page page, Runnable taken) {
        steps.add(() -> {
            if (after.equals(cursor)) {
                livePages++;
                take(page);
            }
            taken.run();
            if (page.more() || !after.equals(cursor) && page.next().position() > cursor.position()) {
                pull();
            }
        });
    }

    @Override
    public void changed() {
        steps.add(this::pull);
    }

    @Override
    public void lineChanged() {
        // What counts comes with it.
    }

    private void take(PullResult.Page page) {
        page.entries().forEach(entry -> read.add(entry.hash()));
        cursor = page.next();
    }

    private void pull() throws TransportException {
        PullResult.Page page;
        do {
            page = (PullResult.Page) ask();
            take(page);
        } while (page.more());
    }

    /** Again, if the answer is lost: one cut takes one. */
    private PullResult ask() throws TransportException {
        try {
            return transport.pull(PullRequest.after(cursor));
        } catch (TransportException lost) {
            return transport.pull(PullRequest.after(cursor));
        }
    }

    /** Follows until so many envelopes have been read; tells all of them. */
    List<EnvelopeHash> follow(int count) throws Exception {
        while (read.size() < count) {
            Step step = steps.poll(30, TimeUnit.SECONDS);
            if (step == null) {
                throw new TimeoutException(read.size() + " of " + count + " came");
            }
            step.run();
        }
        return List.copyOf(read);
    }

    int livePages() {
        return livePages;
    }
}
