package dev.tidelock.sync.http;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Assertions;

/** Whatever a relay refuses with, it becomes a typed failure that does not keep this device away for long. */
class RelayAnswerFuzzTest {
    private static final Request REQUEST =
            new Request.Builder().url("http://127.0.0.1/health").build();

    /** The status (2 bytes), the length of {@code Retry-After} (1), that header, and the body. */
    @FuzzTest
    void failure(byte[] bytes) throws IOException {
        if (bytes.length < 3) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int status = 300 + (in.getShort() & 0xff);
        byte[] header = new byte[Math.min(in.get() & 0x3f, in.remaining())];
        in.get(header);
        byte[] body = new byte[in.remaining()];
        in.get(body);
        String retryAfter = new String(header, StandardCharsets.US_ASCII).replaceAll("[^ -~]", "x");
        try (Response response = new Response.Builder()
                .request(REQUEST)
                .protocol(Protocol.HTTP_1_1)
                .code(status)
                .message("")
                .header("Retry-After", retryAfter)
                .header("Location", retryAfter)
                .body(ResponseBody.create(body, MediaType.get(MediaTypes.JSON)))
                .build()) {
            RelayAnswer answer = new RelayAnswer(response, new RelayClock(() -> 1_700_000_000_000L));
            TransportException failure = answer.failure();
            Duration wait = failure.retryAfter();
            if (wait != null) {
                Assertions.assertTrue(!wait.isNegative() && wait.compareTo(RelayAnswer.RETRY_AFTER_MAX) <= 0);
            }
            Assertions.assertThrows(WireFormatException.class, () -> answer.stream(MediaTypes.PAGE));
        }
    }
}
