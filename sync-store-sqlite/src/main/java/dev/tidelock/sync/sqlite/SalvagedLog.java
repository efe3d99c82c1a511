package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The envelopes of a damaged store as a log that nothing can be added to. */
final class SalvagedLog implements Transport {
    private static final String REMOTE = "salvage";
    private static final int PAGE_BYTES_MAX = 1 << 20;

    private final List<SalvagedRows.Kept> entries;
    private final Function<SalvagedRows.Kept, Envelope> reader;
    private final Cursor start = new Cursor(new LogId(REMOTE), 0, EnvelopeHash.NONE);
    private final Map<DeviceId, Long> heads = new HashMap<>();

    SalvagedLog(List<SalvagedRows.Kept> entries, Function<SalvagedRows.Kept, Envelope> reader) {
        this.entries = entries;
        this.reader = reader;
        for (SalvagedRows.Kept entry : entries) {
            heads.merge(entry.header().device(), entry.header().lastCounter(), Math::max);
        }
    }

    @Override
    public String remote() {
        return REMOTE;
    }

    /** What is pushed is in the store that pushes it, and was here before: nothing is to be done. */
    @Override
    public PushReceipt push(List<Envelope> envelopes) {
        List<EnvelopeHash> hashes = new ArrayList<>();
        envelopes.forEach(envelope -> hashes.add(envelope.hash()));
        return new PushReceipt(hashes, List.of(), 0);
    }

    @Override
    public PullResult pull(PullRequest request) {
        Cursor after = request.after();
        Cursor cursor = after == null ? cursorAt((int) request.fromPosition()) : after;
        List<PullResult.LogEntry> page = new ArrayList<>();
        long bytes = 0;
        while (cursor.position() < entries.size() && bytes < PAGE_BYTES_MAX) {
            SalvagedRows.Kept entry = entries.get((int) cursor.position());
            long known = request.known().getOrDefault(entry.header().device(), 0L);
            if (entry.header().lastCounter() > known) {
                Envelope envelope = reader.apply(entry);
                page.add(new PullResult.Sent(envelope.toByteArray()));
                bytes += envelope.length();
            }
            cursor = cursor.after(entry.hash());
        }
        return new PullResult.Page(page, cursor, cursor.position() < entries.size(), heads, 0);
    }

    private Cursor cursorAt(int position) {
        Cursor cursor = start;
        for (int i = 0; i < position; i++) {
            cursor = cursor.after(entries.get(i).hash());
        }
        return cursor;
    }

    @Override
    public void close() {}
}
