package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class TokensTest extends HttpRelayFixture {
    private static final long MINUTE = 60_000;

    private void pull() throws TransportException {
        relay().transport().pull(PULL);
    }

    @Test
    void token_isKeptForFourMinutes() throws Exception {
        for (int i = 0; i < 4; i++) {
            answer(Answers.page(List.of()));
        }
        pull();
        wallMillis.addAndGet(4 * MINUTE - 1);
        pull();
        assertEquals(1, tokensMade.get());
        wallMillis.addAndGet(1);
        pull();
        assertEquals(2, tokensMade.get());
        wallMillis.addAndGet(-10 * MINUTE);
        pull();
        assertEquals(3, tokensMade.get(), "the clock was put back: nobody knows how old the token is");
    }

    @Test
    void token_isMadeByTheRelaysTime() throws Exception {
        wallMillis.set(Answers.RELAY_MILLIS - 100 * MINUTE);
        answer(Answers.page(List.of()));
        answer(Answers.page(List.of()));
        pull();
        assertEquals(Answers.RELAY_MILLIS - 100 * MINUTE, tokenTime.get());
        wallMillis.addAndGet(5 * MINUTE);
        pull();
        assertEquals(Answers.RELAY_MILLIS + 5 * MINUTE, tokenTime.get());
    }

    @Test
    void token_refused_isReplacedOnceByTheRelaysTime() throws Exception {
        wallMillis.set(Answers.RELAY_MILLIS - 100 * MINUTE);
        answer(Answers.error(ErrorCode.TOKEN_EXPIRED));
        answer(Answers.page(List.of()));
        pull();
        assertEquals(2, tokensMade.get());
        assertEquals(Answers.RELAY_MILLIS, tokenTime.get());
        assertEquals("Tidelock token-1", server.takeRequest().getHeaders().get("Authorization"));
        assertEquals("Tidelock token-2", server.takeRequest().getHeaders().get("Authorization"));
    }

    @Test
    void token_refusedTwice_isUnauthorized() {
        answer(Answers.error(ErrorCode.TOKEN_EXPIRED));
        answer(Answers.error(ErrorCode.TOKEN_INVALID));
        TransportException failure = fails(Kind.UNAUTHORIZED, this::pull);
        assertTrue(failure.getMessage().contains("token-invalid"), failure.getMessage());
        assertEquals(2, server.getRequestCount());
    }

    @Test
    void token_refusedByAProxy_isReplacedToo() throws Exception {
        answer(new MockResponse.Builder().code(401).body("<html>no</html>").setHeader("Content-Type", "text/html"));
        answer(Answers.page(List.of()));
        pull();
        assertEquals(2, tokensMade.get());
        assertEquals(Answers.RELAY_MILLIS, tokenTime.get());
    }

    @Test
    void forbidden_isNotAskedTwice() {
        answer(Answers.error(ErrorCode.NOT_A_MEMBER));
        fails(Kind.UNAUTHORIZED, this::pull);
        assertEquals(1, server.getRequestCount());
    }

    @Test
    void relayTime_thatIsNone_isIgnored() throws Exception {
        for (long nonsense : new long[] {0, Long.MAX_VALUE, 1L << 48}) {
            answer(Answers.error(ErrorCode.TOKEN_EXPIRED, nonsense));
            answer(Answers.page(List.of()));
            pull();
            assertEquals(Answers.RELAY_MILLIS, tokenTime.get());
        }
    }

    @Test
    void storm_ofRefusals_makesOneNewToken() throws Exception {
        int threads = 16;
        // All of them are refused before any of them can ask again.
        CyclicBarrier allRefused = new CyclicBarrier(threads);
        server.setDispatcher(new mockwebserver3.Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) throws InterruptedException {
                if ("Tidelock token-1".equals(request.getHeaders().get("Authorization"))) {
                    await(allRefused);
                    return Answers.error(ErrorCode.TOKEN_EXPIRED).build();
                }
                return Answers.page(List.of()).build();
            }
        });
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            HttpRelay relay = relay();
            Callable<Object> pull = () -> relay.transport().pull(PULL);
            List<Future<Object>> pulls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                pulls.add(pool.submit(pull));
            }
            for (Future<Object> each : pulls) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertEquals(2, tokensMade.get());
        assertEquals(2 * threads, server.getRequestCount());
    }

    private static void await(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await();
        } catch (java.util.concurrent.BrokenBarrierException stopped) {
            throw new InterruptedException(stopped.getMessage());
        }
    }
}
