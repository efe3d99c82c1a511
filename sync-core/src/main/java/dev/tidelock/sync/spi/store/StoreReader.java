package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Conflict;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.ListedEvent;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.transport.Cursor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What can be read of a store, at one moment. */
public interface StoreReader {
    /** Whose store this is; null if it is new. */
    @Nullable
    StoreIdentity identity();

    // Records

    /** The state of a record; {@link RecordState#ABSENT} if nobody has written it. */
    RecordState record(RecordKey key);

    /**
     * Shows every event of a record that is in this state, in no particular order. Holds no more than a few of them in memory; the visitor may read, and
     * changes nothing.
     *
     * @param valueBytesMax values that are longer in canonical form are left out; {@link #event} has them
     */
    void events(RecordKey key, EventState state, int valueBytesMax, Consumer<ListedEvent> visitor);

    /** How many records have a value. May read all of them. */
    long recordCount();

    /**
     * Shows every record that has a value, in the order of {@link RecordKey}: one collection's, or all if {@code collection} is null. Holds no
     * more than a few of them in memory.
     */
    void records(@Nullable String collection, RecordVisitor visitor);

    /**
     * The ids of those records of a collection that have a value, in the order of their UTF-8 bytes.
     *
     * @param after only ids that come after this one; empty for all
     */
    List<String> recordIds(String collection, String after, int countMax);

    /**
     * Shows the records of a collection that have a value and whose id begins like that, in the order of their ids, until the visitor wants no more. Holds no more than a few of
     * them in memory; the visitor may read.
     */
    void records(String collection, String idPrefix, FoundVisitor visitor);

    /** The indexes that are kept on a collection, in the order in which they were added. */
    List<StoredIndex> indexes(String collection);

    /**
     * Shows the entries of an index in a range, until the visitor wants no more: by their keys, those of one key by the records' ids, all of it the other way round if descending. Holds no more
     * than a few of them in memory; the visitor may read. Shows nothing if there is no such index.
     */
    void entries(String collection, Index index, KeyRange range, boolean descending, EntryVisitor visitor);

    /** The names of the collections that have a record with a value, in the order of their UTF-8 bytes. */
    List<String> collections();

    /** The open entries of the conflict log, the oldest losing stamp first. */
    List<Conflict> conflicts();

    /** How many entries {@link #conflicts} would list. */
    long conflictCount();

    /**
     * How many open entries of the conflict log there are whose losing stamp is not older than this.
     *
     * @param readingMin a clock reading; 0 for all
     */
    long conflictCountSince(long readingMin);

    // Events by identity

    /** An event, whatever its state; null if it is not held. */
    @Nullable
    StoredEvent event(EventId id);

    /** The events of one transaction that are held, in the order of their counters, whatever their state. */
    List<StoredEvent> transaction(DeviceId device, TransactionSpan span);

    /** The last event of this device itself: its counter and its clock reading. Both 0 if it has written none. */
    OwnHead ownHead();

    /** The highest clock reading of other devices that was taken over, 0 at first. */
    long observedReading();

    /**
     * This device's events that are in no envelope yet, in the order of their counters: at least one if there are any, then as many as fit both
     * bounds.
     *
     * @param valueBytesMax a bound for the sum of the lengths of their values in canonical form
     */
    List<Event> unsealed(int countMax, long valueBytesMax);

    // Envelopes

    /** What is held of a device's envelopes, this device's own included; null if nothing is. */
    @Nullable
    EnvelopeChain chain(DeviceId device);

    /** All chains, in the order of their devices. */
    List<EnvelopeChain> chains();

    /** The hash of the envelope whose first event has this counter; null if there is none. */
    @Nullable
    EnvelopeHash envelopeAt(DeviceId device, long firstCounter);

    /** Whether a kept envelope has this hash, whoever its author is. */
    boolean hasEnvelope(EnvelopeHash hash);

    /** A kept envelope; null if there is none of that hash. */
    @Nullable
    Envelope envelope(EnvelopeHash hash);

    /**
     * Kept envelopes that somebody lacks, in the order in which this device came to hold them: at least one if there are any, then as many as fit both
     * bounds.
     *
     * @param known per device, the counter up to which they have everything; a device that is not named counts as 0
     * @param afterPlace only envelopes after this place; 0 for all
     */
    List<PlacedEnvelope> missing(Map<DeviceId, Long> known, long afterPlace, int countMax, long bytesMax);

    // Outbox

    /**
     * Envelopes not confirmed by this remote, in the order in which this device came to hold them: at least one if there are any, then as many as
     * fit both bounds.
     *
     * @param except devices whose envelopes are passed over
     */
    List<Envelope> outbox(String remote, Set<DeviceId> except, int countMax, long bytesMax);

    /**
     * How many events of this device are not confirmed by this remote: those in no envelope, and those in its envelopes in the outbox.
     */
    long pendingEvents(String remote);

    /** How many envelopes are in the outbox for this remote, of any author. */
    long outboxCount(String remote);

    /** Whether an envelope has been seen in this remote's log. */
    boolean isInLog(String remote, EnvelopeHash hash);

    // What devices said and did

    /** What every device last said of what it holds, this device's own word included. */
    List<SeenHead> seenHeads();

    /** What was noticed and not been forgotten since, the oldest first. */
    List<Incident> incidents();

    // The rest

    /** What the engine has noted for this store alone; null if nothing of that name. */
    @Nullable
    String note(String name);

    /** How far a remote has been read; null if it has not. */
    @Nullable
    Cursor cursor(String remote);

    /** How the last sync with a remote ended; {@link SyncOutcome#NEVER} if there was none. */
    SyncOutcome outcome(String remote);

    /** What is in quarantine, the oldest first. */
    List<QuarantineItem> quarantine();

    /** One item of quarantine; null if there is none of that id. */
    @Nullable
    QuarantineItem quarantined(String itemId);

    /** How many items {@link #quarantine} would list. */
    long quarantineCount();

    /** How many of them {@linkplain QuarantineItem.Reason#isHeldBack are held back}. */
    long heldCount();

    /** The bytes kept with an item of quarantine; null if there are none, or no such item. */
    byte @Nullable [] quarantinedBytes(String itemId);

    /** Sees one record after another. */
    @FunctionalInterface
    interface RecordVisitor {
        /** Is shown one record. What it throws ends the walk, and reaches the caller. */
        void visit(RecordKey key, JsonValue value);
    }

    /** Sees one record after another, and says whether it wants more. */
    @FunctionalInterface
    interface FoundVisitor {
        /** Takes a record; false if it wants no more. */
        boolean visit(RecordKey key, JsonValue value);
    }

    /** Sees one entry of an index after another, with the record that it leads to, and says whether it wants more. */
    @FunctionalInterface
    interface EntryVisitor {
        /** Takes an entry: its key, and the id and the value of its record; false if it wants no more. */
        boolean visit(byte[] indexKey, String id, JsonValue value);
    }
}
