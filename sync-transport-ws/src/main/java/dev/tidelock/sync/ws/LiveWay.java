package dev.tidelock.sync.ws;

import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SyncRuntime.Cancellable;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.ws.LineEnd.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one line open once somebody listens, and tells what comes by it. While it cannot be opened though the relay is there, a change stream takes its place; the line is tried again all the while.
 */
final class LiveWay implements Line.Owner, ChangeStream.Owner {
    /** From one word about a log that has grown to the next: a stream that says so all the time makes nobody pull all the time. */
    private static final Duration GROWN_PAUSE = Duration.ofMillis(100);

    private final Function<Line.Owner, Line> lineMaker;
    private final Function<ChangeStream.Owner, ChangeStream> streamMaker;
    private final SyncRuntime runtime;
    private final InOrder telling = new InOrder();

    // Guarded by this.
    private final Backoff backoff;
    private @Nullable LiveListener listener;
    private @Nullable Line line;
    private boolean lineOpen;
    private @Nullable ChangeStream stream;
    private boolean streamOpen;
    private boolean httpAnswers;
    private int attempt;
    private @Nullable Cancellable retry;
    private long notBeforeNanos;
    private long position;
    private long grownNanos;
    private @Nullable Cancellable grownLater;
    private boolean closed;

    /**
     * @param lineMaker makes a line that is not open
     * @param streamMaker makes a change stream that is not open
     */
    LiveWay(
            Function<Line.Owner, Line> lineMaker,
            Function<ChangeStream.Owner, ChangeStream> streamMaker,
            SyncRuntime runtime) {
        this.lineMaker = lineMaker;
        this.streamMaker = streamMaker;
        this.runtime = runtime;
        this.backoff = new Backoff(runtime);
        this.notBeforeNanos = runtime.monotonicNanos();
        this.grownNanos = notBeforeNanos - GROWN_PAUSE.toNanos();
    }

    void listen(LiveListener told) {
        synchronized (this) {
            if (listener != null) {
                throw new IllegalStateException("somebody listens already");
            }
            listener = Objects.requireNonNull(told, "listener");
        }
        connect(0);
    }

    /** @param which an alarm that was set and then replaced may go off all the same */
    private void connect(int which) {
        Line next;
        synchronized (this) {
            if (closed || which != attempt) {
                return;
            }
            next = lineMaker.apply(this);
            line = next;
        }
        next.open();
    }

    synchronized boolean isLive() {
        return lineOpen || streamOpen;
    }

    /** The line, if it is open. */
    synchronized @Nullable Line line() {
        return lineOpen ? line : null;
    }

    /** The log was read by HTTP, so far. */
    synchronized void readByHttp(long end) {
        position = end;
        httpAnswers = true;
    }

    /** The relay could not be asked by HTTP either. */
    synchronized void cutFromHttp() {
        httpAnswers = false;
    }

    @Override
    public void opened(Line opened) {
        ChangeStream needless;
        synchronized (this) {
            if (opened != line) {
                return;
            }
            lineOpen = true;
            needless = stream;
            stream = null;
            streamOpen = false;
        }
        if (needless != null) {
            needless.close();
        }
        tellOpen();
    }

    private void tellOpen() {
        tell(LiveListener::lineChanged);
        tell(LiveListener::changed);
    }

    @Override
    public void arrived(Line from, Cursor after, PullResult.Page page, Runnable taken) {
        tell(told -> told.arrived(after, page, taken));
    }

    @Override
    public void ended(Line gone, LineEnd end) {
        boolean wasOpen;
        ChangeStream instead;
        synchronized (this) {
            if (gone != line) {
                return;
            }
            line = null;
            wasOpen = lineOpen;
            lineOpen = false;
            connectLater(end);
            instead = !wasOpen && isStreamWanted(end) ? streamMaker.apply(this) : null;
            stream = instead == null ? stream : instead;
        }
        if (wasOpen) {
            tell(LiveListener::lineChanged);
        }
        if (wasOpen && end.reason() == Reason.REFUSED) {
            tell(LiveListener::changed); // whoever asks hears why this device is not let in any more
        }
        if (instead != null) {
            instead.open();
        }
    }

    /** Not where the relay wants to be left alone, or nobody answers at all. Called while the lock is held. */
    private boolean isStreamWanted(LineEnd end) {
        boolean isThere = end.reason() == Reason.REFUSED || (end.reason() == Reason.CUT && httpAnswers);
        return isThere && stream == null && end.retryAfter() == null && leftToWait() <= 0;
    }

    private long leftToWait() {
        return notBeforeNanos - runtime.monotonicNanos();
    }

    /** Called while the lock is held. */
    private void connectLater(LineEnd end) {
        if (retry != null) {
            retry.cancel();
        }
        heed(end);
        long nanos = Math.max(backoff.next(end).toNanos(), leftToWait());
        attempt++;
        int which = attempt;
        retry = Alarms.set(runtime, Duration.ofNanos(nanos), () -> connect(which));
    }

    /** Called while the lock is held. */
    private void heed(LineEnd end) {
        Duration asked = end.retryAfter();
        if (end.reason() == Reason.REFUSED && asked != null) {
            notBeforeNanos = runtime.monotonicNanos() + asked.toNanos();
        }
    }

    @Override
    public void opened(ChangeStream opened) {
        synchronized (this) {
            if (opened != stream) {
                return;
            }
            streamOpen = true;
        }
        tellOpen();
    }

    @Override
    public void grown(ChangeStream from, long end) {
        synchronized (this) {
            if (from != stream || end <= position) {
                return;
            }
            position = end;
            if (grownLater != null) {
                return;
            }
            long nanos = GROWN_PAUSE.toNanos() - (runtime.monotonicNanos() - grownNanos);
            if (nanos > 0) {
                grownLater = Alarms.set(runtime, Duration.ofNanos(nanos), this::tellGrown);
                return;
            }
            grownNanos = runtime.monotonicNanos();
        }
        tell(LiveListener::changed);
    }

    private void tellGrown() {
        synchronized (this) {
            grownLater = null;
            grownNanos = runtime.monotonicNanos();
            if (closed) {
                return;
            }
        }
        tell(LiveListener::changed);
    }

    @Override
    public void ended(ChangeStream gone, LineEnd end) {
        boolean wasOpen;
        synchronized (this) {
            if (gone != stream) {
                return;
            }
            stream = null;
            wasOpen = streamOpen;
            streamOpen = false;
            heed(end);
            if (end.served() && line == null) {
                connectLater(end); // the network may be another one by now
            }
        }
        if (wasOpen) {
            tell(LiveListener::lineChanged);
        }
    }

    private void tell(Consumer<LiveListener> what) {
        LiveListener told;
        synchronized (this) {
            told = listener;
        }
        if (told != null) {
            telling.run(() -> what.accept(told));
        }
    }

    /** Ends everything; nothing more is told. */
    void close() {
        Line endingLine;
        ChangeStream endingStream;
        synchronized (this) {
            closed = true;
            endingLine = line;
            endingStream = stream;
            line = null;
            stream = null;
            lineOpen = false;
            streamOpen = false;
            if (retry != null) {
                retry.cancel();
            }
            if (grownLater != null) {
                grownLater.cancel();
            }
        }
        if (endingStream != null) {
            endingStream.close();
        }
        if (endingLine != null) {
            endingLine.close();
        }
    }
}
