package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PullResult.LogEntry;
import dev.tidelock.sync.spi.transport.PullResult.Page;
import dev.tidelock.sync.spi.transport.PullResult.Sent;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link Transport} must hold, together with the relay at its other end. Extend it, and the tests come along. Each test begins with an
 * empty log of one space, of which the devices 0 to {@value #MEMBERS} - 1 are members.
 */
public abstract class TransportContract {
    /** How many devices are members. The next one has keys, but is none. */
    protected static final int MEMBERS = 3;

    private static final PullRequest EVERYTHING = PullRequest.missing(Map.of(), 0);

    private final List<Transport> open = new ArrayList<>();

    /** A new connection of a member to the log. The contract closes it. */
    protected abstract Transport connect(int member);

    /** What seals for a device, 0 to {@value #MEMBERS}; the last of them is not a member. */
    protected abstract Sealer sealer(int device);

    /** Whether the relay knows the members, and refuses what others write. */
    protected boolean knowsMembers() {
        return true;
    }

    @AfterEach
    final void closeTransports() {
        open.forEach(Transport::close);
    }

    private Transport transport(int member) {
        Transport transport = connect(member);
        open.add(transport);
        return transport;
    }

    /** Makes one device's chain. */
    private static final class Author {
        private final Sealer sealer;
        private long counter = 1;
        private EnvelopeHash previous = EnvelopeHash.NONE;

        Author(Sealer sealer) {
            this.sealer = sealer;
        }

        Envelope next(int events, int bytes) {
            Envelope envelope = sealer.seal(counter, events, previous, new byte[bytes]);
            counter += events;
            previous = envelope.hash();
            return envelope;
        }

        List<Envelope> next(int count) {
            return IntStream.range(0, count)
                    .mapToObj(i -> next(1 + i % 3, 40 + i))
                    .collect(Collectors.toList());
        }
    }

    private Author author(int device) {
        return new Author(sealer(device));
    }

    private static List<EnvelopeHash> hashes(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::hash).collect(Collectors.toList());
    }

    private static PushReceipt push(Transport transport, List<Envelope> envelopes) throws TransportException {
        PushReceipt receipt = transport.push(envelopes);
        assertEquals(
                envelopes.size(),
                receipt.accepted().size() + receipt.refusals().size(),
                "each envelope has its answer");
        assertTrue(receipt.remoteMillis() >= 0);
        return receipt;
    }

    private static void pushAccepted(Transport transport, List<Envelope> envelopes) throws TransportException {
        PushReceipt receipt = push(transport, envelopes);
        assertEquals(List.of(), receipt.refusals());
        assertEquals(hashes(envelopes), receipt.accepted());
    }

    private static RefusalReason refused(Transport transport, Envelope envelope) throws TransportException {
        PushReceipt receipt = push(transport, List.of(envelope));
        assertEquals(List.of(), receipt.accepted());
        Refusal refusal = receipt.refusals().get(0);
        assertEquals(envelope.hash(), refusal.hash());
        return refusal.reason();
    }

    /** Reads page after page to the end, and checks what every page promises. */
    private static List<LogEntry> pullAll(Transport transport, PullRequest first, Function<Page, PullRequest> following)
            throws TransportException {
        List<LogEntry> entries = new ArrayList<>();
        PullRequest request = first;
        while (true) {
            Page page = assertInstanceOf(Page.class, transport.pull(request));
            entries.addAll(page.entries());
            if (!page.more()) {
                return entries;
            }
            assertFalse(page.entries().isEmpty(), "a page without entries says that there are more");
            request = following.apply(page);
        }
    }

    private static List<LogEntry> pullAfter(Transport transport, Cursor start) throws TransportException {
        return transport.isOrdered()
                ? pullAll(transport, PullRequest.after(start), page -> PullRequest.after(page.next()))
                : pullMissing(transport, Map.of());
    }

    private static List<LogEntry> pullMissing(Transport transport, Map<DeviceId, Long> known)
            throws TransportException {
        return pullAll(
                transport,
                PullRequest.missing(known, 0),
                page -> PullRequest.missing(known, page.next().position()));
    }

    private static List<EnvelopeHash> names(List<LogEntry> entries) {
        return entries.stream().map(LogEntry::hash).collect(Collectors.toList());
    }

    private static Page page(Transport transport, PullRequest request) throws TransportException {
        return assertInstanceOf(Page.class, transport.pull(request));
    }

    private static Cursor start(Transport transport) throws TransportException {
        return new Cursor(page(transport, EVERYTHING).next().log(), 0, EnvelopeHash.NONE);
    }

    @Test
    void remote_always_isTheSame() {
        String remote = transport(0).remote();
        assertFalse(remote.isEmpty());
        assertEquals(remote, transport(0).remote());
    }

    @Test
    void pull_emptyLog_endsAtTheStart() throws TransportException {
        Transport transport = transport(0);
        Page page = page(transport, EVERYTHING);
        assertEquals(List.of(), page.entries());
        assertEquals(Map.of(), page.heads());
        assertFalse(page.more());
        assertEquals(0, page.next().position());
        assertEquals(EnvelopeHash.NONE, page.next().prefix());
        if (transport.isOrdered()) {
            assertEquals(
                    page.next(), page(transport, PullRequest.after(page.next())).next());
        }
        assertTrue(page.remoteMillis() >= 0);
    }

    @Test
    void pull_afterAnothersPush_givesTheSameBytesInOrder() throws TransportException {
        List<Envelope> pushed = author(0).next(5);
        pushAccepted(transport(0), pushed);
        Transport reader = transport(1);
        List<LogEntry> entries = pullAfter(reader, start(reader));
        assertEquals(hashes(pushed), names(entries));
        for (int i = 0; i < entries.size(); i++) {
            Sent sent = assertInstanceOf(Sent.class, entries.get(i), "another's envelope travels whole");
            assertArrayEquals(pushed.get(i).toByteArray(), sent.toByteArray());
        }
    }

    @Test
    void pull_always_endsAtTheHashOfThePrefix() throws TransportException {
        List<Envelope> pushed = author(0).next(4);
        pushAccepted(transport(0), pushed);
        Transport reader = transport(1);
        Cursor expected = start(reader);
        for (Envelope envelope : pushed) {
            expected = expected.after(envelope.hash());
        }
        if (reader.isOrdered()) {
            assertEquals(
                    expected, page(reader, PullRequest.after(start(reader))).next());
        }
        assertEquals(expected, page(reader, EVERYTHING).next());
    }

    @Test
    void pull_fromACursor_givesOnlyWhatCameLater() throws TransportException {
        Author author = author(0);
        Transport writer = transport(0);
        Transport reader = transport(1);
        assumeTrue(reader.isOrdered());
        pushAccepted(writer, author.next(2));
        Cursor cursor = page(reader, EVERYTHING).next();
        assertEquals(List.of(), pullAfter(reader, cursor));
        List<Envelope> later = author.next(2);
        pushAccepted(writer, later);
        assertEquals(hashes(later), names(pullAfter(reader, cursor)));
        assertEquals(hashes(later), names(pullAfter(transport(1), cursor)), "a cursor outlives its connection");
    }

    @Test
    void pull_ownEnvelopes_comeByNameOrWhole() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> own = author(0).next(2);
        List<Envelope> others = author(1).next(2);
        pushAccepted(writer, List.of(own.get(0), others.get(0), own.get(1), others.get(1)));
        List<LogEntry> entries = pullAfter(writer, start(writer));
        assertEquals(hashes(List.of(own.get(0), others.get(0), own.get(1), others.get(1))), names(entries));
        assertInstanceOf(Sent.class, entries.get(1));
        assertInstanceOf(Sent.class, entries.get(3));
    }

    @Test
    void pull_byWhatIsKnown_leavesThatOut() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> first = author(0).next(3);
        List<Envelope> second = author(1).next(3);
        pushAccepted(writer, first);
        pushAccepted(writer, second);
        DeviceId one = sealer(0).device();
        DeviceId other = sealer(1).device();
        long afterTwo = first.get(1).header().lastCounter();
        List<LogEntry> entries = pullMissing(writer, Map.of(one, afterTwo));
        List<Envelope> expected = new ArrayList<>(first.subList(2, 3));
        expected.addAll(second);
        assertEquals(hashes(expected), names(entries), "and one's own come too: this is how a device is made whole");
        entries.forEach(entry -> assertInstanceOf(Sent.class, entry));
        Map<DeviceId, Long> everything = Map.of(
                one,
                first.get(2).header().lastCounter(),
                other,
                second.get(2).header().lastCounter());
        Page nothing = page(writer, PullRequest.missing(everything, 0));
        assertEquals(List.of(), nothing.entries());
        assertEquals(everything, nothing.heads());
        assertEquals(6, nothing.next().position());
        assertFalse(nothing.more());
    }

    @Test
    void pull_byWhatIsKnownInPart_givesTheWholeEnvelope() throws TransportException {
        Transport writer = transport(0);
        Envelope ofThree = author(0).next(3, 50);
        pushAccepted(writer, List.of(ofThree));
        assertEquals(
                List.of(ofThree.hash()),
                names(pullMissing(writer, Map.of(sealer(0).device(), 2L))));
    }

    @Test
    void pull_thoroughly_givesTheSame() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> pushed = author(0).next(3);
        pushAccepted(writer, pushed);
        assertEquals(
                hashes(pushed),
                names(page(transport(1), EVERYTHING.thoroughly()).entries()));
        assertEquals(
                page(writer, EVERYTHING).next(),
                page(writer, EVERYTHING.thoroughly()).next());
    }

    @Test
    void pull_moreThanAPage_givesEverythingOnceAndInOrder() throws TransportException {
        Author author = author(0);
        Transport writer = transport(0);
        List<Envelope> pushed = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            List<Envelope> batch = List.of(author.next(1, 400_000), author.next(1, 200_000), author.next(1, 40));
            pushAccepted(writer, batch);
            pushed.addAll(batch);
        }
        Transport reader = transport(1);
        assertEquals(hashes(pushed), names(pullAfter(reader, start(reader))));
        assertEquals(hashes(pushed), names(pullMissing(reader, Map.of())));
        assertEquals(hashes(pushed), names(pullAfter(writer, start(writer))));
    }

    @Test
    void pushAndPull_longestEnvelope_arrives() throws TransportException {
        Envelope longest = author(0).next(1, Envelope.BYTES_MAX - 96 - 28 - Envelope.SIGNATURE_BYTES);
        assertEquals(Envelope.BYTES_MAX, longest.length());
        pushAccepted(transport(0), List.of(longest));
        Transport reader = transport(1);
        assertEquals(List.of(longest.hash()), names(pullAfter(reader, start(reader))));
    }

    @Test
    void pull_cursorThatDoesNotAgree_isRefusedWithTheLog() throws TransportException {
        Transport writer = transport(0);
        pushAccepted(writer, author(0).next(3));
        Cursor end = page(writer, EVERYTHING).next();
        if (!writer.isOrdered()) {
            assertInstanceOf(PullResult.CursorRefused.class, writer.pull(PullRequest.after(end)), "none says anything");
        }
        Cursor[] wrong = {
            new Cursor(end.log(), 2, end.prefix()),
            new Cursor(end.log(), 3, EnvelopeHash.ofEnvelope(new byte[] {1})),
            new Cursor(end.log(), 4, end.prefix()),
            new Cursor(end.log(), 1L << 40, end.prefix()),
            new Cursor(new LogId("some-other-log"), 3, end.prefix())
        };
        for (Cursor cursor : wrong) {
            PullResult.CursorRefused refused = assertInstanceOf(
                    PullResult.CursorRefused.class, transport(1).pull(PullRequest.after(cursor)));
            assertEquals(end.log(), refused.log());
        }
    }

    @Test
    void push_twice_appendsOnce() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> envelopes = author(0).next(3);
        pushAccepted(writer, envelopes);
        pushAccepted(writer, envelopes);
        pushAccepted(transport(0), envelopes.subList(1, 2));
        assertEquals(hashes(envelopes), names(pullAfter(writer, start(writer))));
    }

    @Test
    void push_someNew_appendsThose() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> envelopes = author(0).next(4);
        pushAccepted(writer, envelopes.subList(0, 2));
        pushAccepted(writer, envelopes);
        assertEquals(hashes(envelopes), names(pullAfter(writer, start(writer))));
    }

    @Test
    void push_anothersEnvelopes_isAccepted() throws TransportException {
        List<Envelope> envelopes = author(0).next(2);
        Transport carrier = transport(1);
        pushAccepted(carrier, envelopes);
        pushAccepted(transport(0), envelopes);
        assertEquals(hashes(envelopes), names(pullAfter(carrier, start(carrier))));
    }

    @Test
    void push_gap_isRefusedWithWhatFollows() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> envelopes = author(0).next(4);
        List<Envelope> others = author(1).next(1);
        pushAccepted(writer, envelopes.subList(0, 1));
        PushReceipt receipt = push(writer, List.of(envelopes.get(2), others.get(0), envelopes.get(3)));
        assertEquals(hashes(others), receipt.accepted(), "another device's are not held up");
        assertEquals(2, receipt.refusals().size());
        assertEquals(envelopes.get(2).hash(), receipt.refusals().get(0).hash());
        assertEquals(RefusalReason.GAP, receipt.refusals().get(0).reason());
        assertEquals(envelopes.get(3).hash(), receipt.refusals().get(1).hash());
        pushAccepted(writer, envelopes.subList(1, 4));
        assertEquals(5, pullAfter(writer, start(writer)).size());
    }

    @Test
    void push_firstEnvelopeMissing_isAGap() throws TransportException {
        assertEquals(RefusalReason.GAP, refused(transport(0), author(0).next(2).get(1)));
    }

    @Test
    void push_sameCountersAnotherHash_isAFork() throws TransportException {
        Transport writer = transport(0);
        pushAccepted(writer, List.of(author(0).next(2, 40)));
        Envelope forked = author(0).next(2, 41);
        assertEquals(RefusalReason.FORK, refused(writer, forked));
        assertEquals(RefusalReason.FORK, refused(transport(1), author(0).next(1, 40)), "fewer events, same start");
        assertEquals(1, pullAfter(writer, start(writer)).size());
    }

    @Test
    void push_anotherPredecessor_isAFork() throws TransportException {
        Transport writer = transport(0);
        pushAccepted(writer, List.of(author(0).next(2, 40)));
        EnvelopeHash unknown = EnvelopeHash.ofEnvelope(new byte[] {7});
        assertEquals(RefusalReason.FORK, refused(writer, sealer(0).seal(3, 1, unknown, new byte[40])));
    }

    @Test
    void push_authorNotAMember_isRefused() throws TransportException {
        assumeTrue(knowsMembers());
        Transport writer = transport(0);
        assertEquals(
                RefusalReason.UNKNOWN_DEVICE, refused(writer, author(MEMBERS).next(1, 40)));
        assertEquals(List.of(), pullAfter(writer, start(writer)));
    }

    @Test
    void push_signatureBroken_isRefused() throws TransportException {
        Transport writer = transport(0);
        Envelope genuine = author(0).next(1, 40);
        byte[] signature = genuine.signature();
        signature[10] ^= 1;
        assertEquals(RefusalReason.INVALID, refused(writer, Envelope.of(genuine.header(), genuine.body(), signature)));
        byte[] body = genuine.body();
        body[0] ^= 1;
        assertEquals(RefusalReason.INVALID, refused(writer, Envelope.of(genuine.header(), body, genuine.signature())));
        pushAccepted(writer, List.of(genuine));
    }

    @Test
    void push_withoutEvents_isRefused() throws TransportException {
        Envelope genuine = author(0).next(1, 40);
        EnvelopeHeader confirmsOnly = EnvelopeHeader.of(
                genuine.header().device(), 0, 0, genuine.header().keyEpoch(), genuine.hash(), new byte[0]);
        Envelope envelope = Envelope.of(confirmsOnly, genuine.body(), genuine.signature());
        assertEquals(RefusalReason.INVALID, refused(transport(0), envelope));
    }

    @Test
    void push_manyEnvelopes_keepsTheirOrder() throws TransportException {
        Author one = author(0);
        Author other = author(1);
        List<Envelope> mixed = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            mixed.add((i % 3 == 0 ? other : one).next(1, 40 + i));
        }
        pushAccepted(transport(0), mixed);
        Transport reader = transport(2);
        assertEquals(hashes(mixed), names(pullAfter(reader, start(reader))));
    }

    @Test
    void heads_always_areTheLastCountersOfTheLog() throws TransportException {
        Transport writer = transport(0);
        List<Envelope> first = author(0).next(3);
        List<Envelope> second = author(1).next(2);
        pushAccepted(writer, first);
        pushAccepted(writer, second);
        Map<DeviceId, Long> heads = page(writer, EVERYTHING).heads();
        assertEquals(2, heads.size());
        assertEquals(
                first.get(2).header().lastCounter(),
                Objects.requireNonNull(heads.get(sealer(0).device())));
        assertEquals(
                second.get(1).header().lastCounter(),
                Objects.requireNonNull(heads.get(sealer(1).device())));
        if (writer.isOrdered()) {
            assertEquals(
                    Map.of(), page(writer, PullRequest.after(start(writer))).heads());
        }
    }

    @Test
    void close_twice_isHarmless() {
        Transport transport = transport(0);
        transport.close();
        transport.close();
    }

    @Test
    void pushAndPull_afterClose_fail() {
        Transport transport = transport(0);
        List<Envelope> envelopes = author(0).next(1);
        transport.close();
        assertThrows(TransportException.class, () -> transport.push(envelopes));
        assertThrows(TransportException.class, () -> transport.pull(EVERYTHING));
    }

    @Test
    void logId_always_isThatOfTheLog() throws TransportException {
        LogId log = page(transport(0), EVERYTHING).next().log();
        assertEquals(log, page(transport(1), EVERYTHING).next().log());
        assertNotEquals("", log.value());
    }
}
