package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireText;
import io.undertow.io.Receiver;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer. Nothing of it waits for the network on a thread: bodies are collected and answers sent as the connection
 * lets them. Whatever goes wrong is answered as JSON.
 */
final class RelayRequest {
    private static final String SCHEME = "Tidelock ";

    private final HttpServerExchange exchange;
    private final Map<String, String> named;
    private final ByteBudget budget;
    private final LongSupplier wallMillis;
    private Runnable release = () -> {};

    RelayRequest(HttpServerExchange exchange, Map<String, String> named, ByteBudget budget, LongSupplier wallMillis) {
        this.exchange = exchange;
        this.named = named;
        this.budget = budget;
        this.wallMillis = wallMillis;
    }

    /** What is done with a body. */
    interface BodyAction {
        void handle(byte[] body) throws Exception;
    }

    /** A step that may fail. */
    interface Step {
        void run() throws Exception;
    }

    SpaceId space() throws WireFormatException {
        return WireText.space(named("space"));
    }

    DeviceId device() throws WireFormatException {
        return WireText.device(named("device"));
    }

    /** What the path says in the place of this name. */
    String named(String name) {
        return Objects.requireNonNull(named.get(name), name);
    }

    /** The value of a header; null if it is not there. */
    @Nullable
    String header(String name) {
        return exchange.getRequestHeaders().getFirst(name);
    }

    /** Sets a header of the answer. */
    void header(String name, String value) {
        exchange.getResponseHeaders().put(new HttpString(name), value);
    }

    /** Where it comes from, without the port. */
    InetAddress address() {
        return exchange.getSourceAddress().getAddress();
    }

    /** The first value of a query parameter. */
    Optional<String> query(String name) {
        return Optional.ofNullable(exchange.getQueryParameters().get(name)).map(values -> values.peekFirst());
    }

    /** The token that is shown. */
    String token() throws RefusedException {
        String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
        if (header == null) {
            throw new RefusedException(ErrorCode.TOKEN_MISSING, "show a token: 'Authorization: Tidelock TOKEN'");
        }
        if (!header.startsWith(SCHEME)) {
            throw new RefusedException(ErrorCode.TOKEN_MALFORMED, "the authorization scheme is 'Tidelock'");
        }
        return header.substring(SCHEME.length());
    }

    long nowMillis() {
        return wallMillis.getAsLong();
    }

    /** Takes a share of the memory for large bodies, until this request is over. */
    ByteBudget.Share reserve(int bytes) throws RefusedException {
        ByteBudget.Share share = budget.take(bytes);
        exchange.addExchangeCompleteListener((ended, next) -> {
            share.giveBack();
            next.proceed();
        });
        return share;
    }

    /** Reads a small body, and goes on with it on a worker thread. */
    void receive(String mediaType, int bytesMax, BodyAction action) throws RefusedException {
        requireType(mediaType);
        requireLength(bytesMax);
        collect(bytesMax, action);
    }

    /** As {@link #receive}, for a body that takes a share of the memory if it is not tiny. */
    void receiveLarge(String mediaType, int bytesMax, BodyAction action) throws RefusedException {
        requireType(mediaType);
        long length = requireLength(bytesMax);
        if (length < 0 || length > RelayLimits.TINY_BYTES_MAX) {
            reserve(length < 0 ? bytesMax : (int) length);
        }
        collect(bytesMax, action);
    }

    private void requireType(String mediaType) throws RefusedException {
        String actual = exchange.getRequestHeaders().getFirst(Headers.CONTENT_TYPE);
        if (actual == null || !actual.split(";", 2)[0].trim().equalsIgnoreCase(mediaType)) {
            throw new RefusedException(ErrorCode.CONTENT_TYPE, "the content type of this request is " + mediaType);
        }
        if (exchange.getRequestHeaders().contains(Headers.CONTENT_ENCODING)) {
            throw new RefusedException(ErrorCode.CONTENT_TYPE, "bodies are not compressed: they are sealed");
        }
    }

    private long requireLength(int bytesMax) throws RefusedException {
        long length = exchange.getRequestContentLength();
        if (length > bytesMax) {
            throw tooLarge(bytesMax);
        }
        return length;
    }

    private static RefusedException tooLarge(int bytesMax) {
        return new RefusedException(ErrorCode.TOO_LARGE, "a body of at most " + bytesMax + " bytes is accepted");
    }

    private void collect(int bytesMax, BodyAction action) {
        Receiver receiver = exchange.getRequestReceiver();
        receiver.setMaxBufferSize(bytesMax);
        receiver.receiveFullBytes(
                (same, body) -> onWorker(() -> action.handle(body)),
                (same, failure) -> guard(() -> {
                    if (failure instanceof Receiver.RequestToLargeException) {
                        throw tooLarge(bytesMax);
                    }
                    throw new RefusedException(ErrorCode.MALFORMED, "the body did not arrive");
                }));
    }

    /** Goes on with this request on a worker thread. */
    void onWorker(Step step) {
        HttpHandler handler = same -> guard(step);
        exchange.dispatch(handler);
    }

    /** Keeps this request open after its step has returned, for {@link #onWorker} to go on with from anywhere. */
    void suspend(Step step) {
        exchange.dispatch(SameThreadExecutor.INSTANCE, () -> guard(step));
    }

    /** Runs something after a while, on a network thread. */
    void after(int seconds, Runnable task) {
        exchange.getIoThread().executeAfter(task, seconds, TimeUnit.SECONDS);
    }

    /** @param whenOver what is given back when this request is over, or lasts; may be run twice */
    void releaseWith(Runnable whenOver) {
        release = whenOver;
    }

    /** From now on this request has no deadline, and counts as one that is over. */
    HttpServerExchange goOn() {
        release.run();
        return exchange;
    }

    void answerDone(boolean made) {
        answer(made ? 201 : 200, new DoneAnswer(nowMillis()).write());
    }

    void answer(int status, byte[] json) {
        answer(status, MediaTypes.JSON, json);
    }

    void answer(int status, String mediaType, byte[] body) {
        exchange.setStatusCode(status);
        exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, mediaType);
        exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-store");
        exchange.getResponseSender().send(ByteBuffer.wrap(body));
    }

    /** As {@link #answer(int, byte[])}, for one that takes a share of the memory if it is not tiny. */
    void answerLarge(int status, byte[] json) throws RefusedException {
        if (json.length > RelayLimits.TINY_BYTES_MAX) {
            reserve(json.length);
        }
        answer(status, json);
    }

    void answerNotChanged() {
        exchange.setStatusCode(304);
        exchange.endExchange();
    }

    void answerNothingYet() {
        exchange.setStatusCode(204);
        exchange.endExchange();
    }

    /** Runs a step; what it throws becomes the answer. */
    void guard(Step step) {
        try {
            step.run();
        } catch (Exception | AssertionError failed) {
            refuse(RefusedException.of(failed));
        }
    }

    private void refuse(RefusedException refused) {
        if (exchange.isResponseStarted()) {
            exchange.endExchange(); // all that is left to do
            return;
        }
        if (refused.retryAfterSeconds() > 0) {
            exchange.getResponseHeaders().put(Headers.RETRY_AFTER, String.valueOf(refused.retryAfterSeconds()));
        }
        answer(refused.code().status(), refused.answer(nowMillis()).write());
    }
}
