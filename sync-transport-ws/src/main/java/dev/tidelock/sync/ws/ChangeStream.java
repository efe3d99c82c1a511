package dev.tidelock.sync.ws;

import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.ws.LineEnd.Reason;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Hears how long the log is, by server-sent events (WHATWG HTML, section 9.2): the middle way, where WebSockets are blocked. One stream, from its opening to its end; another one takes its
 * place. Of the format it reads what the relay writes: comments, {@code retry}, and events of one line of data, a position; each line is bounded.
 */
final class ChangeStream implements Callback {
    static final String MEDIA_TYPE = "text/event-stream";
    private static final long LINE_BYTES_MAX = 1024;

    /** One that was open for less was of no use: something on the way may end all of them at once. */
    private static final Duration USE_MIN = Duration.ofSeconds(10);

    private static final LineEnd CUT = new LineEnd(Reason.CUT, null, false);

    private final Owner owner;
    private final OkHttpClient client;
    private final Request.Builder request;
    private final TokenCache tokens;
    private final RelayClock clock;
    private final SyncRuntime runtime;

    // Guarded by this.
    private @Nullable Call call;
    private TokenCache.@Nullable Token token;
    private boolean closed;

    /** Whose stream it is. Called by a thread of the stream. */
    interface Owner {
        void opened(ChangeStream opened);

        /** The log is so long now. */
        void grown(ChangeStream from, long position);

        /** It is over, or was not opened. Called once. */
        void ended(ChangeStream gone, LineEnd end);
    }

    /** @param request without a token */
    ChangeStream(
            Owner owner,
            OkHttpClient client,
            Request.Builder request,
            TokenCache tokens,
            RelayClock clock,
            SyncRuntime runtime) {
        this.owner = owner;
        this.client = client;
        this.request = request;
        this.tokens = tokens;
        this.clock = clock;
        this.runtime = runtime;
    }

    /** Returns at once; the owner hears the rest. */
    void open() {
        Call opening;
        try {
            TokenCache.Token shown = tokens.current();
            opening = client.newCall(request.header("Accept", MEDIA_TYPE)
                    .header("Accept-Encoding", "identity")
                    .header("Authorization", shown.authorization())
                    .build());
            if (!begin(opening, shown)) {
                return;
            }
        } catch (RuntimeException noToken) {
            owner.ended(this, CUT); // the app's doing: every other request meets it too, and says so
            return;
        }
        opening.enqueue(this);
    }

    private synchronized boolean begin(Call opening, TokenCache.Token shown) {
        call = opening;
        token = shown;
        return !closed;
    }

    @Override
    public void onFailure(Call same, IOException failure) {
        owner.ended(this, CUT);
    }

    @Override
    public void onResponse(Call same, Response response) {
        LineEnd end = CUT;
        try (response) {
            end = isStream(response) ? follow(response.body().source()) : refused(response);
        } finally {
            if (response.socket() != null) {
                response.socket().cancel(); // it was upgraded to something that nobody asked for
            }
            owner.ended(this, end);
        }
    }

    private static boolean isStream(Response response) {
        String type = response.header("Content-Type", "");
        return response.code() == 200 && type != null && type.startsWith(MEDIA_TYPE);
    }

    private LineEnd refused(Response response) {
        TokenCache.Token shown;
        synchronized (this) {
            shown = token;
        }
        if (response.code() == 401 && shown != null) {
            observeClock(response); // by which the next token is made
            tokens.insteadOf(shown);
        }
        return new LineEnd(Reason.REFUSED, Refusals.seconds(response.header("Retry-After")), false);
    }

    private void observeClock(Response refusal) {
        try {
            BufferedSource body = refusal.body().source();
            if (!body.request(WireLimits.JSON_ANSWER_BYTES_MAX + 1L)) {
                clock.observe(ErrorAnswer.read(body.getBuffer().readByteArray()).timeMillis());
            }
        } catch (IOException | WireFormatException notOurs) {
            // Then the clock stays as it is.
        }
    }

    private LineEnd follow(BufferedSource source) {
        long openedNanos = runtime.monotonicNanos();
        owner.opened(this);
        Reader reader = new Reader(source);
        Reason why;
        try {
            reader.run();
            why = Reason.STOPPED;
        } catch (WireFormatException nonsense) {
            why = Reason.NONSENSE;
        } catch (IOException cut) {
            why = Reason.CUT;
        }
        boolean served = runtime.monotonicNanos() - openedNanos >= USE_MIN.toNanos();
        return new LineEnd(why, why == Reason.STOPPED ? reader.retry : null, served);
    }

    private final class Reader {
        private final BufferedSource source;
        private @Nullable String data;
        private @Nullable Duration retry;

        Reader(BufferedSource source) {
            this.source = source;
        }

        void run() throws IOException, WireFormatException {
            while (!source.exhausted()) {
                String line = line();
                int colon = line.indexOf(':');
                if (line.isEmpty()) {
                    tell();
                } else if (colon > 0) {
                    String value = line.substring(colon + 1);
                    read(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
                } // else a comment: the relay is there
            }
        }

        private String line() throws IOException, WireFormatException {
            try {
                return source.readUtf8LineStrict(LINE_BYTES_MAX);
            } catch (EOFException endless) {
                if (source.getBuffer().size() > LINE_BYTES_MAX) {
                    throw new WireFormatException("a line of more than " + LINE_BYTES_MAX + " bytes", endless);
                }
                throw endless;
            }
        }

        private void read(String field, String value) throws WireFormatException {
            switch (field) {
                case "data" -> {
                    if (data != null || !value.matches("[0-9]{1,18}")) {
                        throw new WireFormatException("an event that is no position");
                    }
                    data = value;
                }
                case "retry" -> retry = Refusals.millis(value);
                default -> {
                    // "event" and "id" say nothing here.
                }
            }
        }

        private void tell() {
            if (data != null) {
                owner.grown(ChangeStream.this, Long.parseLong(data));
                data = null;
            }
        }
    }

    /** Ends it. */
    void close() {
        Call ending;
        synchronized (this) {
            closed = true;
            ending = call;
        }
        if (ending != null) {
            ending.cancel();
        }
    }
}
