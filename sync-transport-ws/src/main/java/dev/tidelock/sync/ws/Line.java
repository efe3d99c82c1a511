package dev.tidelock.sync.ws;

import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.PageReader;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SyncRuntime.Cancellable;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.ws.LineEnd.Reason;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineLimits;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket, from its opening to its end: shows the token, asks, is answered, and hears of pages. It is never opened again; another one takes its place. What is answered is read on the thread
 * that it arrives on, in the order in which it arrives: where the live pages go on from depends on that.
 */
final class Line extends WebSocketListener {
    private static final long QUEUE_BYTES_MAX = 16L << 20;
    private static final long RETRY_SECONDS_MAX = 3600;
    private static final long CLOSE_WAIT_MILLIS = 500;

    private final Owner owner;
    private final OkHttpClient client;
    private final Request request;
    private final TokenCache tokens;
    private final RelayClock clock;
    private final SyncRuntime runtime;
    private final Duration answerTimeout;
    private final CountDownLatch over = new CountDownLatch(1);

    // Guarded by this.
    private final Map<Integer, Question<?>> open = new HashMap<>();
    private @Nullable WebSocket socket;
    private TokenCache.@Nullable Token token;
    private @Nullable Cancellable renewal;
    private boolean letIn;
    private boolean served;
    private boolean ended;
    private int lastNumber;
    private @Nullable Cursor liveFrom;
    private int lastLive;
    private boolean untaken;

    /** Who is told what becomes of a line, by threads of the network. */
    interface Owner {
        /** The relay has let this device in. */
        void opened(Line line);

        /** @param taken to be run once the next page may come */
        void arrived(Line line, Cursor after, PullResult.Page page, Runnable taken);

        /** The line is of no use any more, or never was. Told once. */
        void ended(Line line, LineEnd end);
    }

    /** Makes a value of an answer. */
    interface AnswerReader<T> {
        T read(byte[] body) throws WireFormatException;

        /** What a refusal stands for. */
        default T refused(LineError error) throws WireFormatException, TransportException {
            throw Refusals.failure(error);
        }
    }

    private record Question<T>(Kind expected, AnswerReader<T> reader, CompletableFuture<T> answer) {
        void read(LineMessage message, RelayClock clock) throws WireFormatException {
            if (message.kind() == Kind.ERROR) {
                LineError error = LineError.read(message.body());
                clock.observe(error.answer().timeMillis()); // by which the next token is made
                try {
                    answer.complete(reader.refused(error));
                } catch (TransportException refused) {
                    answer.completeExceptionally(refused);
                }
            } else if (message.kind() == expected) {
                answer.complete(reader.read(message.body()));
            } else {
                throw new WireFormatException("an answer of kind " + message.kind() + " instead of " + expected);
            }
        }
    }

    Line(
            Owner owner,
            OkHttpClient client,
            Request request,
            TokenCache tokens,
            RelayClock clock,
            SyncRuntime runtime,
            Duration answerTimeout) {
        this.owner = owner;
        this.client = client;
        this.request = request;
        this.tokens = tokens;
        this.clock = clock;
        this.runtime = runtime;
        this.answerTimeout = answerTimeout;
    }

    /** Returns at once; the owner hears the rest. */
    void open() {
        WebSocket opening = client.newWebSocket(request, this);
        boolean late;
        synchronized (this) {
            socket = opening;
            late = ended;
        }
        if (late) {
            opening.cancel();
        }
    }

    @Override
    public void onOpen(WebSocket webSocket, Response response) {
        synchronized (this) {
            socket = webSocket;
        }
        if (!LineLimits.SUBPROTOCOL.equals(response.header("Sec-WebSocket-Protocol"))) {
            end(new LineEnd(Reason.NONSENSE, null, false), LineLimits.CLOSE_PROTOCOL);
            return;
        }
        showToken(tokens.current(), true);
    }

    /** Shows a token, at the beginning and again before it expires. One that is refused is replaced once: by the relay's time, if that was the trouble. */
    private void showToken(TokenCache.Token shown, boolean mayReplace) {
        synchronized (this) {
            token = shown;
        }
        Question<DoneAnswer> question = new Question<>(Kind.DONE, DoneAnswer::read, new CompletableFuture<>());
        Cancellable deadline = alarm(Duration.ofSeconds(LineLimits.AUTH_SECONDS_MAX), this::cut);
        question.answer.whenComplete((done, failed) -> {
            deadline.cancel();
            if (done != null) {
                clock.observe(done.timeMillis());
                letIn();
            } else if (mayReplace && failed instanceof TransportException) {
                showToken(tokens.insteadOf(shown), false);
            } else {
                end(new LineEnd(Reason.REFUSED, Refusals.retryAfter(failed), served()), LineLimits.CLOSE_NORMAL);
            }
        });
        try {
            send(question, Kind.AUTH, shown.text().getBytes(StandardCharsets.US_ASCII));
        } catch (LineCutException over) {
            cut();
        }
    }

    private void letIn() {
        boolean first;
        synchronized (this) {
            first = !letIn;
            letIn = true;
        }
        renewLater();
        if (first) {
            owner.opened(this);
        }
    }

    private void renewLater() {
        Cancellable next = alarm(Duration.ofMillis(TokenCache.AGE_MILLIS_MAX), this::renewToken);
        boolean late;
        synchronized (this) {
            if (renewal != null) {
                renewal.cancel();
            }
            renewal = next;
            late = ended;
        }
        if (late) {
            next.cancel();
        }
    }

    private void renewToken() {
        TokenCache.Token before;
        synchronized (this) {
            before = token;
        }
        if (before != null) {
            showToken(tokens.insteadOf(before), true);
        }
    }

    private Cancellable alarm(Duration delay, Runnable task) {
        return Alarms.set(runtime, delay, task);
    }

    /**
     * Asks, and waits for the answer.
     *
     * @throws LineCutException if it is not known what became of the question
     * @throws TransportException if the relay refuses
     */
    <T> T ask(Kind kind, byte[] body, Kind expected, AnswerReader<T> reader)
            throws LineCutException, TransportException {
        Question<T> question = new Question<>(expected, reader, new CompletableFuture<>());
        synchronized (this) {
            if (!letIn) {
                throw new LineCutException("the line is not open");
            }
        }
        Cancellable deadline = alarm(answerTimeout, this::cut);
        try {
            send(question, kind, body);
            return question.answer.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof TransportException refused) {
                if (refused.kind() == TransportException.Kind.UNAUTHORIZED) {
                    renewToken();
                    throw new LineCutException("the token is not accepted any more");
                }
                throw refused;
            }
            throw new LineCutException("the line was cut");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new TransportException(
                    TransportException.Kind.OFFLINE, "interrupted while the relay was asked", stopped);
        } finally {
            deadline.cancel();
        }
    }

    private void send(Question<?> question, Kind kind, byte[] body) throws LineCutException {
        WebSocket to;
        int number;
        synchronized (this) {
            to = socket;
            if (ended || to == null || open.size() >= LineLimits.REQUESTS_MAX) {
                throw new LineCutException("the line is cut or busy");
            }
            number = ++lastNumber;
            open.put(number, question);
        }
        if (!send(to, LineMessage.of(kind, number, body))) {
            forget(number);
            throw new LineCutException("the line does not take more");
        }
    }

    private synchronized void forget(int number) {
        open.remove(number);
    }

    private static boolean send(WebSocket to, LineMessage message) {
        byte[] bytes = message.write();
        return to.queueSize() <= QUEUE_BYTES_MAX - bytes.length && to.send(ByteString.of(bytes));
    }

    @Override
    public void onMessage(WebSocket webSocket, ByteString bytes) {
        try {
            receive(LineMessage.read(bytes.toByteArray()));
        } catch (WireFormatException nonsense) {
            end(new LineEnd(Reason.NONSENSE, null, served()), LineLimits.CLOSE_PROTOCOL);
        }
    }

    @Override
    public void onMessage(WebSocket webSocket, String text) {
        end(new LineEnd(Reason.NONSENSE, null, served()), LineLimits.CLOSE_PROTOCOL);
    }

    private void receive(LineMessage message) throws WireFormatException {
        if (message.kind() == Kind.LIVE) {
            receiveLive(message);
            return;
        }
        Question<?> question;
        synchronized (this) {
            if (ended) {
                return;
            }
            question = open.remove(message.number());
            served |= question != null && question.expected != Kind.DONE;
        }
        if (question == null) {
            throw new WireFormatException("an answer to a question that was not asked");
        }
        boolean read = false;
        try {
            question.read(message, clock);
            read = true;
        } finally {
            if (!read) {
                question.answer.completeExceptionally(new LineCutException("the answer makes no sense"));
            }
        }
    }

    private void receiveLive(LineMessage message) throws WireFormatException {
        PullResult.Page page = readPage(message.body(), WireLimits.PULL_BYTES_MAX);
        AnswerChecks.requireFits(page, true);
        Cursor after;
        synchronized (this) {
            if (ended) {
                return;
            }
            after = liveFrom;
            if (after == null || untaken || message.number() != lastLive + 1) {
                throw new WireFormatException("a live page that is not due");
            }
            requireContinues(after, page);
            liveFrom = page.next();
            lastLive = message.number();
            untaken = true;
            served = true;
        }
        clock.observe(page.remoteMillis());
        owner.arrived(this, after, page, () -> taken(message.number()));
    }

    private static void requireContinues(Cursor after, PullResult.Page page) throws WireFormatException {
        List<PullResult.LogEntry> entries = page.entries();
        Cursor expected = after;
        for (PullResult.LogEntry entry : entries) {
            expected = expected.after(entry.hash());
        }
        if (entries.isEmpty() || !expected.equals(page.next())) {
            throw new WireFormatException("a live page that does not go on where the last one ended");
        }
    }

    /** Reads a page. It says where the live pages go on from, if it answers a pull by cursor. */
    PullResult.Page readAnswer(byte[] body, int bytesMax, boolean byCursor) throws WireFormatException {
        PullResult.Page page = readPage(body, bytesMax);
        AnswerChecks.requireFits(page, byCursor);
        clock.observe(page.remoteMillis());
        if (byCursor) {
            goOnFrom(page.more() ? null : page.next());
        }
        return page;
    }

    /** @param cursor null if no live pages are to come */
    synchronized void goOnFrom(@Nullable Cursor cursor) {
        liveFrom = cursor;
    }

    private static PullResult.Page readPage(byte[] body, int bytesMax) throws WireFormatException {
        try {
            return PageReader.read(new ByteArrayInputStream(body), WireLimits.pageBytesMax(bytesMax));
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading memory", impossible);
        }
    }

    private void taken(int number) {
        WebSocket to;
        synchronized (this) {
            to = socket;
            if (ended || to == null || !untaken || lastLive != number) {
                return; // taken twice, or the line is gone
            }
            untaken = false;
        }
        if (!send(to, LineMessage.of(Kind.TAKEN, number, new byte[0]))) {
            cut();
        }
    }

    private synchronized boolean served() {
        return served;
    }

    @Override
    public void onClosing(WebSocket webSocket, int code, String reason) {
        Duration wait = Refusals.seconds(reason);
        Reason why = switch (code) {
            case LineLimits.CLOSE_GOING_AWAY, LineLimits.CLOSE_RESTART, LineLimits.CLOSE_FULL -> Reason.STOPPED;
            case LineLimits.CLOSE_TOKEN -> Reason.TOKEN;
            case LineLimits.CLOSE_NOT_A_MEMBER -> Reason.REFUSED;
            case LineLimits.CLOSE_PROTOCOL, LineLimits.CLOSE_TOO_LONG -> Reason.NONSENSE;
            default -> Reason.CUT;
        };
        if (why == Reason.TOKEN) {
            forgetToken();
        }
        end(new LineEnd(why, wait, served()), LineLimits.CLOSE_NORMAL);
    }

    /** So that the next line shows another one. */
    private void forgetToken() {
        TokenCache.Token refused;
        synchronized (this) {
            refused = token;
        }
        if (refused != null) {
            tokens.insteadOf(refused);
        }
    }

    @Override
    public void onClosed(WebSocket webSocket, int code, String reason) {
        over.countDown();
    }

    @Override
    public void onFailure(WebSocket webSocket, Throwable failure, @Nullable Response response) {
        over.countDown();
        Reason why = Reason.CUT;
        Duration wait = null;
        if (response != null && response.code() != 101) {
            why = Reason.REFUSED;
            wait = Refusals.seconds(response.header("Retry-After", ""));
        } else if (failure instanceof java.net.ProtocolException) {
            why = Reason.NONSENSE;
        }
        end(new LineEnd(why, wait, served()), 0);
    }

    private void cut() {
        end(new LineEnd(Reason.CUT, null, served()), 0);
    }

    /** @param closeCode what the relay is told; 0 if it cannot be */
    private void end(LineEnd end, int closeCode) {
        List<Question<?>> unanswered;
        WebSocket ending;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            letIn = false;
            unanswered = List.copyOf(open.values());
            open.clear();
            ending = socket;
            if (renewal != null) {
                renewal.cancel();
            }
        }
        unanswered.forEach(question -> question.answer.completeExceptionally(new LineCutException("cut")));
        if (ending != null) {
            boolean told = closeCode != 0 && ending.close(closeCode, null);
            if (told) {
                alarm(Duration.ofMillis(CLOSE_WAIT_MILLIS), ending::cancel);
            } else {
                ending.cancel();
            }
        }
        owner.ended(this, end);
    }

    /** Ends the line; waits a moment for the relay to hear so. */
    void close() {
        end(new LineEnd(Reason.CUT, null, served()), LineLimits.CLOSE_NORMAL);
        WebSocket ending;
        synchronized (this) {
            ending = socket;
        }
        if (ending == null) {
            return;
        }
        try {
            over.await(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        ending.cancel();
    }

    /** The longest wait that a relay may ask for. */
    static Duration bounded(long seconds) {
        return Duration.ofSeconds(Math.min(RETRY_SECONDS_MAX, seconds));
    }
}
