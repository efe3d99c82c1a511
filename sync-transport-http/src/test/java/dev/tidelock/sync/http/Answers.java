package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PushReceipt;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mockwebserver3.MockResponse;
import okio.Buffer;

/** What a relay answers, honest or not. */
final class Answers {
    static final long RELAY_MILLIS = 1_700_000_000_000L;
    static final LogId LOG = new LogId("log-1");
    static final Cursor START = new Cursor(LOG, 0, EnvelopeHash.NONE);

    private Answers() {}

    static MockResponse.Builder json(int status, byte[] body) {
        return bytes(status, "application/json", body);
    }

    static MockResponse.Builder bytes(int status, String type, byte[] body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", type)
                .body(new Buffer().write(body));
    }

    static MockResponse.Builder error(ErrorCode code) {
        return error(code, RELAY_MILLIS);
    }

    static MockResponse.Builder error(ErrorCode code, long timeMillis) {
        return json(code.status(), new ErrorAnswer(code.code(), "why", null, timeMillis).write());
    }

    static MockResponse.Builder done(int status) {
        return json(status, new DoneAnswer(RELAY_MILLIS).write());
    }

    static MockResponse.Builder accepted(List<Envelope> envelopes) {
        List<EnvelopeHash> hashes = envelopes.stream().map(Envelope::hash).collect(Collectors.toList());
        return json(200, PushAnswer.write(new PushReceipt(hashes, List.of(), RELAY_MILLIS)));
    }

    static MockResponse.Builder page(List<Envelope> envelopes) {
        return bytes(200, "application/vnd.tidelock.page", pageBytes(envelopes, null));
    }

    static MockResponse.Builder pageWithHeads(List<Envelope> envelopes, Map<DeviceId, Long> heads) {
        return bytes(200, "application/vnd.tidelock.page", pageBytes(envelopes, heads));
    }

    static byte[] pageBytes(List<Envelope> envelopes, Map<DeviceId, Long> heads) {
        PageWriter writer = new PageWriter(4 << 20);
        Cursor next = START;
        for (Envelope envelope : envelopes) {
            writer.addEnvelope(envelope.toByteArray());
            next = next.after(envelope.hash());
        }
        return writer.write(next, false, heads, RELAY_MILLIS);
    }
}
