package dev.tidelock.sync.ws;

import dev.tidelock.sync.http.internal.TokenCache;
import dev.tidelock.sync.http.wire.WireFormatException;
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

    private final Owner owner;
    private final OkHttpClient client;
    private final Request.Builder request;
    private final TokenCache tokens;

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
    ChangeStream(Owner owner, OkHttpClient client, Request.Builder request, TokenCache tokens) {
        this.owner = owner;
        this.client = client;
        this.request = request;
        this.tokens = tokens;
    }

    /** Returns at once; the owner hears the rest. */
    void open() {
        TokenCache.Token shown = tokens.current();
        Call opening = client.newCall(request.header("Accept", MEDIA_TYPE)
                .header("Accept-Encoding", "identity")
                .header("Authorization", shown.authorization())
                .build());
        synchronized (this) {
            if (closed) {
                return;
            }
            call = opening;
            token = shown;
        }
        opening.enqueue(this);
    }

    @Override
    public void onFailure(Call same, IOException failure) {
        owner.ended(this, new LineEnd(Reason.CUT, null, false));
    }

    @Override
    public void onResponse(Call same, Response response) {
        LineEnd end;
        try (response) {
            end = isStream(response) ? follow(response.body().source()) : refused(response);
        }
        owner.ended(this, end);
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
            tokens.insteadOf(shown); // so that the next one shows another
        }
        return new LineEnd(Reason.REFUSED, Refusals.seconds(response.header("Retry-After")), false);
    }

    private LineEnd follow(BufferedSource source) {
        owner.opened(this);
        Reader reader = new Reader(source);
        try {
            reader.run();
            return new LineEnd(Reason.STOPPED, reader.retry, true);
        } catch (WireFormatException nonsense) {
            return new LineEnd(Reason.NONSENSE, null, true);
        } catch (IOException cut) {
            return new LineEnd(Reason.CUT, null, true);
        }
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
