package dev.tidelock.sync.link;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.setting.Durations;
import dev.tidelock.sync.link.LinkFrame.ConnectionId;
import dev.tidelock.sync.link.LinkFrame.Kind;
import dev.tidelock.sync.spi.link.Link;
import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Syncs with one other device over a {@link Link}, without a relay between them that keeps anything. Both ends have one: each asks the other, and answers from what its device holds.
 *
 * <p>What it promises over a link that promises little: whoever has not the space's keys learns nothing but lengths and times, and can change nothing; a lost frame is sent again; what comes twice, late
 * or back changes nothing. Every question may be asked again, so an answer that was lost is one more question. One question of this end and one answer to the other's are under way at
 * a time, so memory is bounded, whatever comes.
 */
public final class LinkTransport implements PeerTransport {
    /** How long one try to get an answer takes at most unless {@link Builder#answerWithin} says otherwise. */
    public static final Duration ANSWER_WITHIN_DEFAULT = Duration.ofSeconds(6);

    /** How often in a row a question brings nothing before the other device counts as asleep: then one try has to do, for whoever asks has other things to do as well. */
    private static final int TRIES = 5;

    /** A message is no longer than this, unless one envelope is: so a lossy link has something to show for its work. */
    private static final int MESSAGE_BYTES = 256 << 10;

    private static final Duration WAIT_MAX = Duration.ofHours(1);

    private final Link link;
    private final Sealer sealer;
    private final SyncRuntime runtime;
    private final Duration answerWithin;
    private final Duration patience;
    private final ConnectionId own;
    private final Asking asking = new Asking();
    private final Answering answering = new Answering();

    private final Object lock = new Object();
    // Guarded by lock.
    private @Nullable LiveListener listener;
    private CompletableFuture<Void> lineChange = new CompletableFuture<>();
    private boolean closed;

    private LinkTransport(Builder from) {
        this.link = from.link;
        this.sealer = from.sealer;
        this.runtime = from.runtime;
        this.answerWithin = from.answerWithin;
        this.patience = from.patience;
        this.own = new ConnectionId(randomBits(), randomBits() | 1);
    }

    private long randomBits() {
        return ((long) (runtime.random() * (1L << 32)) << 32) | (long) (runtime.random() * (1L << 32));
    }

    /**
     * @param link to the other device; the transport closes it
     * @param sealer the space's keys, for this device
     * @param runtime the client's: where time and chance come from
     */
    public static Builder builder(Link link, Sealer sealer, SyncRuntime runtime) {
        return new Builder(link, sealer, runtime);
    }

    @Override
    public String remote() {
        return link.name();
    }

    @Override
    public void serve(PeerLog log) {
        answering.log = log;
        link.open(new LinkListener() {
            @Override
            public void received(byte[] frame) {
                LinkTransport.this.received(frame);
            }

            @Override
            public void lineChanged() {
                LinkTransport.this.lineChanged();
            }
        });
    }

    @Override
    public void listen(LiveListener told) {
        synchronized (lock) {
            listener = told;
        }
    }

    /** What a device holds has no order that a cursor could name. */
    @Override
    public boolean isOrdered() {
        return false;
    }

    @Override
    public boolean isLive() {
        return link.isUp();
    }

    private void lineChanged() {
        CompletableFuture<Void> changed;
        synchronized (lock) {
            asking.asleep = false; // it may be another device
            changed = lineChange;
            lineChange = new CompletableFuture<>();
        }
        changed.complete(null);
        tell(LiveListener::lineChanged);
        if (link.isUp()) {
            tell(LiveListener::changed);
        }
    }

    private void tell(Consumer<LiveListener> what) {
        LiveListener told;
        synchronized (lock) {
            told = listener;
        }
        if (told != null) {
            what.accept(told);
        }
    }

    // What this end asks

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        List<PushReceipt> receipts = new ArrayList<>();
        List<Envelope> batch = new ArrayList<>();
        long bytes = 0;
        for (Envelope envelope : envelopes) {
            if (!batch.isEmpty()
                    && (bytes + envelope.length() > MESSAGE_BYTES || batch.size() == LinkCodec.PUSH_ENVELOPES_MAX)) {
                receipts.add(pushOnce(batch));
                batch.clear();
                bytes = 0;
            }
            batch.add(envelope);
            bytes += envelope.length();
        }
        receipts.add(pushOnce(batch));
        return together(receipts);
    }

    private PushReceipt pushOnce(List<Envelope> envelopes) throws TransportException {
        return asking.ask(Kind.PUSH, LinkCodec.push(envelopes), LinkCodec::readReceipt);
    }

    private static PushReceipt together(List<PushReceipt> receipts) {
        if (receipts.size() == 1) {
            return receipts.get(0);
        }
        PushReceipt all = new PushReceipt(List.of(), List.of(), 0);
        for (PushReceipt one : receipts) {
            List<EnvelopeHash> accepted = new ArrayList<>(all.accepted());
            accepted.addAll(one.accepted());
            List<PushReceipt.Refusal> refusals = new ArrayList<>(all.refusals());
            refusals.addAll(one.refusals());
            all = new PushReceipt(accepted, refusals, 0);
        }
        return all;
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        return asking.ask(Kind.PULL, LinkCodec.pull(request, MESSAGE_BYTES), LinkCodec::readPage);
    }

    /** Reads an answer out of hostile bytes. */
    private interface AnswerReader<T> {
        T read(byte[] message) throws LinkFormatException;
    }

    /** The question of this end that is under way, and its answer. */
    private final class Asking {
        private final Assembly assembly = new Assembly();

        /** How many parts of answers came that had not come before. */
        private final AtomicLong parts = new AtomicLong();

        // Guarded by lock.
        private long number;
        private boolean asleep;
        private @Nullable Kind awaited;
        private CompletableFuture<byte[]> answer = new CompletableFuture<>();

        <T> T ask(Kind kind, byte[] message, AnswerReader<T> reader) throws TransportException {
            CompletableFuture<byte[]> coming = new CompletableFuture<>();
            long question;
            int tries;
            synchronized (lock) {
                question = ++number;
                awaited = kind.answer();
                answer = coming;
                tries = asleep ? 1 : TRIES;
                asleep = true; // until it answers
            }
            try {
                int edition = (int) randomBits();
                long heard = 0;
                for (int silent = 0; silent < tries; silent = heard == parts.get() ? silent + 1 : 0) {
                    heard = parts.get();
                    requirePeer();
                    send(new LinkFrame(own, ConnectionId.NONE, question, edition, kind, 0, 1), message);
                    if (await(coming, answerWithin)) {
                        return reader.read(coming.join());
                    }
                }
            } catch (LinkFormatException malformed) {
                throw new TransportException(
                        TransportException.Kind.PROTOCOL,
                        "the other device's answer makes no sense: " + malformed.getMessage(),
                        malformed);
            } finally {
                synchronized (lock) {
                    awaited = null;
                }
            }
            throw offline("the other device is there, and does not answer");
        }

        /** Waits until somebody is at the other end, for as long as this transport is patient. */
        private void requirePeer() throws TransportException {
            long untilNanos = runtime.monotonicNanos() + patience.toNanos();
            while (true) {
                CompletableFuture<Void> change;
                synchronized (lock) {
                    if (closed) {
                        throw offline("this link was closed");
                    }
                    change = lineChange;
                }
                if (link.isUp()) {
                    return;
                }
                long leftNanos = untilNanos - runtime.monotonicNanos();
                if (!link.trouble().isEmpty()) {
                    throw new TransportException(TransportException.Kind.REJECTED, link.trouble(), null);
                } else if (leftNanos <= 0) {
                    throw offline("the other device is not connected; what is pending is kept, and sent when it is");
                }
                await(change, Duration.ofNanos(leftNanos));
            }
        }

        private boolean await(CompletableFuture<?> done, Duration atMost) throws TransportException {
            boolean isDone;
            try {
                isDone = runtime.await(done, atMost);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw offline("the wait for the other device was interrupted");
            }
            if (done.isCompletedExceptionally()) {
                throw offline("this link was closed");
            }
            return isDone;
        }

        private TransportException offline(String why) {
            return new TransportException(TransportException.Kind.OFFLINE, why, null);
        }

        private boolean isAwaited(LinkFrame header) {
            synchronized (lock) {
                return header.kind() == awaited
                        && header.number() == number
                        && header.to().equals(own);
            }
        }

        void received(LinkFrame.Opened frame) {
            if (assembly.lacks(frame.header())) {
                parts.incrementAndGet();
            }
            byte[] message = assembly.add(frame);
            if (message != null) {
                synchronized (lock) {
                    if (isAwaited(frame.header())) {
                        asleep = false;
                        answer.complete(message);
                    }
                }
            }
        }

        void close() {
            synchronized (lock) {
                answer.completeExceptionally(new IllegalStateException("closed"));
            }
        }
    }

    private void send(LinkFrame header, byte[] message) {
        int size = LinkFrame.contentBytes(link.frameBytesMax());
        int parts = Math.max(1, (message.length + size - 1) / size);
        for (int part = 0; part < parts; part++) {
            int from = part * size;
            byte[] content = Arrays.copyOfRange(message, from, Math.min(message.length, from + size));
            LinkFrame frame = new LinkFrame(
                    header.from(), header.to(), header.number(), header.edition(), header.kind(), part, parts);
            link.send(frame.seal(content, sealer));
        }
    }

    // What the other end asks

    private void received(byte[] bytes) {
        LinkFrame header = LinkFrame.peek(bytes);
        boolean wanted = header != null
                && !header.from().equals(own) // comes back from a queue that does not know whom it is for
                && (header.kind().isQuestion() ? answering.isNews(header) : asking.isAwaited(header));
        LinkFrame.Opened frame = wanted && header != null ? header.open(bytes, sealer) : null;
        if (frame == null) {
            return;
        }
        if (header != null && header.kind().isQuestion()) {
            answering.received(frame);
        } else {
            asking.received(frame);
        }
    }

    /** The question of the other end that is under way, and what it was answered. Touched by one call of the link at a time. */
    private final class Answering {
        private final Assembly assembly = new Assembly();
        private @Nullable PeerLog log;
        private ConnectionId peer = ConnectionId.NONE;
        private long answered;
        private int edition;
        private @Nullable LinkFrame answerHeader;
        private byte[] answer = new byte[0];

        /** Not one that was answered before the last: it was late, or is played back. */
        boolean isNews(LinkFrame header) {
            return !header.from().equals(peer) || header.number() >= answered;
        }

        void received(LinkFrame.Opened frame) {
            LinkFrame header = frame.header();
            if (!header.from().equals(peer)) {
                peer = header.from();
                answered = 0;
                answerHeader = null;
                tell(LiveListener::changed); // another device, or another run of its app: it may have anything
            }
            LinkFrame last = answerHeader;
            if (last != null && header.number() == answered && header.edition() == edition) {
                if (header.part() == header.parts() - 1) {
                    send(last, answer); // the answer was lost
                }
                return;
            }
            byte[] question = assembly.add(frame);
            if (question != null) {
                answer(header, question);
            }
        }

        private void answer(LinkFrame question, byte[] message) {
            PeerLog served = log;
            byte[] found = served == null ? null : found(served, question.kind(), message);
            if (found == null || found.length > LinkCodec.MESSAGE_BYTES_MAX) {
                return; // whoever asked asks again
            }
            answered = question.number();
            edition = question.edition();
            answer = found;
            LinkFrame header = new LinkFrame(
                    own,
                    question.from(),
                    question.number(),
                    (int) randomBits(),
                    question.kind().answer(),
                    0,
                    1);
            answerHeader = header;
            send(header, found);
        }

        private byte @Nullable [] found(PeerLog served, Kind kind, byte[] message) {
            try {
                if (kind == Kind.PUSH) {
                    List<Envelope> envelopes = LinkCodec.readPush(message);
                    PushReceipt receipt = envelopes.isEmpty() ? null : served.push(envelopes);
                    return receipt == null ? null : LinkCodec.receipt(receipt);
                }
                LinkCodec.Pull asked = LinkCodec.readPull(message);
                PullResult result = served.pull(asked.request(), Math.min(asked.bytesMax(), MESSAGE_BYTES));
                return result == null ? null : LinkCodec.page(result);
            } catch (LinkFormatException malformed) {
                return null;
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lineChange.complete(null);
        }
        asking.close();
        link.close();
    }

    /** What a link's transport needs, and what may be chosen about it. */
    public static final class Builder {
        private final Link link;
        private final Sealer sealer;
        private final SyncRuntime runtime;
        private Duration answerWithin = ANSWER_WITHIN_DEFAULT;
        private Duration patience = Duration.ZERO;

        private Builder(Link link, Sealer sealer, SyncRuntime runtime) {
            this.link = Objects.requireNonNull(link, "link");
            this.sealer = Objects.requireNonNull(sealer, "sealer");
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            if (link.frameBytesMax() < Link.FRAME_BYTES_MIN) {
                throw new IllegalArgumentException("a link whose frames have " + link.frameBytesMax()
                        + " bytes at most; " + Link.FRAME_BYTES_MIN + " at least are needed");
            }
        }

        /** How long to wait for an answer before the question is asked again: a second to an hour; {@link #ANSWER_WITHIN_DEFAULT} unless set. It is asked five times, and longer while parts of the answer come; once only after five that brought nothing, until one is answered or the line changes. */
        public Builder answerWithin(Duration value) {
            answerWithin = Durations.requireWithin("answerWithin", value, Duration.ofSeconds(1), WAIT_MAX);
            return this;
        }

        /** How long a sync waits for the other device to come if it is not there: up to an hour; not at all unless set. */
        public Builder patience(Duration value) {
            patience = Durations.requireWithin("patience", value, Duration.ZERO, WAIT_MAX);
            return this;
        }

        /** The transport. It opens the link when a client is opened with it. */
        public LinkTransport build() {
            return new LinkTransport(this);
        }
    }
}
