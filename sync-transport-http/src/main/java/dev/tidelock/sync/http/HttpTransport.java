package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.PageReader;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/** Push and pull: one request each. An answer that does not fit its question is no answer. */
final class HttpTransport implements Transport {
    private static final MediaType ENVELOPES = MediaType.get(MediaTypes.ENVELOPES);

    private final RelayCalls calls;
    private final String remote;
    private final String spacePath;
    private final int pullBytesMax;

    HttpTransport(RelayCalls calls, String remote, String spacePath, int pullBytesMax) {
        this.calls = calls;
        this.remote = remote;
        this.spacePath = spacePath;
        this.pullBytesMax = pullBytesMax;
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        RequestBody body = new EnvelopesBody(envelopes);
        return calls.withToken(calls.to(spacePath + "/push").post(body), answer -> {
            answer.require(200);
            PushReceipt receipt = PushAnswer.read(answer.json());
            calls.observed(receipt.remoteMillis());
            requireAnswersAll(envelopes, receipt);
            return receipt;
        });
    }

    private static void requireAnswersAll(List<Envelope> envelopes, PushReceipt receipt) throws WireFormatException {
        Set<EnvelopeHash> open = new HashSet<>();
        envelopes.forEach(envelope -> open.add(envelope.hash()));
        receipt.accepted().forEach(open::remove);
        receipt.refusals().forEach(refusal -> open.remove(refusal.hash()));
        int answered = receipt.accepted().size() + receipt.refusals().size();
        if (!open.isEmpty() || answered != envelopes.size()) {
            throw new WireFormatException(answered + " answers for " + envelopes.size() + " envelopes, and for "
                    + open.size() + " of those none");
        }
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        byte[] body = new PullBody(request, pullBytesMax).write();
        boolean byCursor = request.after() != null;
        return calls.withToken(calls.to(spacePath + "/pull").post(RelayCalls.json(body)), answer -> {
            if (byCursor && answer.refuses(ErrorCode.CURSOR_REFUSED)) {
                return cursorRefused(answer.error());
            }
            answer.require(200);
            return page(answer, byCursor);
        });
    }

    private PullResult.Page page(RelayAnswer answer, boolean byCursor) throws IOException, WireFormatException {
        PullResult.Page page = PageReader.read(answer.stream(MediaTypes.PAGE), WireLimits.pageBytesMax(pullBytesMax));
        calls.observed(page.remoteMillis());
        if (byCursor && !page.heads().isEmpty()) {
            throw new WireFormatException("heads that were not asked for");
        }
        if (!byCursor && page.entries().stream().anyMatch(PullResult.Own.class::isInstance)) {
            throw new WireFormatException("an envelope by name only, where all of it was asked for");
        }
        return page;
    }

    private static PullResult cursorRefused(@Nullable ErrorAnswer error) throws WireFormatException {
        LogId log = error == null ? null : error.log();
        if (error == null || log == null) {
            throw new WireFormatException("a refused cursor without the log that is there");
        }
        return new PullResult.CursorRefused(log, error.timeMillis());
    }

    @Override
    public void close() {
        calls.close();
    }

    /** Written anew if the request has to be sent again. */
    private static final class EnvelopesBody extends RequestBody {
        private final List<Envelope> envelopes;
        private final int length;

        EnvelopesBody(List<Envelope> envelopes) {
            this.envelopes = List.copyOf(envelopes);
            this.length = PushBody.length(envelopes);
        }

        @Override
        public MediaType contentType() {
            return ENVELOPES;
        }

        @Override
        public long contentLength() {
            return length;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            PushBody.write(envelopes, sink.outputStream());
        }
    }
}
