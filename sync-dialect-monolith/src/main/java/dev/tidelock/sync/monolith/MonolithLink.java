package dev.tidelock.sync.monolith;

import dev.tidelock.sync.spi.link.Link;
import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Link} to one other device over a monolith relay: a relay that forwards frames between the two devices of a session and keeps nothing. Whoever knows the session's id can join it, so frames are sealed by whoever uses
 * the link, and nothing that the relay says is more than a hint.
 *
 * <p>It keeps a socket open, joins again after a cut, and stops where going on does harm: see {@link MonolithState}. Frames go out as binary, no faster than the relay takes them. Safe for use by any number of threads.
 */
public final class MonolithLink implements Link {
    /** The longest frame that the relay takes, in bytes. */
    public static final int FRAME_BYTES_MAX = 65_536;

    private static final Pattern UUID_4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

    /** What the relay keeps or forwards, and nobody reads: it only shows whether the session is the one that others find. */
    private static final byte[] PROBE = {0};

    private static final int NORMAL = 1000;
    private static final int TOO_MANY_FRAMES = 4005;
    private static final int TOO_MANY_DEVICES = 4010;
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    private final String session;
    private final String device;
    private final SyncRuntime runtime;
    private final RelaySocket.Opener sockets;
    private final MonolithListener told;

    private final Object lock = new Object();
    // Guarded by lock.
    private final Pacer pacer;
    private @Nullable LinkListener listener;
    private @Nullable Joined joined;
    private MonolithState state = MonolithState.CONNECTING;
    private int failures;
    private int rejoins;
    private boolean draining;

    MonolithLink(Builder from, RelaySocket.Opener sockets) {
        this.session = from.session;
        this.device = from.device;
        this.runtime = from.runtime;
        this.told = from.listener;
        this.sockets = sockets;
        this.pacer = new Pacer(runtime.monotonicNanos());
    }

    /**
     * @param relayUrl where the relay listens: ws, wss, http or https
     * @param session the session's id: a random UUID of version 4, in small letters, that both devices know and nobody else
     * @param device what tells this device from the other one, always the same
     * @param runtime the client's: where time and chance come from
     * @throws IllegalArgumentException if one of them is not that
     */
    public static Builder builder(String relayUrl, String session, String device, SyncRuntime runtime) {
        return new Builder(relayUrl, session, device, runtime);
    }

    @Override
    public String name() {
        return nameOf(session);
    }

    /**
     * The name of a session's links: always the same, and nothing that leads to the session's id, as names are kept and shown.
     *
     * @param session the session's id
     */
    public static String nameOf(String session) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(session.getBytes(StandardCharsets.UTF_8));
            return String.format(
                    Locale.ROOT, "monolith-%016x", ByteBuffer.wrap(hash).getLong());
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public int frameBytesMax() {
        return FRAME_BYTES_MAX;
    }

    @Override
    public void open(LinkListener heard) {
        synchronized (lock) {
            listener = heard;
        }
        connect();
    }

    @Override
    public boolean isUp() {
        return state() == MonolithState.PAIRED;
    }

    @Override
    public String trouble() {
        return state().trouble();
    }

    /** How the link stands. */
    public MonolithState state() {
        synchronized (lock) {
            return state;
        }
    }

    private void connect() {
        Joined joining = new Joined();
        synchronized (lock) {
            if (isOver()) {
                return;
            }
            joined = joining;
        }
        joining.use(sockets.open(joining));
    }

    private boolean isOver() {
        return state == MonolithState.CLOSED
                || state == MonolithState.REPLACED
                || state == MonolithState.UNLINKED
                || state == MonolithState.REVOKED
                || state == MonolithState.REFUSED;
    }

    /** Tells of a change, outside the lock. */
    private void become(MonolithState now) {
        LinkListener line;
        synchronized (lock) {
            if (state == now || isOver()) {
                return;
            }
            state = now;
            line = listener;
        }
        tell(now, line);
    }

    private void tell(MonolithState now, @Nullable LinkListener line) {
        told.onStateChanged(now);
        if (line != null) {
            line.lineChanged();
        }
    }

    @Override
    public void send(byte[] frame) {
        if (frame.length > FRAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a frame of " + frame.length + " bytes; the relay takes at most " + FRAME_BYTES_MAX);
        }
        synchronized (lock) {
            if (joined == null || !joined.isJoined) {
                return;
            }
            pacer.add(frame.clone());
        }
        drain();
    }

    private void drain() {
        synchronized (lock) {
            Joined current = joined;
            if (draining || current == null || !current.isJoined) {
                return;
            }
            for (byte[] next = pacer.poll(runtime.monotonicNanos());
                    next != null;
                    next = pacer.poll(runtime.monotonicNanos())) {
                current.put(next);
            }
            Duration wait = pacer.untilNext();
            if (wait != null) {
                draining = true;
                runtime.alarm(wait, this::drainOn);
            }
        }
    }

    private void drainOn() {
        synchronized (lock) {
            draining = false;
        }
        drain();
    }

    /** One socket, from its opening to its end. */
    private final class Joined implements RelaySocket.Listener {
        private @Nullable RelaySocket socket;
        private boolean isOpen;
        private boolean hasAsked;
        private boolean isJoined;
        private boolean isGone;
        private long joinedNanos;

        /** The opener may have told of it before it returned. */
        void use(RelaySocket opened) {
            boolean isLate;
            synchronized (lock) {
                socket = opened;
                isLate = isGone || joined != this;
            }
            if (isLate) {
                opened.close(NORMAL);
            } else {
                join();
            }
        }

        @Override
        public void opened() {
            synchronized (lock) {
                isOpen = true;
            }
            join();
        }

        private void join() {
            RelaySocket open;
            synchronized (lock) {
                open = isOpen && !isGone && !hasAsked ? socket : null;
                hasAsked |= open != null;
            }
            if (open != null) {
                open.text(ControlText.join(session, device));
            }
        }

        void put(byte[] frame) {
            if (socket != null) {
                socket.binary(frame);
            }
        }

        private boolean isCurrent() {
            synchronized (lock) {
                return joined == this && !isGone;
            }
        }

        @Override
        public void text(String frame) {
            if (!isCurrent()) {
                return;
            }
            ControlText message = ControlText.parse(frame);
            switch (message.kind()) {
                case PAIRED -> paired(message.alone());
                case PEER_THERE -> become(MonolithState.PAIRED);
                case PEER_GONE -> {
                    if (message.code() != TOO_MANY_DEVICES) { // a third device was sent away: nobody has gone
                        become(MonolithState.WAITING);
                    }
                }
                case PEER_UNLINKED -> told.onPeerUnlinked();
                default -> {
                    // nothing to do
                }
            }
        }

        private void paired(boolean alone) {
            boolean first;
            synchronized (lock) {
                first = !isJoined;
                joinedNanos = first ? runtime.monotonicNanos() : joinedNanos;
                isJoined = true;
                failures = 0;
            }
            if (!alone) {
                become(MonolithState.PAIRED);
            } else if (first) {
                become(MonolithState.WAITING);
                send(PROBE); // whoever has taken the place of a socket of its own while alone is where nobody finds
                // it, and is told so now
            }
        }

        @Override
        public void binary(byte[] frame) {
            LinkListener heard;
            boolean isFromPeer;
            synchronized (lock) {
                heard = joined == this && !isGone && frame.length != PROBE.length ? listener : null;
                isFromPeer = isJoined; // what comes before the relay has said a word may be this device's own
            }
            if (heard != null) {
                if (isFromPeer) {
                    become(MonolithState.PAIRED); // whoever said that it had gone was wrong
                }
                heard.received(frame);
            }
        }

        @Override
        public void closed(int code, String reason) {
            synchronized (lock) {
                if (isGone || joined != this) {
                    return;
                }
                isGone = true;
                joined = null;
                if (isJoined && runtime.monotonicNanos() - joinedNanos >= PAUSE_MAX.toNanos()) {
                    rejoins = 0;
                }
                pacer.clear();
                if (code == TOO_MANY_FRAMES) {
                    pacer.exhaust();
                }
            }
            after(AfterClose.of(code), code);
        }
    }

    private void after(AfterClose what, int code) {
        switch (what) {
            case REPLACED -> become(MonolithState.REPLACED);
            case UNLINKED -> become(MonolithState.UNLINKED);
            case REVOKED -> become(MonolithState.REVOKED);
            case REFUSED -> become(MonolithState.REFUSED);
            case WAIT -> {
                become(code == TOO_MANY_DEVICES ? MonolithState.FULL : MonolithState.CONNECTING);
                runtime.alarm(jitter(AfterClose.ROOM_WAIT), this::connect);
            }
            case REJOIN -> {
                become(MonolithState.CONNECTING);
                runtime.alarm(rejoinPause(), this::connect);
            }
            default -> {
                become(MonolithState.CONNECTING);
                runtime.alarm(pause(), this::connect);
            }
        }
        if (what.isFinal()) {
            sockets.close();
        }
    }

    /** Longer after each failure in a row, so that many devices do not return to a relay at once. */
    private Duration pause() {
        synchronized (lock) {
            return growing(failures++);
        }
    }

    /** None to speak of the first time. A relay that sends a device away again and again, even if it lets it join each time, is not asked faster than one that fails. */
    private Duration rejoinPause() {
        synchronized (lock) {
            rejoins++;
            return rejoins == 1 ? jitter(PAUSE_MIN.dividedBy(4)) : growing(rejoins - 2);
        }
    }

    private Duration growing(int times) {
        long millis = Math.min(PAUSE_MAX.toMillis(), PAUSE_MIN.toMillis() << Math.min(times, 10));
        return jitter(Duration.ofMillis(millis));
    }

    private Duration jitter(Duration most) {
        return Duration.ofMillis((long) (most.toMillis() * (0.5 + 0.5 * runtime.random())));
    }

    /**
     * Leaves the session, and tells the other device. Either may join again, with another link.
     *
     * @return whether the relay is connected, and so the other device hears of it
     */
    public boolean unlink() {
        return leave("unlink", MonolithState.UNLINKED);
    }

    /**
     * Takes the session away from both devices, as long as the relay runs. Forget its id.
     *
     * @return whether the relay is connected, and so knows
     */
    public boolean revoke() {
        return leave("revoke", MonolithState.REVOKED);
    }

    private boolean leave(String word, MonolithState last) {
        RelaySocket open;
        boolean isJoined;
        LinkListener line;
        boolean isNews;
        synchronized (lock) {
            open = joined == null ? null : joined.socket;
            isJoined = open != null && joined != null && joined.isJoined;
            line = listener;
            isNews = end(last);
        }
        if (open != null) {
            if (isJoined) {
                open.text(ControlText.ofType(word));
            }
            open.close(NORMAL); // after revoke the relay leaves the socket open
        }
        if (isNews) {
            tell(last, line);
        }
        sockets.close();
        return isJoined;
    }

    @Override
    public void close() {
        RelaySocket open;
        boolean isNews;
        synchronized (lock) {
            open = joined == null ? null : joined.socket;
            listener = null;
            isNews = end(MonolithState.CLOSED);
        }
        if (open != null) {
            open.close(NORMAL);
        }
        if (isNews) {
            tell(MonolithState.CLOSED, null);
        }
        sockets.close();
    }

    /**
     * Under the lock, in one step: an alarm to join again that is due at this moment finds the link over.
     *
     * @return whether it was not over before
     */
    private boolean end(MonolithState last) {
        joined = null;
        pacer.clear();
        boolean isNews = !isOver();
        state = isNews ? last : state;
        return isNews;
    }

    /** What a link needs, and what may be chosen about it. */
    public static final class Builder {
        private final String relayUrl;
        private final String session;
        private final String device;
        private final SyncRuntime runtime;
        private MonolithListener listener = new MonolithListener() {};
        private @Nullable OkHttpClient okHttpClient;

        private Builder(String relayUrl, String session, String device, SyncRuntime runtime) {
            this.relayUrl = OkHttpSockets.requireUrl(relayUrl);
            this.session = session;
            this.device = device;
            this.runtime = Objects.requireNonNull(runtime, "runtime");
            if (!UUID_4.matcher(session).matches()) {
                throw new IllegalArgumentException(
                        "a session's id is a UUID of version 4 in small letters, which this is not");
            }
            if (device.isEmpty() || device.length() > 64 || device.equals("unknown")) {
                throw new IllegalArgumentException(
                        "a device's name has 1 to 64 characters, and is not 'unknown'; this has " + device.length());
            }
        }

        /** Is told how the link stands. */
        public Builder listener(MonolithListener value) {
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        /** The app's own client, whose connections and threads are shared; one of the link's own unless set. */
        public Builder okHttpClient(OkHttpClient value) {
            okHttpClient = Objects.requireNonNull(value, "okHttpClient");
            return this;
        }

        /** The link. It connects when it is opened. */
        public MonolithLink build() {
            return new MonolithLink(this, new OkHttpSockets(relayUrl, okHttpClient));
        }

        MonolithLink build(RelaySocket.Opener sockets) {
            return new MonolithLink(this, sockets);
        }
    }

    @Override
    public String toString() {
        return "MonolithLink[" + state().toString().toLowerCase(Locale.ROOT) + ", session redacted]";
    }
}
