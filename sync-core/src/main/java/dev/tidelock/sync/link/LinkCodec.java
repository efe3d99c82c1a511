package dev.tidelock.sync.link;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
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

/**
 * What two devices say over a link.
 *
 * <pre>
 * push     for each envelope: length (4), bytes
 * receipt  number (4) and hashes (32 each) of what was accepted; number (4) of refusals, each: hash (32), reason (1), length (2) and UTF-8 of the detail
 * pull     1, log id, position (8), prefix (32): what comes after a cursor
 *          2, position (8), number (4) of devices, each: id (16), counter (8): what is missing
 *          then both: bytes of envelopes that the page has at most (4)
 * page     1, log id, position (8), prefix (32); 1 if it is the last one, 2 if there is more; number (4) of heads, each: id (16), counter (8);
 *          number (4) of entries, each: 1, length (4), bytes of an envelope; or 2, hash (32)
 *          2, log id: the cursor is refused
 *
 * a log id is its length (2) and its UTF-8; reasons are 1 gap, 2 fork, 3 quota, 4 too large, 5 unknown device, 6 invalid
 * </pre>
 */
final class LinkCodec {
    /** The longest message: one envelope of the greatest length and what goes with it. */
    static final int MESSAGE_BYTES_MAX = 3 << 20;

    /** The most envelopes in one push. */
    static final int PUSH_ENVELOPES_MAX = 1000;

    private static final int DETAIL_BYTES_MAX = 1024;
    private static final RefusalReason[] REASONS = {
        RefusalReason.GAP,
        RefusalReason.FORK,
        RefusalReason.QUOTA,
        RefusalReason.TOO_LARGE,
        RefusalReason.UNKNOWN_DEVICE,
        RefusalReason.INVALID
    };

    private LinkCodec() {}

    static byte[] push(List<Envelope> envelopes) {
        LinkWriter out = new LinkWriter();
        envelopes.forEach(envelope -> out.block(envelope.toByteArray()));
        return out.toByteArray();
    }

    static List<Envelope> readPush(byte[] message) throws LinkFormatException {
        LinkReader in = new LinkReader(message);
        List<Envelope> envelopes = new ArrayList<>();
        while (in.hasMore()) {
            if (envelopes.size() == PUSH_ENVELOPES_MAX) {
                throw new LinkFormatException("a push of more than " + PUSH_ENVELOPES_MAX + " envelopes");
            }
            try {
                envelopes.add(Envelope.parse(in.block(Envelope.BYTES_MAX)));
            } catch (EnvelopeFormatException malformed) {
                throw new LinkFormatException("a push of what is no envelope: " + malformed.getMessage());
            }
        }
        return envelopes;
    }

    static byte[] receipt(PushReceipt receipt) {
        LinkWriter out = new LinkWriter();
        out.count(receipt.accepted().size());
        receipt.accepted().forEach(out::hash);
        out.count(receipt.refusals().size());
        for (Refusal refusal : receipt.refusals()) {
            out.hash(refusal.hash());
            out.one(1 + List.of(REASONS).indexOf(refusal.reason()));
            out.text(refusal.detail() == null ? "" : refusal.detail(), DETAIL_BYTES_MAX);
        }
        return out.toByteArray();
    }

    static PushReceipt readReceipt(byte[] message) throws LinkFormatException {
        LinkReader in = new LinkReader(message);
        List<EnvelopeHash> accepted = new ArrayList<>();
        for (int left = in.count(EnvelopeHash.BYTES); left > 0; left--) {
            accepted.add(in.hash());
        }
        List<Refusal> refusals = new ArrayList<>();
        for (int left = in.count(EnvelopeHash.BYTES + 3); left > 0; left--) {
            EnvelopeHash hash = in.hash();
            int reason = in.one(REASONS.length);
            String detail = in.text(DETAIL_BYTES_MAX);
            refusals.add(new Refusal(hash, REASONS[reason - 1], detail.isEmpty() ? null : detail));
        }
        in.requireEnd();
        return new PushReceipt(accepted, refusals, 0);
    }

    /** A pull, and how long the page may be. */
    record Pull(PullRequest request, int bytesMax) {}

    static byte[] pull(PullRequest request, int bytesMax) {
        LinkWriter out = new LinkWriter();
        Cursor after = request.after();
        if (after != null) {
            out.one(1);
            out.cursor(after);
        } else {
            out.one(2);
            out.number(request.fromPosition());
            out.counters(request.known());
        }
        out.count(bytesMax);
        return out.toByteArray();
    }

    static Pull readPull(byte[] message) throws LinkFormatException {
        LinkReader in = new LinkReader(message);
        PullRequest request;
        if (in.one(2) == 1) {
            request = PullRequest.after(in.cursor());
        } else {
            long position = in.number();
            request = PullRequest.missing(in.counters(), position);
        }
        int bytesMax = in.count(0);
        in.requireEnd();
        return new Pull(request, bytesMax);
    }

    static byte[] page(PullResult result) {
        LinkWriter out = new LinkWriter();
        if (result instanceof PullResult.CursorRefused refused) {
            out.one(2);
            out.log(refused.log());
        } else if (result instanceof PullResult.Page page) {
            out.one(1);
            out.cursor(page.next());
            out.one(page.more() ? 2 : 1);
            out.counters(page.heads());
            out.count(page.entries().size());
            page.entries().forEach(entry -> write(out, entry));
        }
        return out.toByteArray();
    }

    private static void write(LinkWriter out, PullResult.LogEntry entry) {
        if (entry instanceof PullResult.Sent sent) {
            out.one(1);
            out.block(sent.toByteArray());
        } else {
            out.one(2);
            out.hash(entry.hash());
        }
    }

    static PullResult readPage(byte[] message) throws LinkFormatException {
        LinkReader in = new LinkReader(message);
        if (in.one(2) == 2) {
            LogId log = in.log();
            in.requireEnd();
            return new PullResult.CursorRefused(log, 0);
        }
        Cursor next = in.cursor();
        boolean more = in.one(2) == 2;
        Map<DeviceId, Long> heads = new HashMap<>(in.counters());
        List<PullResult.LogEntry> entries = new ArrayList<>();
        for (int left = in.count(5); left > 0; left--) {
            entries.add(
                    in.one(2) == 1 ? new PullResult.Sent(in.block(Envelope.BYTES_MAX)) : new PullResult.Own(in.hash()));
        }
        in.requireEnd();
        return new PullResult.Page(entries, next, more, heads, 0);
    }
}
