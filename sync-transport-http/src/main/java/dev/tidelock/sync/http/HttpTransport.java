package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.PageReader;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;

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
            AnswerChecks.requireAnswersAll(envelopes, receipt);
            return receipt;
        });
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        byte[] body = new PullBody(request, pullBytesMax).write();
        boolean byCursor = request.after() != null;
        return calls.withToken(calls.to(spacePath + "/pull").post(RelayCalls.json(body)), answer -> {
            if (byCursor && answer.refuses(ErrorCode.CURSOR_REFUSED)) {
                return AnswerChecks.cursorRefused(answer.error());
            }
            answer.require(200);
            return page(answer, byCursor);
        });
    }

    private PullResult.Page page(RelayAnswer answer, boolean byCursor) throws IOException, WireFormatException {
        PullResult.Page page = PageReader.read(answer.stream(MediaTypes.PAGE), WireLimits.pageBytesMax(pullBytesMax));
        calls.observed(page.remoteMillis());
        AnswerChecks.requireFits(page, byCursor);
        return page;
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
