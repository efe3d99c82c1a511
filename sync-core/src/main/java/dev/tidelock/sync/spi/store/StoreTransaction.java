package dev.tidelock.sync.spi.store;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.query.Index;
import dev.tidelock.sync.spi.transport.Cursor;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What can be written to a store, in one transaction. It reads what it has written. */
public interface StoreTransaction extends StoreReader {
    /**
     * Asks that this commit, and with it all earlier ones, survives a loss of power, even if the store is set up so that a commit otherwise
     * survives only a crash of the process. Best called before the first change.
     */
    void surviveLossOfPower();

    /**
     * Makes a new store this device's.
     *
     * @throws IllegalStateException if it is another's
     */
    void setIdentity(StoreIdentity identity);

    /**
     * Gives the store to another device of the same space. What the former device wrote stays, as another device's.
     *
     * @throws IllegalStateException if the store is new, or another space's
     */
    void replaceIdentity(StoreIdentity identity);

    /** Sets what a record comes to, its open conflicts included, and its entries in the indexes of its collection, whoever added those. */
    void setRecord(RecordKey key, RecordState state);

    /** Keeps an index from now on, for every store on the same data; harmless if it is kept. It is ready when {@link #buildIndex} has gone over the records that are there. */
    void addIndex(String collection, Index index);

    /**
     * Makes the entries of the next records, if an index is not ready: no more than so many, and fewer if they need much memory. Goes on where the last transaction stopped.
     *
     * @return whether it is ready now, or gone
     */
    boolean buildIndex(String collection, Index index, int recordsMax);

    /**
     * Takes some entries of an index away, and at last the index. It is not ready from the first call on; to add it again before the last one is harmless.
     *
     * @return whether it is gone
     */
    boolean removeIndex(String collection, Index index, int entriesMax);

    /**
     * Adds an event that is not held yet.
     *
     * @throws IllegalStateException if an event of that id is held
     */
    void addEvent(Event event, EventState state);

    /** Changes the state of those events of a transaction that are held. */
    void setState(DeviceId device, TransactionSpan span, EventState state);

    /**
     * Removes a device's events from a counter on, and the envelopes that hold them, also from outboxes. The records they changed stay as they are: whoever
     * removes folds them anew.
     *
     * @return the events that were removed, in the order of their counters
     * @throws IllegalStateException if an envelope begins before that counter and ends after it
     */
    List<Event> removeEvents(DeviceId device, long fromCounter);

    /** Takes over a clock reading of another device, if it is higher than {@link #observedReading()}. */
    void observe(long reading);

    /**
     * Keeps an envelope as the last of its device's chain. For this device's own, its events count as sealed from now on. The author's key is kept
     * from the first envelope, which carries it.
     *
     * @param nowMillis when it was made or received
     * @throws IllegalStateException if it does not follow the chain by counter and hash
     */
    void addEnvelope(Envelope envelope, long nowMillis);

    /**
     * Puts a kept envelope into the outbox for a remote; harmless if it is there.
     *
     * @throws IllegalStateException if no envelope of that hash is kept
     */
    void addToOutbox(String remote, EnvelopeHash hash);

    /**
     * Puts all kept envelopes into the outbox that a remote lacks: those that end above the counter that it holds of their device.
     *
     * @param heads per device, the last counter that the remote holds; a device that is not named counts as 0
     * @return how many were not in the outbox before
     */
    int addMissingToOutbox(String remote, Map<DeviceId, Long> heads);

    /** Takes confirmed envelopes out of the outbox for a remote; harmless for those that are not there. */
    void removeFromOutbox(String remote, Collection<EnvelopeHash> hashes);

    /** Notes that kept envelopes have been seen in a remote's log; harmless for those that are noted, or not kept. */
    void markInLog(String remote, Collection<EnvelopeHash> hashes);

    /** Forgets which envelopes have been seen in a remote's log. */
    void forgetLog(String remote);

    /** Keeps what a device said, in place of what it said before of the same device. */
    void setSeenHead(SeenHead head);

    /** Keeps an incident, in place of the one of the same kind and device. */
    void setIncident(Incident incident);

    /** Forgets all incidents. */
    void removeIncidents();

    /**
     * Keeps a note, in place of the one of that name.
     *
     * @param text null to forget it
     */
    void setNote(String name, @Nullable String text);

    /** Sets how far a remote has been read; null to begin anew. */
    void setCursor(String remote, @Nullable Cursor cursor);

    /** Keeps how the last sync with a remote ended, in place of how the one before did. */
    void setOutcome(String remote, SyncOutcome outcome);

    /**
     * Adds an item to quarantine, or replaces the one of the same id.
     *
     * @param bytes what is kept with it; null for nothing
     */
    void addToQuarantine(QuarantineItem item, byte @Nullable [] bytes);

    /** Takes an item out of quarantine; harmless if there is none of that id. */
    void removeFromQuarantine(String itemId);
}
