package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineLimits;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedBinaryMessage;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.StreamSourceFrameChannel;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;

/**
 * One client's line. Whatever it asks, and however fast the log grows: there is one request of it in memory at most, and one message to it. It is read on from when the request has been handled, and gets the
 * next message when it has read the last one. All work is done on worker threads, by one of them at a time.
 */
final class LiveSocket extends AbstractReceiveListener implements LiveLines.Line {
    private final WebSocketChannel channel;
    private final SpaceId space;
    private final LineRequests requests;
    private final LiveLines lines;
    private final LinePatience patience;
    private final Heartbeat heartbeat;
    private final long openedNanos = System.nanoTime();
    private volatile long heardNanos = openedNanos;

    // Guarded by this.
    private @Nullable Caller caller;
    private @Nullable MessageCollector collecting;
    private long collectingNanos;
    private @Nullable MessageCollector request;
    private boolean working;
    private @Nullable Runnable afterWrite;
    private long writeNanos;
    private @Nullable Cursor live;
    private long end;
    private int liveNumber;
    private boolean untaken;
    private boolean starved;
    private int refusedTokens;
    private boolean gone;
    private boolean saidGoodbye;
    private long goodbyeNanos;

    LiveSocket(WebSocketChannel channel, SpaceId space, LineRequests requests, LiveLines lines, LinePatience patience) {
        this.channel = channel;
        this.space = space;
        this.requests = requests;
        this.lines = lines;
        this.patience = patience;
        this.heartbeat = new Heartbeat(channel, patience, openedNanos);
    }

    /** Begins to read. */
    void open() {
        channel.addCloseTask(closed -> gone());
        try {
            lines.add(this, LiveLines.NOBODY);
        } catch (RefusedException full) {
            goodbye(LineLimits.CLOSE_FULL, "1");
            channel.getIoThread()
                    .executeAfter(
                            () -> IoUtils.safeClose(channel), patience.goodbye().toMillis(), TimeUnit.MILLISECONDS);
        }
        channel.getReceiveSetter().set(this);
        channel.resumeReceives();
    }

    private void gone() {
        Caller was;
        MessageCollector unhandled;
        MessageCollector unfinished;
        synchronized (this) {
            gone = true;
            unfinished = collecting;
            was = caller;
            live = null;
            saidGoodbye = true;
            unhandled = working ? null : request;
        }
        lines.remove(this, was == null ? -1 : was.space().number());
        if (unhandled != null) {
            unhandled.giveBack();
        }
        if (unfinished != null) {
            unfinished.abandon();
        }
        written();
    }

    @Override
    public void handleEvent(WebSocketChannel same) {
        heard();
        super.handleEvent(same);
    }

    void heard() {
        heardNanos = System.nanoTime();
    }

    @Override
    protected void onText(WebSocketChannel same, StreamSourceFrameChannel source) throws IOException {
        goodbye(LineLimits.CLOSE_PROTOCOL, "");
        super.onText(same, source); // reads it to its end
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel same, BufferedTextMessage message) {
        // The line ends.
    }

    @Override
    protected long getMaxTextBufferSize() {
        return LineLimits.TOKEN_BYTES_MAX;
    }

    @Override
    protected void onBinary(WebSocketChannel same, StreamSourceFrameChannel source) {
        MessageCollector message = new MessageCollector(this, source, requests);
        synchronized (this) {
            collecting = message;
            collectingNanos = System.nanoTime();
        }
        message.read();
    }

    @Override
    protected void onFullPingMessage(WebSocketChannel same, BufferedBinaryMessage message) {
        heartbeat.answer(message);
    }

    /** How long the next message may be. */
    synchronized int bytesMax() {
        return caller == null ? LineMessage.HEAD_BYTES + LineLimits.TOKEN_BYTES_MAX : LineLimits.REQUEST_BYTES_MAX;
    }

    /** A whole message has arrived; nothing more is read until it is handled. */
    void arrived(MessageCollector message) {
        synchronized (this) {
            collecting = null;
        }
        if (isTaken(message)) {
            return;
        }
        channel.suspendReceives();
        boolean unwanted;
        synchronized (this) {
            unwanted = saidGoodbye;
            request = unwanted ? request : message;
        }
        if (unwanted) {
            message.abandon();
            channel.resumeReceives();
        } else {
            schedule();
        }
    }

    /** That a page was taken needs no worker to be noted. */
    private boolean isTaken(MessageCollector message) {
        if (message.length() != LineMessage.HEAD_BYTES) {
            return false;
        }
        try {
            LineMessage read = LineMessage.read(message.bytes());
            if (read.kind() != Kind.TAKEN) {
                return false;
            }
            taken(read.number());
            return true;
        } catch (WireFormatException nonsense) {
            return false; // the worker ends the line
        }
    }

    private void schedule() {
        synchronized (this) {
            if (working) {
                return;
            }
            working = true;
        }
        try {
            channel.getWorker().execute(this::work);
        } catch (RejectedExecutionException stopped) {
            IoUtils.safeClose(channel);
        }
    }

    private void work() {
        for (Runnable step = nextStep(); step != null; step = nextStep()) {
            step.run();
        }
    }

    private synchronized @Nullable Runnable nextStep() {
        if (afterWrite == null) {
            MessageCollector message = request;
            if (message != null) {
                return () -> handle(message);
            }
            Cursor from = live;
            Caller to = caller;
            if (from != null && to != null && !untaken && !starved && end > from.position()) {
                return () -> sendPage(to, from);
            }
        }
        working = false;
        return null;
    }

    private void handle(MessageCollector arrived) {
        byte[] bytes = arrived.bytes();
        synchronized (this) {
            request = null;
        }
        try {
            handle(LineMessage.read(bytes));
        } catch (WireFormatException nonsense) {
            goodbye(LineLimits.CLOSE_PROTOCOL, "");
        } finally {
            arrived.giveBack();
            channel.resumeReceives();
        }
    }

    private void handle(LineMessage message) throws WireFormatException {
        switch (message.kind()) {
            case TAKEN -> taken(message.number());
            case AUTH, PUSH, PULL -> answer(message);
            default -> throw new WireFormatException("a message of a kind that relays send");
        }
    }

    private void taken(int number) {
        synchronized (this) {
            untaken &= number != liveNumber;
        }
        grown(0);
    }

    private void answer(LineMessage message) {
        boolean begun = false;
        try {
            requests.begin(message.kind(), caller());
            begun = true;
            switch (message.kind()) {
                case AUTH -> auth(message);
                case PUSH -> {
                    byte[] receipt = requests.push(requireCaller(), message.body());
                    send(LineMessage.of(Kind.RECEIPT, message.number(), receipt), requests::end);
                }
                default -> pull(message);
            }
        } catch (Exception | AssertionError failed) {
            refuse(message.number(), RefusedException.of(failed), begun ? requests::end : () -> {});
        }
    }

    private void refuse(int number, RefusedException refused, Runnable after) {
        LineError error = new LineError(
                refused.code().status(), refused.retryAfterSeconds(), refused.answer(requests.nowMillis()));
        send(LineMessage.of(Kind.ERROR, number, error.write()), after);
    }

    private synchronized @Nullable Caller caller() {
        return caller;
    }

    private synchronized Caller requireCaller() throws RefusedException {
        Caller known = caller;
        if (known == null) {
            throw new RefusedException(ErrorCode.TOKEN_MISSING, "the first message shows a token");
        }
        return known;
    }

    private void auth(LineMessage message) throws SQLException, RefusedException {
        Caller before;
        synchronized (this) {
            before = caller;
        }
        Caller now;
        try {
            now = requests.auth(space, message.body());
            if (before == null) {
                lines.admit(this, now.member().number());
            }
        } catch (RefusedException refused) {
            if (before == null && isLastToken()) {
                refuse(message.number(), refused, LineLimits.CLOSE_TOKEN);
                return;
            }
            if (before != null && isNoMember(refused.code())) {
                refuse(message.number(), refused, LineLimits.CLOSE_NOT_A_MEMBER);
                return;
            }
            throw refused;
        }
        if (before != null && before.member().number() != now.member().number()) {
            throw new RefusedException(ErrorCode.TOKEN_INVALID, "the line is another device's");
        }
        synchronized (this) {
            caller = now;
        }
        if (before == null && !listens(now)) {
            refuse(
                    message.number(),
                    new RefusedException(ErrorCode.UNKNOWN_SPACE, "the space was deleted meanwhile"),
                    LineLimits.CLOSE_NOT_A_MEMBER);
            return;
        }
        send(LineMessage.of(Kind.DONE, message.number(), new DoneAnswer(requests.nowMillis()).write()), requests::end);
    }

    /** Refuses a request that has begun, and says goodbye. */
    private void refuse(int number, RefusedException refused, int closeCode) {
        refuse(number, refused, () -> {
            requests.end();
            goodbye(closeCode, "");
        });
    }

    private static boolean isNoMember(ErrorCode code) {
        return code == ErrorCode.NOT_A_MEMBER || code == ErrorCode.UNKNOWN_SPACE;
    }

    private synchronized boolean isLastToken() {
        refusedTokens++;
        return refusedTokens >= RelayLimits.FIRST_TOKENS_MAX;
    }

    private synchronized boolean isGone() {
        return gone;
    }

    /** @return false if the space went before this line was told of its end */
    private boolean listens(Caller now) throws SQLException {
        lines.listen(this, now.space());
        if (isGone()) {
            lines.remove(this, now.space().number()); // it was cut before it listened
        }
        try {
            requests.end(now);
            return true;
        } catch (RefusedException deleted) {
            return false;
        }
    }

    private void pull(LineMessage message) throws WireFormatException, SQLException, RefusedException {
        Caller known = requireCaller();
        PullBody asked = PullBody.read(message.body());
        boolean byCursor = asked.request().after() != null;
        if (byCursor) {
            goOnFrom(null);
        }
        ByteBudget.Share share = requests.share(asked.bytesMax());
        LogPage page = null;
        try {
            LogPage made = requests.pull(known, asked);
            share.resize(made.bytes().length); // its first entry may be longer than what was asked for
            page = made;
        } finally {
            if (page == null) {
                share.giveBack();
            }
        }
        if (byCursor && !page.more()) {
            goOnFrom(page.next());
        }
        send(LineMessage.of(Kind.PAGE, message.number(), page.bytes()), () -> {
            share.giveBack();
            requests.end();
        });
    }

    private synchronized void goOnFrom(@Nullable Cursor cursor) {
        live = saidGoodbye ? null : cursor;
    }

    private void sendPage(Caller to, Cursor from) {
        LogPage page;
        ByteBudget.Share share;
        try {
            page = requests.live(to, from);
            share = requests.share(page.bytes().length <= RelayLimits.TINY_BYTES_MAX ? 0 : page.bytes().length);
        } catch (Exception | AssertionError failed) {
            RefusedException refused = RefusedException.of(failed);
            if (refused.code() == ErrorCode.THROTTLED) {
                starve();
            } else {
                goodbye(LineLimits.CLOSE_INTERNAL, "");
            }
            return;
        }
        int number;
        synchronized (this) {
            if (!from.equals(live)) {
                share.giveBack();
                return; // it was said goodbye to meanwhile
            }
            live = page.next();
            number = ++liveNumber;
            untaken = true;
        }
        send(LineMessage.of(Kind.LIVE, number, page.bytes()), share::giveBack);
    }

    /** Waits until the others need less memory. */
    private synchronized void starve() {
        starved = true;
    }

    /** @param after is run once, when the message has been handed to the network, or never will be */
    private void send(LineMessage message, Runnable after) {
        synchronized (this) {
            afterWrite = after;
            writeNanos = System.nanoTime();
        }
        WebSockets.sendBinary(ByteBuffer.wrap(message.write()), channel, new WebSocketCallback<Void>() {
            @Override
            public void complete(WebSocketChannel same, Void nothing) {
                written();
                schedule();
            }

            @Override
            public void onError(WebSocketChannel same, Void nothing, Throwable failure) {
                if (!channel.isCloseFrameSent()) { // else it is cut when the client has heard the goodbye, or soon
                    IoUtils.safeClose(channel);
                }
                written();
            }
        });
    }

    private void written() {
        Runnable after;
        synchronized (this) {
            after = afterWrite;
            afterWrite = null;
        }
        if (after != null) {
            after.run();
        }
    }

    @Override
    public void grown(long position) {
        synchronized (this) {
            end = Math.max(end, position);
            if (live == null || end <= live.position() || untaken || afterWrite != null) {
                return; // looked at again when that has changed
            }
        }
        schedule();
    }

    @Override
    public void look() {
        long now = System.nanoTime();
        boolean idle;
        boolean again;
        boolean hangUp;
        int code = 0;
        synchronized (this) {
            hangUp = LinePatience.isOver(now, heardNanos, patience.silence())
                    || (saidGoodbye && LinePatience.isOver(now, goodbyeNanos, patience.goodbye()));
            if (isSlow(now)) {
                code = LineLimits.CLOSE_TOO_SLOW;
            } else if (hasNoToken(now)) {
                code = LineLimits.CLOSE_TOKEN;
            }
            idle = afterWrite == null && !saidGoodbye;
            again = starved;
            starved = false;
        }
        if (hangUp) {
            IoUtils.safeClose(channel);
        } else if (code != 0) {
            goodbye(code, "");
        } else if (idle) {
            heartbeat.beat(now);
        }
        if (again) {
            schedule();
        }
    }

    /** Whether it does not read what it is sent, or does not go on with what it sends. */
    private synchronized boolean isSlow(long nowNanos) {
        return (afterWrite != null && LinePatience.isOver(nowNanos, writeNanos, patience.write()))
                || heartbeat.isSlow(nowNanos)
                || (collecting != null && LinePatience.isOver(nowNanos, collectingNanos, patience.request()));
    }

    private synchronized boolean hasNoToken(long nowNanos) {
        Caller known = caller;
        return known == null
                ? LinePatience.isOver(nowNanos, openedNanos, patience.auth())
                : requests.nowMillis() - known.expiresMillis()
                        > patience.expired().toMillis();
    }

    @Override
    public void end() {
        goodbye(LineLimits.CLOSE_NOT_A_MEMBER, "");
    }

    @Override
    public void cut() {
        IoUtils.safeClose(channel);
    }

    @Override
    public void stop(int seconds) {
        goodbye(LineLimits.CLOSE_RESTART, String.valueOf(seconds));
    }

    /** Tells the client that the line ends, and why; hangs up if it does not go. */
    void goodbye(int code, String reason) {
        synchronized (this) {
            if (saidGoodbye) {
                return;
            }
            saidGoodbye = true;
            goodbyeNanos = System.nanoTime();
            live = null;
        }
        CloseFrame.send(channel, code, reason);
    }
}
