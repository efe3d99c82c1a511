package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreException.Kind;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.transport.Transport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What can still be read of a damaged store. Envelopes are the history: a client with a new store and {@link #transport()} as its remote makes
 * records, events and conflicts anew from them, as if it had pulled them. This device's changes that are in no envelope yet are nowhere else in the
 * world; {@link #unsent} gives them, to be made again. What neither brings, the relay has.
 *
 * <p>Reads the damaged file and never writes it; holds a few dozen bytes per envelope in memory. For one thread.
 */
public final class StoreSalvage implements AutoCloseable {
    private final Alone alone;
    private final DamagedFile file;
    private final DamagedRows rows;
    private final SalvagedRows found;
    private final List<SalvagedRows.Kept> usable;
    private final boolean ownChainWhole;
    private final List<Event> unsent = new ArrayList<>();
    private long unsentLost;

    private StoreSalvage(Alone alone, DamagedFile file, StoreIdentity owner) {
        this.alone = alone;
        this.file = file;
        this.rows = new DamagedRows(file);
        this.found = new SalvagedRows();
        rows.visitAll(found);
        SalvagedChains chains = new SalvagedChains(found.envelopes.values());
        this.usable = chains.usable();
        long ordinal = found.ordinalOf(owner.device());
        SalvagedRows.Chain recorded = ordinal == 0 ? null : found.chains.get(ordinal);
        this.ownChainWhole = recorded != null
                && chains.lastCounter(owner.device()) == recorded.lastCounter()
                && chains.lastHash(owner.device()).equals(recorded.lastHash())
                && found.damagedEnvelopes + chains.unusable(owner.device()) == 0;
        long sealed = Math.max(recorded == null ? 0 : recorded.lastCounter(), chains.highestCounter(owner.device()));
        if (ordinal > 0 && ordinal <= Schema.ORDINAL_MAX) {
            readUnsent(owner, ordinal, sealed);
        }
    }

    /**
     * Reads all that can be read.
     *
     * @param owner whose store it is, as the keys say
     * @throws StoreException if the file cannot be read at all (IO), is open (LOCKED), or is another device's (CORRUPT)
     */
    static StoreSalvage of(Path file, StoreIdentity owner) {
        Path resolved = StoreFile.resolve(file);
        Alone alone = Alone.with(resolved);
        boolean read = false;
        try {
            StoreSalvage salvage = new StoreSalvage(alone, new DamagedFile(resolved), owner);
            if (!salvage.found.canBeOf(owner)) {
                salvage.closeFile();
                throw new StoreException(Kind.CORRUPT, file + " is the store of another device than the keys", null);
            }
            read = true;
            return salvage;
        } catch (IOException unreadable) {
            throw new StoreException(Kind.IO, "cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        } finally {
            if (!read) {
                alone.close();
            }
        }
    }

    private void readUnsent(StoreIdentity owner, long ordinal, long sealed) {
        long first = Schema.eventRow(ordinal, Math.min(sealed + 1, Schema.COUNTER_MAX));
        Map<Long, DamagedRows.Place> places =
                found.events.subMap(first, true, Schema.eventRow(ordinal, Schema.COUNTER_MAX), true);
        long expected = sealed + 1;
        for (Map.Entry<Long, DamagedRows.Place> place : places.entrySet()) {
            long counter = Schema.counterOf(place.getKey());
            Event event = event(new EventId(owner.device(), counter), place.getValue());
            unsentLost += counter - expected + (event == null ? 1 : 0);
            expected = counter + 1;
            if (event != null) {
                unsent.add(event);
            }
        }
    }

    private @Nullable Event event(EventId id, DamagedRows.Place place) {
        @Nullable Object[] row = rows.read(place);
        RecordKey key = row == null ? null : found.key((Long) Objects.requireNonNull(row[1]));
        if (row == null || key == null) {
            return null;
        }
        try {
            byte[] head = (byte[]) Objects.requireNonNull(row[3]);
            return Rows.decode(() -> EventColumn.decode(head, id, key, (byte[]) row[4]));
        } catch (StoreException damaged) {
            return null;
        }
    }

    /** How many pages of the file hold damage that shows. */
    public int damagedPages() {
        return rows.damagedPages();
    }

    /** How many envelopes can be used again: whole, and each device's without a gap from its first one. */
    public int envelopes() {
        return usable.size();
    }

    /** How many envelopes were found that cannot be used: changed, or behind a gap. */
    public int envelopesLost() {
        return found.damagedEnvelopes + found.envelopes.size() - usable.size();
    }

    /** How many of this device's changes that are in no envelope yet are known to be lost. What stood at the end may be lost unnoticed. */
    public long unsentLost() {
        return unsentLost;
    }

    /**
     * Whether this device may no longer write under its old identity: some of its own sealed history is not here, so it cannot know which counters it
     * has given out, and must never give out one again for something else.
     */
    public boolean needsNewIdentity() {
        return !ownChainWhole;
    }

    /** This device's changes that are in no envelope yet, in the order in which it made them: each counts only if it is made again. */
    public List<Event> unsent() {
        return Collections.unmodifiableList(unsent);
    }

    /**
     * Makes the unsent changes again, each transaction as one: in a client that has pulled from {@link #transport()} before.
     *
     * @return how many were made; the others are refused by the client as it is now, as an op that it does not know
     */
    public int makeAgain(SyncClient client) {
        int made = 0;
        int start = 0;
        while (start < unsent.size()) {
            TransactionSpan span = unsent.get(start).transaction();
            int end = start + 1;
            while (end < unsent.size() && unsent.get(end).transaction().equals(span)) {
                end++;
            }
            List<Event> together = unsent.subList(start, end);
            try {
                client.transaction(tx -> {
                    together.forEach(event -> makeAgain(tx, event));
                    return null;
                });
                made += together.size();
            } catch (WriteRefusedException refused) {
                // Counted as not made.
            }
            start = end;
        }
        return made;
    }

    private static void makeAgain(Transaction tx, Event event) {
        String collection = event.key().collection();
        String id = event.key().id();
        Op op = event.op();
        switch (op.kind()) {
            case PUT:
                tx.put(collection, id, op.value());
                break;
            case PATCH:
                tx.patch(collection, id, op.value());
                break;
            case DELETE:
                tx.delete(collection, id);
                break;
            case NAMED:
                tx.op(collection, id, op.name(), op.value());
                break;
            default:
                throw new AssertionError("unhandled " + op.kind());
        }
    }

    /** The envelopes as a remote that can be pulled from, and takes nothing. Valid until this salvage is closed. */
    public Transport transport() {
        return new SalvagedLog(usable, this::envelope);
    }

    private Envelope envelope(SalvagedRows.Kept kept) {
        @Nullable Object[] row = rows.read(kept.place());
        Envelope envelope = row == null ? null : Envelope.parse((byte[]) Objects.requireNonNull(row[5]));
        if (envelope == null || !envelope.hash().equals(kept.hash())) {
            throw new StoreException(Kind.IO, "the damaged file has changed while it was read", null);
        }
        return envelope;
    }

    /** From now on the store can be opened again. */
    @Override
    public void close() {
        closeFile();
        alone.close();
    }

    private void closeFile() {
        try {
            file.close();
        } catch (IOException ignored) {
            // It was only read.
        }
    }
}
