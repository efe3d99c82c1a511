package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Envelopes in some order, and how pulls read them: a cursor names a prefix by its hash. Whether they may stand there is up to whoever appends them. */
final class RelayLog {
    private final LogId id;
    private final List<Envelope> entries = new ArrayList<>();
    private final List<EnvelopeHash> prefixes = new ArrayList<>(); // of the first 0, 1, 2, ... entries
    private final Set<EnvelopeHash> hashes = new HashSet<>();
    private final Map<DeviceId, Envelope> lasts = new HashMap<>();

    RelayLog(LogId id) {
        this.id = id;
        prefixes.add(EnvelopeHash.NONE);
    }

    LogId id() {
        return id;
    }

    void append(Envelope envelope) {
        hashes.add(envelope.hash());
        prefixes.add(prefixes.get(entries.size()).chainedWith(envelope.hash()));
        entries.add(envelope);
        lasts.merge(envelope.header().device(), envelope, RelayLog::later);
    }

    private static Envelope later(Envelope one, Envelope other) {
        return one.header().lastCounter() > other.header().lastCounter() ? one : other;
    }

    int size() {
        return entries.size();
    }

    Envelope at(int position) {
        return entries.get(position);
    }

    List<Envelope> entries() {
        return entries;
    }

    boolean holds(EnvelopeHash envelope) {
        return hashes.contains(envelope);
    }

    /** The envelope of a device with the highest counters; null if there is none. */
    @Nullable
    Envelope last(DeviceId device) {
        return lasts.get(device);
    }

    /** The hash of so many entries from the start. */
    EnvelopeHash prefix(int count) {
        return prefixes.get(count);
    }

    /** Whether a cursor names a prefix of this log. */
    boolean agrees(Cursor cursor) {
        if (cursor.position() > entries.size()) {
            return false;
        }
        return prefix((int) cursor.position()).equals(cursor.prefix())
                && (cursor.position() == 0 || cursor.log().equals(id));
    }

    /**
     * Answers a pull, as {@link dev.tidelock.sync.spi.transport.Transport#pull} promises.
     *
     * @param reader whose own envelopes need not travel back
     */
    PullResult pull(DeviceId reader, PullRequest request, int bytesMax, long millis) {
        Cursor after = request.after();
        long start = after == null ? request.fromPosition() : after.position();
        if (after == null ? start > entries.size() : !agrees(after)) {
            return new PullResult.CursorRefused(id, millis);
        }
        List<PullResult.LogEntry> page = new ArrayList<>();
        int bytes = 0;
        int at = (int) start;
        for (; at < entries.size(); at++) {
            Envelope envelope = entries.get(at);
            EnvelopeHeader header = envelope.header();
            if (after == null && header.lastCounter() <= request.known().getOrDefault(header.device(), 0L)) {
                continue;
            }
            boolean own = after != null && header.device().equals(reader);
            bytes += own ? EnvelopeHash.BYTES : envelope.length();
            if (bytes > bytesMax && !page.isEmpty()) {
                break;
            }
            page.add(own ? new PullResult.Own(envelope.hash()) : new PullResult.Sent(envelope.toByteArray()));
        }
        Cursor next = new Cursor(id, at, prefixes.get(at));
        return new PullResult.Page(page, next, at < entries.size(), after == null ? heads() : Map.of(), millis);
    }

    private Map<DeviceId, Long> heads() {
        Map<DeviceId, Long> heads = new HashMap<>();
        lasts.forEach((device, last) -> heads.put(device, last.header().lastCounter()));
        return heads;
    }
}
