package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A relay in memory: the log of one space, by the rules of {@code docs/protocol.md}. Appends are idempotent, each device's envelopes form a
 * chain, and a cursor names a prefix of the log by its hash.
 *
 * <p>Safe for use by any number of threads.
 */
public final class SimulatedRelay {
    /** How many bytes of envelopes a page holds at most if the request does not say. */
    public static final int PAGE_BYTES = 1 << 20;

    private final Signatures signatures;
    private final LongSupplier millis;
    private final SeededRandom random;

    private final List<Runnable> whenGrown = new CopyOnWriteArrayList<>();

    // Guarded by this.
    private final Map<DeviceId, byte[]> members = new HashMap<>();
    private RelayLog log;

    /** How a relay checks that an envelope is its author's. */
    @FunctionalInterface
    public interface Signatures {
        /** Whether the envelope carries a signature that holds under its author's public key. */
        boolean isSigned(Envelope envelope, byte[] authorKey);
    }

    /**
     * An empty log.
     *
     * @param seed for the log id
     * @param millis the relay's wall clock
     */
    public SimulatedRelay(Signatures signatures, long seed, LongSupplier millis) {
        this.signatures = Objects.requireNonNull(signatures, "signatures");
        this.millis = Objects.requireNonNull(millis, "millis");
        this.random = new SeededRandom(seed);
        this.log = new RelayLog(newLogId());
    }

    /** An empty log for devices that seal with {@link TestSealer}. */
    public static SimulatedRelay forTestSealers(SpaceId space, long seed, LongSupplier millis) {
        return new SimulatedRelay(TestSealer.of(space, 0)::isSigned, seed, millis);
    }

    private LogId newLogId() {
        return new LogId("log-" + Long.toHexString(random.nextLong()));
    }

    /** Lets a device write. Harmless if it may already. */
    public synchronized void admit(byte[] publicKey) {
        members.put(EnvelopeHeader.deviceOf(publicKey), publicKey.clone());
    }

    /** Whether a device may write. */
    public synchronized boolean isMember(DeviceId device) {
        return members.containsKey(device);
    }

    /** The envelopes, in the order of the log. */
    public synchronized List<Envelope> log() {
        return new ArrayList<>(log.entries());
    }

    /** How many envelopes the log holds. */
    public synchronized int size() {
        return log.size();
    }

    /** The counter of the last event of a device that the log holds; 0 if it holds none. */
    public synchronized long lastCounter(DeviceId device) {
        Envelope last = log.last(device);
        return last == null ? 0 : last.header().lastCounter();
    }

    /** The hash of the whole log. */
    public synchronized EnvelopeHash prefix() {
        return log.prefix(log.size());
    }

    /** The id of the log that is there now; it is another one after {@link #reset}. */
    public synchronized LogId id() {
        return log.id();
    }

    /** Whether the log holds this very envelope. */
    synchronized boolean holds(EnvelopeHash envelope) {
        return log.holds(envelope);
    }

    /** Runs this whenever the log has become longer, from now on. */
    void whenGrown(Runnable task) {
        whenGrown.add(task);
    }

    /** Appends what can be appended, as {@link dev.tidelock.sync.spi.transport.Transport#push} promises. */
    public PushReceipt push(List<Envelope> envelopes) {
        int before = size();
        PushReceipt receipt = append(envelopes);
        if (size() > before) {
            whenGrown.forEach(Runnable::run);
        }
        return receipt;
    }

    private synchronized PushReceipt append(List<Envelope> envelopes) {
        List<EnvelopeHash> accepted = new ArrayList<>(envelopes.size());
        List<Refusal> refusals = new ArrayList<>();
        for (Envelope envelope : envelopes) {
            RefusalReason refusal = log.holds(envelope.hash()) ? null : appendOrRefuse(envelope);
            if (refusal == null) {
                accepted.add(envelope.hash());
            } else {
                refusals.add(new Refusal(envelope.hash(), refusal, null));
            }
        }
        return new PushReceipt(accepted, refusals, millis.getAsLong());
    }

    private @Nullable RefusalReason appendOrRefuse(Envelope envelope) {
        EnvelopeHeader header = envelope.header();
        byte[] authorKey = members.get(header.device());
        if (authorKey == null) {
            return RefusalReason.UNKNOWN_DEVICE;
        }
        if (header.eventCount() == 0 || !signatures.isSigned(envelope, authorKey)) {
            return RefusalReason.INVALID;
        }
        Envelope last = log.last(header.device());
        long lastCounter = last == null ? 0 : last.header().lastCounter();
        EnvelopeHash lastHash = last == null ? EnvelopeHash.NONE : last.hash();
        if (header.firstCounter() > lastCounter + 1) {
            return RefusalReason.GAP;
        }
        if (header.firstCounter() <= lastCounter || !header.previous().equals(lastHash)) {
            return RefusalReason.FORK;
        }
        log.append(envelope);
        return null;
    }

    /**
     * Reads a part of the log, as {@link dev.tidelock.sync.spi.transport.Transport#pull} promises.
     *
     * @param reader whose own envelopes need not travel back
     * @param bytesMax how many bytes of envelopes the page holds at most; at least one entry if there is any
     */
    public synchronized PullResult pull(DeviceId reader, PullRequest request, int bytesMax) {
        return log.pull(reader, request, bytesMax, millis.getAsLong());
    }

    /** The envelope at a position of the log, from 0. */
    synchronized Envelope at(long position) {
        return log.at((int) position);
    }

    /** Whether a cursor names a prefix of this log. */
    synchronized boolean agrees(Cursor cursor) {
        return log.agrees(cursor);
    }

    /** Forgets the end of the log, as a relay does that was restored from a backup: the log id stays. */
    public synchronized void rollBackTo(int size) {
        RelayLog kept = new RelayLog(log.id());
        log.entries().subList(0, size).forEach(kept::append);
        log = kept;
    }

    /** Begins anew with an empty log and another log id. The members stay. */
    public synchronized void reset() {
        log = new RelayLog(newLogId());
    }

    /** What stands in the log now, and on: whoever looks at it sees what is appended. */
    synchronized RelayLog current() {
        return log;
    }
}
