package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.http.internal.RelayClock;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PullResult.LogEntry;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * Envelopes as events of a motebit's log. The log is looked at before each push, after it (what the relay says that it accepted, it may not have kept), and for each pull: the end of it, or
 * all of it, as {@link SeenLog} decides. What the relay pushes over the live line is a reason to look, and nothing more.
 */
final class MotebitTransport implements LiveTransport {
    /** How many bytes of envelopes a page has, about. */
    static final int PAGE_BYTES = 1 << 20;

    /** How many bytes of envelopes one request carries, about. */
    private static final int PUSH_BYTES = 1 << 20;

    /** How many bytes of envelopes that are not here are kept until they are asked for; beyond that, they are fetched then. */
    private static final int KEPT_BYTES_MAX = 4 << 20;

    /** How often something is sent that the relay says it took and does not have. */
    private static final int ATTEMPTS_MAX = 3;

    private final RelayCalls calls;
    private final RelayClock clock;
    private final EnvelopeEvents events;
    private final SignatureCheck signatures;
    private final DeviceSigner device;
    private final String remote;
    private final String path;
    private final LiveLine line;

    // Touched only by the thread that pushes and pulls.
    private final SeenLog log;
    private long relayMillis;

    MotebitTransport(
            RelayCalls calls,
            RelayClock clock,
            EnvelopeEvents events,
            SignatureCheck signatures,
            DeviceSigner device,
            String remote,
            SeenLog log,
            LiveLine line) {
        this.calls = calls;
        this.clock = clock;
        this.events = events;
        this.signatures = signatures;
        this.device = device;
        this.remote = remote;
        this.path = "sync/" + device.motebitId();
        this.log = log;
        this.line = line;
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public boolean isOrdered() {
        return false;
    }

    @Override
    public void listen(LiveListener listener) {
        line.open(listener);
    }

    @Override
    public boolean isLive() {
        return line.isOpen();
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        look(null);
        Plan plan = new Plan(envelopes);
        for (int attempt = 0; attempt < ATTEMPTS_MAX && !plan.toSend.isEmpty(); attempt++) {
            send(plan.toSend, attempt);
            look(null);
            plan = new Plan(envelopes);
        }
        if (!plan.toSend.isEmpty()) {
            throw new TransportException(
                    Kind.PROTOCOL,
                    "the relay says that it accepted " + plan.toSend.size() + " events, and does not have them",
                    null);
        }
        return new PushReceipt(plan.accepted, plan.refusals, relayMillis);
    }

    /** What a relay of ours would answer, if its log were the one that was seen: accepted, refused, or to be appended. */
    private final class Plan {
        private final List<EnvelopeHash> accepted = new ArrayList<>();
        private final List<Refusal> refusals = new ArrayList<>();
        private final List<Envelope> toSend = new ArrayList<>();

        /** Per device, its last envelope once what is to be sent has been. */
        private final Map<DeviceId, Envelope> sent = new HashMap<>();

        private final Map<DeviceId, byte[]> keys = new HashMap<>();

        Plan(List<Envelope> envelopes) {
            for (Envelope envelope : envelopes) {
                RefusalReason refusal = log.hasInPlace(envelope.hash()) ? null : refusal(envelope);
                if (refusal != null) {
                    refusals.add(new Refusal(envelope.hash(), refusal, null));
                } else if (log.hasInPlace(envelope.hash())) {
                    accepted.add(envelope.hash());
                } else {
                    sent.put(envelope.header().device(), envelope);
                    if (!log.holds(envelope.hash())) { // else it waits for what goes before it
                        toSend.add(envelope);
                    }
                }
            }
        }

        private @Nullable RefusalReason refusal(Envelope envelope) {
            EnvelopeHeader header = envelope.header();
            byte[] first = header.authorKey();
            if (first != null) {
                keys.put(header.device(), first);
            }
            byte[] key = keys.getOrDefault(header.device(), log.authorKey(header.device()));
            if (header.eventCount() == 0 || (key != null && !signatures.isSigned(envelope, key))) {
                return RefusalReason.INVALID;
            }
            Envelope before = sent.get(header.device());
            Seen head = log.head(header.device());
            long counter = before != null ? before.header().lastCounter() : head == null ? 0 : head.last;
            EnvelopeHash hash = before != null ? before.hash() : head == null ? EnvelopeHash.NONE : head.hash;
            if (header.firstCounter() > counter + 1) {
                return RefusalReason.GAP;
            }
            boolean follows =
                    header.firstCounter() == counter + 1 && header.previous().equals(hash);
            return follows ? null : RefusalReason.FORK;
        }
    }

    private void send(List<Envelope> envelopes, int attempt) throws TransportException {
        long next = log.nextClock();
        List<String> batch = new ArrayList<>();
        int bytes = 0;
        for (Envelope envelope : envelopes) {
            if (bytes > 0 && bytes + envelope.length() > PUSH_BYTES) {
                post(batch);
                batch.clear();
                bytes = 0;
            }
            UUID id = Uuids.ofEvent(envelope.hash(), attempt);
            batch.add(events.write(envelope, id, next, clock.relayMillis()));
            next = Math.min(next + 1, WireEvent.CLOCK_MAX);
            bytes += envelope.length();
        }
        post(batch);
    }

    private void post(List<String> batch) throws TransportException {
        String body = "{\"events\":[" + String.join(",", batch) + "]}";
        Request.Builder request = calls.to(path + "/push", null)
                .header("X-Device-Id", device.deviceId())
                .post(RelayCalls.json(body));
        calls.withToken(request, RelayCalls.CALL_MAX, (answer, millis) -> {
            RelayCalls.require(answer, 200);
            if (!RelayCalls.small(answer).has("accepted")) {
                throw new WireFormatException("it does not say how many events it accepted");
            }
            return heard(millis);
        });
    }

    private long heard(long millis) {
        relayMillis = millis;
        return millis;
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        if (request.isThorough()) {
            log.suspect();
        }
        if (request.fromPosition() == 0 || log.isSuspect()) {
            look(request.known());
        }
        if (request.after() != null) {
            return new PullResult.CursorRefused(log.id(), relayMillis);
        }
        List<Seen> order = log.order();
        List<Seen> page = new ArrayList<>();
        int bytes = 0;
        int at = (int) Math.min(request.fromPosition(), order.size());
        for (; at < order.size(); at++) {
            Seen seen = order.get(at);
            if (isKnown(request.known(), seen)) {
                continue;
            }
            bytes += seen.length;
            if (bytes > PAGE_BYTES && !page.isEmpty()) {
                break;
            }
            page.add(seen);
        }
        List<LogEntry> entries = entries(page, order, request.known());
        return new PullResult.Page(entries, log.cursor(at), at < order.size(), log.headCounters(), relayMillis);
    }

    private static boolean isKnown(Map<DeviceId, Long> known, Seen seen) {
        return !seen.contested && seen.last <= known.getOrDefault(seen.device, 0L);
    }

    private List<LogEntry> entries(List<Seen> page, List<Seen> order, Map<DeviceId, Long> known)
            throws TransportException {
        if (page.stream().anyMatch(seen -> seen.bytes == null)) {
            fetch(page, order, known);
        }
        List<LogEntry> entries = new ArrayList<>();
        for (Seen seen : page) {
            byte[] bytes = seen.bytes;
            if (bytes == null) {
                log.suspect();
                throw new TransportException(
                        Kind.OFFLINE, "the relay's log has changed while it was read; it is read again", null);
            }
            entries.add(new PullResult.Sent(bytes));
        }
        SeenLog.forgetBytes(page);
        return entries;
    }

    /** Gets the bytes of a page's envelopes, and of some that will be asked for next. */
    private void fetch(List<Seen> page, List<Seen> order, Map<DeviceId, Long> known) throws TransportException {
        log.forgetBytes();
        Map<EnvelopeHash, Seen> wanted = new HashMap<>();
        order.stream()
                .filter(seen -> seen.bytes == null && !isKnown(known, seen))
                .forEach(seen -> wanted.put(seen.hash, seen));
        Set<EnvelopeHash> missing = new HashSet<>();
        long clock = WireEvent.CLOCK_MAX;
        for (Seen seen : page) {
            if (wanted.containsKey(seen.hash)) {
                missing.add(seen.hash);
                clock = Math.min(clock, seen.clock);
            }
        }
        int[] kept = {0};
        read(clock - 1, event -> {
            byte[] plaintext = events.open(event);
            Envelope envelope = plaintext == null ? null : EnvelopeEvents.envelope(plaintext);
            Seen seen = envelope == null ? null : wanted.get(envelope.hash());
            boolean needed = seen != null && missing.remove(seen.hash);
            if (seen != null && envelope != null && (needed || kept[0] < KEPT_BYTES_MAX)) {
                wanted.remove(seen.hash);
                seen.bytes = envelope.toByteArray();
                kept[0] += seen.length;
            }
            return !missing.isEmpty() || (!wanted.isEmpty() && kept[0] < KEPT_BYTES_MAX);
        });
    }

    /**
     * Reads the end of the log, and all of it if there is a reason to.
     *
     * @param known what is here: some bytes of the rest are kept until they are asked for; null to keep none
     */
    private void look(@Nullable Map<DeviceId, Long> known) throws TransportException {
        if (line.hasHeardLateEvent()) {
            log.suspectLateEvent();
        }
        lookOnce(known);
        if (log.isSuspect()) {
            lookOnce(known);
        }
        line.setLateClock(log.lateClock());
    }

    private void lookOnce(@Nullable Map<DeviceId, Long> known) throws TransportException {
        log.forgetBytes();
        SeenLog.Reading reading = log.read();
        int[] kept = {0};
        read(reading.after, event -> {
            reading.event(event.clock());
            UUID id = event.id();
            if (id != null && !reading.isKnown(id)) {
                byte[] plaintext = events.open(event);
                Envelope envelope = plaintext == null ? null : EnvelopeEvents.envelope(plaintext);
                Seen seen = envelope == null ? null : reading.envelope(id, event.clock(), envelope);
                boolean lacking = seen != null && known != null && !isKnown(known, seen);
                if (seen != null && seen.bytes == null && envelope != null && lacking && kept[0] < KEPT_BYTES_MAX) {
                    seen.bytes = envelope.toByteArray();
                    kept[0] += seen.length;
                }
            }
            return true;
        });
        reading.end();
    }

    /** @param take gets each event; false if it has enough */
    private void read(long after, Predicate<WireEvent> take) throws TransportException {
        Request.Builder request =
                calls.to(path + "/pull", "after_clock=" + after).get();
        calls.withToken(request, RelayCalls.PULL_MAX, (answer, millis) -> {
            RelayCalls.require(answer, 200);
            EventSplitter splitter = new EventSplitter(RelayCalls.body(answer));
            boolean more = true;
            for (byte[] next = splitter.next(); more && next != null; next = more ? splitter.next() : null) {
                WireEvent event = WireEvent.parse(next);
                more = event == null || take.test(event);
            }
            return heard(millis);
        });
    }

    @Override
    public void close() {
        line.close();
        calls.close();
    }
}
