package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidelock.sync.http.internal.BoundedUpgrade;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.transport.LiveListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The WebSocket on which the relay tells of events as they are pushed. Each is a reason to pull; its content is not looked at, for the relay sends a copy that it may not have stored.
 * Nothing is sent but the token and pings, so the relay's limit of frames is far away. After a cut it is opened again, with growing pauses; and since nothing that
 * happened meanwhile is told, the listener then pulls.
 */
final class LiveLine {
    /** How long a silent line is taken for open. */
    static final Duration PING_INTERVAL = Duration.ofSeconds(20);

    private static final Logger LOG = LoggerFactory.getLogger(LiveLine.class);

    /** The relay itself waits for ever. */
    private static final Duration AUTH_MAX = Duration.ofSeconds(10);

    /** The longest event, and what is around it. A longer frame ends the line; then pulls have to do. */
    static final long FRAME_BYTES_MAX = EventSplitter.EVENT_BYTES_MAX + (4L << 10);

    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);
    private static final int NORMAL_CLOSE = 1000;

    private final OkHttpClient client;
    private final HttpUrl url;
    private final Tokens tokens;
    private final SyncRuntime runtime;
    private final AtomicBoolean lateEvent = new AtomicBoolean();
    private volatile long lateClock;

    /** Held while the listener is told: one call at a time. */
    private final Object telling = new Object();

    // Guarded by lock.
    private final Object lock = new Object();
    private @Nullable LiveListener listener;
    private @Nullable Connection current;
    private SyncRuntime.@Nullable Cancellable next;
    private boolean open;
    private boolean closed;
    private int failures;

    LiveLine(OkHttpClient client, HttpUrl url, Tokens tokens, SyncRuntime runtime) {
        this.client = client.newBuilder()
                .pingInterval(PING_INTERVAL)
                .addInterceptor(new BoundedUpgrade(FRAME_BYTES_MAX))
                .build();
        this.url = url;
        this.tokens = tokens;
        this.runtime = runtime;
    }

    void open(LiveListener told) {
        synchronized (lock) {
            if (listener != null) {
                throw new IllegalStateException("somebody listens already");
            }
            listener = told;
        }
        connect();
    }

    boolean isOpen() {
        synchronized (lock) {
            return open;
        }
    }

    /** What a reading of the log's end does not meet: an event at or below this clock is late. */
    void setLateClock(long clock) {
        lateClock = clock;
    }

    /** Whether a late event was announced since this was last asked. */
    boolean hasHeardLateEvent() {
        return lateEvent.getAndSet(false);
    }

    private void connect() {
        synchronized (lock) {
            next = null;
            if (closed) {
                return;
            }
            Connection connection = new Connection();
            current = connection;
            connection.socket =
                    client.newWebSocket(new Request.Builder().url(url).build(), connection);
            next = alarm(AUTH_MAX, connection::requireAuth);
        }
    }

    /** One socket. What an earlier one still says does not count. */
    private final class Connection extends WebSocketListener {
        private @Nullable WebSocket socket;
        private String token = "";

        @Override
        public void onOpen(WebSocket opened, Response response) {
            token = tokens.current();
            opened.send("{\"type\":\"auth\",\"token\":" + CanonicalJson.write(token) + "}");
        }

        /** Gives up a line on which the relay has not taken the token in time. */
        void requireAuth() {
            WebSocket late;
            synchronized (lock) {
                late = current == this && !open ? socket : null;
            }
            if (late != null) {
                late.cancel();
            }
        }

        @Override
        public void onMessage(WebSocket from, String text) {
            heard(from, text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void onMessage(WebSocket from, ByteString bytes) {
            heard(from, bytes.toByteArray());
        }

        private void heard(WebSocket from, byte[] frame) {
            Frame heard = Frame.parse(frame);
            if (heard == null) {
                return;
            }
            if (heard.type.equals("auth_result")) {
                if (heard.ok) {
                    authorized();
                } else {
                    tokens.insteadOf(token); // an expired one and a revoked device are the same to the relay
                    from.cancel();
                }
            } else if (heard.type.equals("event")) {
                if (heard.clock <= lateClock) {
                    lateEvent.set(true);
                }
                tell(LiveListener::changed);
            } else if (heard.type.equals("error")) {
                LOG.debug("The relay reports an error on its live line");
            }
        }

        private void authorized() {
            synchronized (lock) {
                if (current != this || open) {
                    return;
                }
                open = true;
                failures = 0;
                cancelNext();
            }
            tell(LiveListener::lineChanged);
            tell(LiveListener::changed);
        }

        @Override
        public void onClosing(WebSocket from, int code, String reason) {
            from.close(NORMAL_CLOSE, null);
        }

        @Override
        public void onClosed(WebSocket from, int code, String reason) {
            ended();
        }

        @Override
        public void onFailure(WebSocket from, Throwable failure, @Nullable Response response) {
            ended();
        }

        private void ended() {
            boolean wasOpen;
            synchronized (lock) {
                if (current != this) {
                    return;
                }
                current = null;
                wasOpen = open;
                open = false;
                cancelNext();
                if (!closed) {
                    next = alarm(pause(failures++), LiveLine.this::connect);
                }
            }
            if (wasOpen) {
                tell(LiveListener::lineChanged);
            }
        }
    }

    /** Null if the runtime was closed: then nothing is to happen any more. */
    private SyncRuntime.@Nullable Cancellable alarm(Duration delay, Runnable task) {
        try {
            return runtime.alarm(delay, task);
        } catch (RejectedExecutionException over) {
            return null;
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }

    /** Twice as long after each failure; somewhere between half of it and all, so that not all devices come back at once. */
    private Duration pause(int failuresBefore) {
        long millis = Math.min(PAUSE_MIN.toMillis() << Math.min(failuresBefore, 10), PAUSE_MAX.toMillis());
        return Duration.ofMillis((long) (millis * (0.5 + runtime.random() / 2)));
    }

    private interface Told {
        void by(LiveListener listener);
    }

    private void tell(Told what) {
        LiveListener told;
        synchronized (lock) {
            told = closed ? null : listener;
        }
        if (told != null) {
            synchronized (telling) {
                what.by(told);
            }
        }
    }

    void close() {
        Connection ending;
        synchronized (lock) {
            closed = true;
            open = false;
            cancelNext();
            ending = current;
            current = null;
        }
        if (ending != null && ending.socket != null) {
            ending.socket.cancel();
        }
    }

    /** What is of interest in a frame. Of most types nothing is. */
    static final class Frame {
        final String type;
        final boolean ok;
        final long clock;

        private Frame(String type, boolean ok, long clock) {
            this.type = type;
            this.ok = ok;
            this.clock = clock;
        }

        /** Reads a frame; null for one that says nothing. */
        static @Nullable Frame parse(byte[] frame) {
            String type = null;
            boolean ok = false;
            long clock = Long.MAX_VALUE;
            try (JsonParser in = Json.parser(frame)) {
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    return null;
                }
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    JsonToken value = in.nextToken();
                    if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                        type = in.getText();
                    } else if (name.equals("ok")) {
                        ok = value == JsonToken.VALUE_TRUE;
                    } else if (name.equals("event") && value == JsonToken.START_OBJECT) {
                        clock = WireEvent.read(in).clock();
                    }
                    in.skipChildren();
                }
            } catch (IOException noFrame) {
                return null;
            }
            return type == null ? null : new Frame(type, ok, clock);
        }
    }
}
