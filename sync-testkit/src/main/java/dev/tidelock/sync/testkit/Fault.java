package dev.tidelock.sync.testkit;

/** What can go wrong in a simulation. */
public enum Fault {
    /** A request does not reach the remote. */
    REQUEST_LOST,
    /** A request takes effect, and its answer is lost. */
    ANSWER_LOST,
    /** A request reaches the remote twice at once. */
    DUPLICATED,
    /** A push reaches the remote once more, some time later. */
    REPEATED_LATER,
    /** A push fails, and reaches the remote some time later all the same. */
    DELIVERED_LATE,
    /** Only the first envelopes of a push reach the remote, and the sender hears of a failure. */
    CUT,
    /** A request takes long; time passes. */
    SLOW,
    /** While a request is under way, something else happens: on the same device, as in another thread of the app, or on another. */
    MEANWHILE,
    /** The relay cannot be reached by anybody for a while, as when it restarts. */
    RELAY_DOWN,
    /** The relay asks for patience. */
    THROTTLED,
    /** The relay refuses a token. */
    TOKEN_REFUSED,
    /** A byte of an answer changes on the way. */
    ANSWER_CHANGED,
    /** The relay forgets the end of its log, as when it is restored from a backup. */
    RELAY_ROLLED_BACK,
    /** A device cannot reach the relay for a long time. */
    DEVICE_OFFLINE,
    /** The process ends just before a commit. */
    CRASH_BEFORE_COMMIT,
    /** The process ends just after a commit, before anybody is told. */
    CRASH_AFTER_COMMIT,
    /** The process ends at some other moment. */
    CRASH,
    /** The power goes: what was not asked to survive that is gone. */
    POWER_LOST,
    /** The disk is full for one commit. */
    DISK_FULL,
    /** A device's wall clock jumps, within what is tolerated. */
    CLOCK_JUMP,
    /** A device's wall clock jumps by more than is tolerated. */
    CLOCK_LEAP
}
