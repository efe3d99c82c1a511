package dev.tidelock.sync.spi.store;

/** Whether an event that is held counts. */
public enum EventState {
    /** It counts: it is part of its record's fold. */
    APPLIED,
    /** It does not count yet: some events of its transaction have not arrived. */
    WAITING,
    /** It does not count: its transaction is in quarantine. */
    QUARANTINED
}
