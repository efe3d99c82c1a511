package dev.tidelock.examples.hostile;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A log as a relay shows it to one device, true or not: with cursors, prefix hashes and heads that agree with what is shown. */
final class ShownLog {
    private final LogId id;
    private final List<byte[]> entries;

    ShownLog(LogId id, List<byte[]> entries) {
        this.id = id;
        this.entries = entries;
    }

    LogId id() {
        return id;
    }

    /** The page that answers a pull; empty if its cursor is not one of this log. */
    Optional<byte[]> page(PullBody pull, DeviceId reader, long timeMillis) {
        PullRequest request = pull.request();
        Cursor after = request.after();
        long from = after == null ? Math.min(request.fromPosition(), entries.size()) : after.position();
        if (from > entries.size()) {
            return Optional.empty();
        }
        Cursor next = cursorAt(from);
        if (after != null && from > 0 && !next.equals(after)) {
            return Optional.empty();
        }
        PageWriter page = new PageWriter(pull.bytesMax());
        boolean full = false;
        while (!full && next.position() < entries.size()) {
            byte[] entry = entries.get((int) next.position());
            full = !add(entry, request, after == null ? null : reader, page);
            next = full ? next : next.after(EnvelopeHash.ofEnvelope(entry));
        }
        return Optional.of(
                page.write(next, next.position() < entries.size(), after == null ? heads() : null, timeMillis));
    }

    private static boolean add(byte[] entry, PullRequest request, DeviceId own, PageWriter page) {
        Optional<EnvelopeHeader> header = header(entry);
        DeviceId author = header.map(EnvelopeHeader::device).orElse(null);
        if (header.isPresent() && header.get().lastCounter() <= request.known().getOrDefault(author, 0L)) {
            return true;
        }
        if (author != null && author.equals(own)) {
            boolean room = page.hasRoomForOwn();
            if (room) {
                page.addOwn(EnvelopeHash.ofEnvelope(entry));
            }
            return room;
        }
        boolean room = page.hasRoomForEnvelope(entry.length);
        if (room) {
            page.addEnvelope(entry);
        }
        return room;
    }

    private Cursor cursorAt(long position) {
        Cursor cursor = new Cursor(id, 0, EnvelopeHash.NONE);
        for (int i = 0; i < position; i++) {
            cursor = cursor.after(EnvelopeHash.ofEnvelope(entries.get(i)));
        }
        return cursor;
    }

    private Map<DeviceId, Long> heads() {
        Map<DeviceId, Long> heads = new HashMap<>();
        for (byte[] entry : entries) {
            header(entry).ifPresent(header -> heads.merge(header.device(), header.lastCounter(), Math::max));
        }
        return heads;
    }

    /** The header of an entry, unless it is garbled. */
    static Optional<EnvelopeHeader> header(byte[] entry) {
        try {
            return Optional.of(Envelope.parse(entry).header());
        } catch (EnvelopeFormatException garbled) {
            return Optional.empty();
        }
    }

    static boolean isBy(byte[] entry, DeviceId device) {
        return header(entry).filter(header -> header.device().equals(device)).isPresent();
    }
}
