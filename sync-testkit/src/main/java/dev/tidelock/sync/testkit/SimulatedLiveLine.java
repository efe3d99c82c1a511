package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A line to a simulated relay, that tells what the log gets: unless it is cut, or a page is lost, late, repeated or changed. For one thread. */
final class SimulatedLiveLine implements LiveTransport {
    private static final Duration LATENCY = Duration.ofMillis(5);
    private static final long PAUSE_MILLIS_MAX = 60_000;

    private final FaultyTransport asked;
    private final Transport direct;
    private final FaultDice dice;
    private final FaultyTransport.Surroundings around;
    private @Nullable LiveListener listener;
    private @Nullable Cursor told;
    private boolean open;
    private boolean untaken;

    /** @param direct reads the log without faults */
    SimulatedLiveLine(SimulatedRelay relay, Transport direct, FaultDice dice, FaultyTransport.Surroundings around) {
        this.asked = new FaultyTransport(direct, dice, around);
        this.direct = direct;
        this.dice = dice;
        this.around = around;
        relay.whenGrown(this::grown);
    }

    @Override
    public String remote() {
        return asked.remote();
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        return asked.push(envelopes);
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        PullResult result = asked.pull(request);
        if (request.after() != null) {
            told = result instanceof PullResult.Page page && !page.more() ? page.next() : null;
        }
        return result;
    }

    @Override
    public void listen(LiveListener heard) {
        listener = heard;
        around.later(LATENCY, this::reopen);
    }

    @Override
    public boolean isLive() {
        return open;
    }

    private void reopen() {
        open = true;
        Objects.requireNonNull(listener).lineChanged();
    }

    private void cut() {
        open = false;
        told = null;
        untaken = false;
        Objects.requireNonNull(listener).lineChanged();
        around.later(Duration.ofMillis(dice.details().between(1, PAUSE_MILLIS_MAX)), this::reopen);
    }

    private void grown() {
        if (open && told != null && !untaken) {
            untaken = true;
            boolean late = dice.happens(Fault.SLOW);
            around.later(late ? Duration.ofMillis(dice.details().magnitude(10, 90_000)) : LATENCY, this::tell);
        }
    }

    private void tell() {
        Cursor after = told;
        if (!open || after == null) {
            untaken = false;
        } else if (dice.happens(Fault.CUT)) {
            cut();
        } else {
            try {
                around.requireReachable();
                tell(after, direct.pull(PullRequest.after(after)));
            } catch (TransportException unreachable) {
                cut();
            }
        }
    }

    private void tell(Cursor after, PullResult result) {
        LiveListener heard = Objects.requireNonNull(listener);
        if (!(result instanceof PullResult.Page page) || page.entries().isEmpty()) {
            told = null;
            untaken = false;
            heard.changed();
            return;
        }
        told = page.next();
        Runnable taken = () -> {
            untaken = false;
            grown();
        };
        if (dice.happens(Fault.REQUEST_LOST)) {
            taken.run();
            return;
        }
        PullResult.Page arriving = dice.happens(Fault.ANSWER_CHANGED) ? asked.changed(page) : page;
        if (dice.happens(Fault.DUPLICATED)) {
            heard.arrived(after, arriving, () -> {});
        }
        heard.arrived(after, arriving, taken);
    }

    @Override
    public void close() {
        open = false;
        told = null;
        asked.close();
    }
}
