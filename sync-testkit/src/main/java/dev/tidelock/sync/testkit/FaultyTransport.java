package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Any transport, with the faults that a network has: requests and answers that are lost, repeated, late, cut, slow or refused. */
public final class FaultyTransport implements Transport {
    private final Transport inner;
    private final FaultDice dice;
    private final Surroundings surroundings;

    /** What a call depends on besides the remote. */
    public interface Surroundings {
        /** Nothing else, and no time passes. What comes later, comes at once. */
        Surroundings NONE = new Surroundings() {};

        /** Is asked before each call; throws if the remote cannot be reached. */
        default void requireReachable() throws TransportException {}

        /** Time passes in a call. */
        default void pass(Duration duration) {}

        /** Something is to happen later, outside this call. */
        default void later(Duration delay, Runnable what) {
            what.run();
        }

        /** Why the remote takes no envelope from this device now; null if it takes them. */
        default @Nullable RefusalReason refusal() {
            return null;
        }

        /** A call is under way: others may do something meanwhile. */
        default void meanwhile() {}
    }

    /** A transport on which things go wrong between a device and {@code inner}, whenever the dice say so. */
    public FaultyTransport(Transport inner, FaultDice dice, Surroundings surroundings) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.dice = Objects.requireNonNull(dice, "dice");
        this.surroundings = Objects.requireNonNull(surroundings, "surroundings");
    }

    @Override
    public String remote() {
        return inner.remote();
    }

    @Override
    public boolean isOrdered() {
        return inner.isOrdered();
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        before();
        if (dice.happens(Fault.DELIVERED_LATE)) {
            later(envelopes);
            throw offline("the request timed out");
        }
        if (dice.happens(Fault.CUT)) {
            int whole = dice.details().nextInt(envelopes.size());
            if (whole > 0) {
                inner.push(envelopes.subList(0, whole));
            }
            throw offline("the connection broke after " + whole + " envelopes");
        }
        if (dice.happens(Fault.DUPLICATED)) {
            inner.push(envelopes);
        }
        if (dice.happens(Fault.REPEATED_LATER)) {
            later(envelopes);
        }
        PushReceipt receipt = pushUnlessRefused(envelopes);
        after();
        return receipt;
    }

    private PushReceipt pushUnlessRefused(List<Envelope> envelopes) throws TransportException {
        RefusalReason reason = surroundings.refusal();
        List<Envelope> refused = new ArrayList<>();
        if (reason != null) {
            refused.addAll(envelopes);
        } else if (dice.happens(Fault.TOO_LARGE)) {
            reason = RefusalReason.TOO_LARGE;
            int first = dice.details().nextInt(envelopes.size());
            DeviceId author = envelopes.get(first).header().device();
            refused.addAll(envelopes.subList(first, envelopes.size()));
            refused.removeIf(envelope -> !envelope.header().device().equals(author));
        }
        if (reason == null) {
            return inner.push(envelopes);
        }
        List<Envelope> taken = new ArrayList<>(envelopes);
        taken.removeAll(refused);
        PushReceipt receipt = inner.push(taken);
        List<Refusal> refusals = new ArrayList<>(receipt.refusals());
        for (Envelope envelope : refused) {
            refusals.add(new Refusal(envelope.hash(), reason, null));
        }
        return new PushReceipt(receipt.accepted(), refusals, receipt.remoteMillis());
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        before();
        if (dice.happens(Fault.DUPLICATED)) {
            inner.pull(request);
        }
        PullResult result = inner.pull(request);
        after();
        return result instanceof PullResult.Page page && dice.happens(Fault.ANSWER_CHANGED) ? changed(page) : result;
    }

    /** One bit of an envelope, anywhere in it. */
    PullResult.Page changed(PullResult.Page page) {
        List<PullResult.LogEntry> entries = new ArrayList<>(page.entries());
        int at = entries.isEmpty() ? 0 : dice.details().nextInt(entries.size());
        if (!entries.isEmpty() && entries.get(at) instanceof PullResult.Sent sent) {
            byte[] bytes = sent.toByteArray();
            bytes[dice.details().nextInt(bytes.length)] ^=
                    (byte) (1 << dice.details().nextInt(Byte.SIZE));
            entries.set(at, new PullResult.Sent(bytes));
        }
        return new PullResult.Page(entries, page.next(), page.more(), page.heads(), page.remoteMillis());
    }

    private void before() throws TransportException {
        surroundings.requireReachable();
        if (dice.happens(Fault.SLOW)) {
            surroundings.pass(Duration.ofMillis(dice.details().magnitude(10, 90_000)));
        }
        if (dice.happens(Fault.MEANWHILE)) {
            surroundings.meanwhile();
        }
        if (dice.happens(Fault.REQUEST_LOST)) {
            throw offline("the request was lost");
        }
        if (dice.happens(Fault.THROTTLED)) {
            Duration retryAfter = dice.details().chance(0.5)
                    ? Duration.ofSeconds(dice.details().magnitude(1, 120))
                    : null;
            throw new TransportException(Kind.THROTTLED, "the remote asks for patience", retryAfter, null);
        }
        if (dice.happens(Fault.TOKEN_REFUSED)) {
            throw new TransportException(Kind.UNAUTHORIZED, "the token was refused", null);
        }
    }

    private void after() throws TransportException {
        if (dice.happens(Fault.MEANWHILE)) {
            surroundings.meanwhile();
        }
        if (dice.happens(Fault.ANSWER_LOST)) {
            throw offline("the answer was lost");
        }
    }

    private void later(List<Envelope> envelopes) {
        surroundings.later(Duration.ofMillis(dice.details().magnitude(1, 120_000)), () -> {
            try {
                inner.push(envelopes);
            } catch (TransportException nobodyWaits) {
                // whoever sent it has long given up
            }
        });
    }

    private static TransportException offline(String why) {
        return new TransportException(Kind.OFFLINE, why, null);
    }

    @Override
    public void close() {
        inner.close();
    }
}
