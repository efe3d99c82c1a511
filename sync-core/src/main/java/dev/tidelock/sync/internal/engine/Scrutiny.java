package dev.tidelock.sync.internal.engine;

/** How closely a transaction is looked at that could be applied. */
enum Scrutiny {
    /** Somebody has decided that it comes in. */
    NONE,
    /** The app's gate is asked. */
    GATE,
    /** Its deletes are among so many that somebody has to look at them. */
    DELETES_TOO
}
