package dev.tidelock.sync.ws;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SyncRuntime.Cancellable;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Push and pull by the line while it is open, and by HTTP otherwise. If the line is cut before the answer comes, HTTP asks again in the same call: a push may be
 * repeated. Keeps one line open once somebody listens; while that cannot be opened, a change stream, which tells when there is something to pull.
 */
final class WsTransport implements LiveTransport, Line.Owner, ChangeStream.Owner {
    private final Transport http;
    private final Function<Line.Owner, Line> opener;
    private final Function<ChangeStream.Owner, ChangeStream> streamMaker;
    private final int pullBytesMax;
    private final SyncRuntime runtime;
    private final InOrder telling = new InOrder();

    // Guarded by this.
    private final Backoff backoff;
    private @Nullable LiveListener listener;
    private @Nullable Line line;
    private @Nullable Line open;
    private @Nullable ChangeStream stream;
    private boolean streaming;
    private long known;
    private @Nullable Cancellable retry;
    private boolean closed;

    /**
     * @param opener begins to open a line
     * @param streamMaker makes a change stream that is not open
     */
    WsTransport(
            Transport http,
            Function<Line.Owner, Line> opener,
            Function<ChangeStream.Owner, ChangeStream> streamMaker,
            int pullBytesMax,
            SyncRuntime runtime) {
        this.http = http;
        this.opener = opener;
        this.streamMaker = streamMaker;
        this.pullBytesMax = pullBytesMax;
        this.runtime = runtime;
        this.backoff = new Backoff(runtime);
    }

    @Override
    public String remote() {
        return http.remote();
    }

    @Override
    public void listen(LiveListener told) {
        synchronized (this) {
            if (listener != null) {
                throw new IllegalStateException("somebody listens already");
            }
            listener = Objects.requireNonNull(told, "listener");
        }
        connect();
    }

    private void connect() {
        synchronized (this) {
            if (!closed) {
                line = opener.apply(this);
            }
        }
    }

    @Override
    public synchronized boolean isLive() {
        return open != null || streaming;
    }

    private synchronized @Nullable Line openLine() {
        return open;
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        Line now = openLine();
        if (now != null) {
            try {
                return now.ask(Kind.PUSH, pushBody(envelopes), Kind.RECEIPT, body -> {
                    PushReceipt receipt = PushAnswer.read(body);
                    AnswerChecks.requireAnswersAll(envelopes, receipt);
                    return receipt;
                });
            } catch (LineCutException cut) {
                // HTTP does the same.
            }
        }
        return http.push(envelopes);
    }

    private static byte[] pushBody(List<Envelope> envelopes) {
        ByteArrayOutputStream body = new ByteArrayOutputStream(PushBody.length(envelopes));
        try {
            PushBody.write(envelopes, body);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing memory", impossible);
        }
        return body.toByteArray();
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        Line now = openLine();
        if (now != null) {
            try {
                byte[] body = new PullBody(request, pullBytesMax).write();
                return now.ask(Kind.PULL, body, Kind.PAGE, new PullReader(now, request.after() != null));
            } catch (LineCutException cut) {
                // HTTP does the same.
            }
        }
        PullResult result = http.pull(request);
        if (result instanceof PullResult.Page page) {
            synchronized (this) {
                known = page.next().position();
            }
        }
        return result;
    }

    private final class PullReader implements Line.AnswerReader<PullResult> {
        private final Line from;
        private final boolean byCursor;

        PullReader(Line from, boolean byCursor) {
            this.from = from;
            this.byCursor = byCursor;
        }

        @Override
        public PullResult read(byte[] body) throws WireFormatException {
            return from.readAnswer(body, pullBytesMax, byCursor);
        }

        @Override
        public PullResult refused(LineError error) throws WireFormatException, TransportException {
            if (byCursor && Refusals.is(error, ErrorCode.CURSOR_REFUSED)) {
                from.goOnFrom(null);
                return AnswerChecks.cursorRefused(error.answer());
            }
            throw Refusals.failure(error);
        }
    }

    @Override
    public void opened(Line opened) {
        ChangeStream needless;
        synchronized (this) {
            if (closed || opened != line) {
                return;
            }
            open = opened;
            needless = stream;
            stream = null;
            streaming = false;
        }
        if (needless != null) {
            needless.close();
        }
        tell(LiveListener::lineChanged);
        tell(LiveListener::changed);
    }

    @Override
    public void opened(ChangeStream opened) {
        synchronized (this) {
            if (opened != stream) {
                return;
            }
            streaming = true;
        }
        tell(LiveListener::lineChanged);
        tell(LiveListener::changed);
    }

    @Override
    public void grown(ChangeStream from, long position) {
        synchronized (this) {
            if (from != stream || position <= known) {
                return;
            }
        }
        tell(LiveListener::changed);
    }

    @Override
    public void arrived(Line from, Cursor after, PullResult.Page page, Runnable taken) {
        tell(told -> told.arrived(after, page, taken));
    }

    @Override
    public void ended(Line gone, LineEnd end) {
        boolean wasOpen;
        ChangeStream instead = null;
        synchronized (this) {
            wasOpen = open == gone;
            open = wasOpen ? null : open;
            if (!closed) {
                line = null;
                connectLater(end);
                if (!wasOpen && stream == null && end.reason() != LineEnd.Reason.NONSENSE) {
                    instead = streamMaker.apply(this);
                    stream = instead;
                }
            }
        }
        if (wasOpen) {
            tell(LiveListener::lineChanged);
        }
        if (wasOpen && end.reason() == LineEnd.Reason.REFUSED) {
            tell(LiveListener::changed); // whoever asks hears why this device is not let in any more
        }
        if (instead != null) {
            instead.open();
        }
    }

    @Override
    public void ended(ChangeStream gone, LineEnd end) {
        boolean wasOpen;
        synchronized (this) {
            if (gone != stream) {
                return;
            }
            stream = null;
            wasOpen = streaming;
            streaming = false;
            if (wasOpen && line == null && !closed) {
                connectLater(end); // the network may be another one
            }
        }
        if (wasOpen) {
            tell(LiveListener::lineChanged);
        }
    }

    /** Called while the lock is held. */
    private void connectLater(LineEnd end) {
        if (retry != null) {
            retry.cancel();
        }
        retry = Alarms.set(runtime, backoff.next(end), this::connect);
    }

    private void tell(java.util.function.Consumer<LiveListener> what) {
        LiveListener told;
        synchronized (this) {
            told = listener;
        }
        if (told != null) {
            telling.run(() -> what.accept(told));
        }
    }

    @Override
    public void close() {
        Line ending;
        ChangeStream endingStream;
        synchronized (this) {
            closed = true;
            ending = line;
            line = null;
            open = null;
            endingStream = stream;
            stream = null;
            streaming = false;
            if (retry != null) {
                retry.cancel();
            }
        }
        http.close();
        if (endingStream != null) {
            endingStream.close();
        }
        if (ending != null) {
            ending.close();
        }
    }
}
