package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.XnioWorker;

/** Whatever a client says behind its token: the relay answers it, refuses it or ends the line, and is never broken by it. */
class LineMessagesFuzzTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final int LAST = 0x7fff_0000;

    @TempDir
    static Path folder;

    private static TestSpace space;
    private static XnioWorker worker;

    @BeforeAll
    static void startRelay() throws Exception {
        // A clock that stands still: a token stays good for as long as the fuzzing takes.
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")).withWallMillis(() -> NOW), 2);
        worker = RawLine.worker();
    }

    @AfterAll
    static void stopRelay() throws IOException {
        space.close();
        worker.shutdownNow();
    }

    /** One message; and then a good one, which shows whether the line is still there. */
    @FuzzTest
    void message(byte[] bytes) throws Exception {
        try (RawLine line = RawLine.open(worker, space.url(), space.path())) {
            line.send(Kind.AUTH, 1, space.keys(0).tokenAt(NOW).getBytes(StandardCharsets.US_ASCII));
            assertEquals(Kind.DONE, line.next().kind());
            line.send(bytes);
            line.send(
                    Kind.PULL, LAST, new PullBody(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN).write());
            LineMessage answer = line.nextUnlessClosed();
            while (answer != null && answer.number() != LAST) {
                if (answer.kind() == Kind.ERROR) {
                    int status = LineError.read(answer.body()).status();
                    assertTrue(status < 500, "answered with " + status);
                }
                answer = line.nextUnlessClosed();
            }
        }
    }
}
