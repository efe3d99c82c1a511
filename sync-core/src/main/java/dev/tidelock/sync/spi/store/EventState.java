package dev.tidelock.sync.spi.store;

/** Whether an event that is held counts. */
public enum EventState {
    /** It counts: it is part of its record's fold. */
    APPLIED,
    /** It does not count yet: some events of its transaction have not arrived. */
    WAITING,
    /** It does not count: its transaction is in quarantine. */
    QUARANTINED,
    /** It does not count any more: a void names it. What its author had seen still shows through it. */
    VOID,
    /** As {@link #VOID}, but the device that voided it could not read it: on no device does anything show through it. */
    VOID_UNREAD
}
