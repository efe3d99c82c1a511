package dev.tidelock.sync.ws;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.internal.AnswerChecks;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
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

/**
 * Push and pull by the line while it is open, and by HTTP otherwise. If the line is cut before the answer comes, HTTP asks again in the same call: a push may be
 * repeated.
 */
final class WsTransport implements LiveTransport {
    private final Transport http;
    private final LiveWay way;
    private final int pullBytesMax;

    WsTransport(Transport http, LiveWay way, int pullBytesMax) {
        this.http = http;
        this.way = way;
        this.pullBytesMax = pullBytesMax;
    }

    @Override
    public String remote() {
        return http.remote();
    }

    @Override
    public void listen(LiveListener told) {
        way.listen(told);
    }

    @Override
    public boolean isLive() {
        return way.isLive();
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        Line now = way.line();
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
        Line now = way.line();
        if (now != null) {
            try {
                byte[] body = new PullBody(request, pullBytesMax).write();
                return now.ask(Kind.PULL, body, Kind.PAGE, new PullReader(now, request.after() != null));
            } catch (LineCutException cut) {
                // HTTP does the same.
            }
        }
        return pullByHttp(request);
    }

    private PullResult pullByHttp(PullRequest request) throws TransportException {
        try {
            PullResult result = http.pull(request);
            if (result instanceof PullResult.Page page) {
                way.readByHttp(page.next().position());
            }
            return result;
        } catch (TransportException failed) {
            if (failed.kind() == TransportException.Kind.OFFLINE) {
                way.cutFromHttp();
            }
            throw failed;
        }
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
    public void close() {
        http.close();
        way.close();
    }
}
