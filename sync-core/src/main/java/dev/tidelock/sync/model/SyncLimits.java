package dev.tidelock.sync.model;

import java.time.Duration;

/**
 * Every bound of the engine that is not part of a format. If a loop or a queue is bounded by none of these, nor by a format, it is a bug.
 */
public final class SyncLimits {
    /** The longest value of one event, in bytes of canonical JSON. */
    public static final int VALUE_BYTES_MAX = 1 << 20;

    /** How many events one envelope holds at most. */
    public static final int ENVELOPE_EVENTS_MAX = 1000;

    /** About how many bytes of values go into one envelope, before compression; one event may exceed it. */
    public static final int ENVELOPE_VALUE_BYTES_MAX = 512 << 10;

    /** How long the compressed and padded content of an envelope may be, unless it is a single event's. */
    public static final int ENVELOPE_PLAINTEXT_BYTES_MAX = 1536 << 10;

    /** How many envelopes one push carries at most. */
    public static final int PUSH_ENVELOPES_MAX = 100;

    /** How many bytes of envelopes one push carries at most. */
    public static final int PUSH_BYTES_MAX = 4 << 20;

    /** About how many bytes of events are applied in one transaction; one envelope may exceed it. */
    public static final int SLICE_BYTES_MAX = 512 << 10;

    /** How many changes an app may make in one transaction. */
    public static final int TRANSACTION_CHANGES_MAX = 10_000;

    /** How many bytes of values one transaction may hold: it applies whole, so every device needs memory for all of it. */
    public static final int TRANSACTION_VALUE_BYTES_MAX = 8 << 20;

    /** How many envelopes that were pushed are remembered one by one until a pull sees them; of more, only that there are some. */
    public static final int UNSEEN_ENVELOPES_MAX = 10_000;

    /** How many times one sync goes round push and pull before it gives way. */
    public static final int ROUNDS_MAX = 20;

    /** How many pages one pass reads before it lets a push go first: a log without end must not hold up what waits here. */
    public static final int PULL_PAGES_MAX = 2000;

    /** How many items that are not their author's word quarantine keeps, beside any number that are; what comes beyond is dropped, and asked for again. */
    public static final int QUARANTINE_FOREIGN_MAX = 500;

    /** How far in the future a stamp may lie. */
    public static final Duration CLOCK_DRIFT_MAX = Duration.ofMinutes(5);

    /** How far a device's own clock may differ from the remote's before it follows that: less, since the difference cannot be measured exactly. */
    public static final Duration OWN_CLOCK_DRIFT_MAX = Duration.ofMinutes(4);

    /** How long a remote may ask to be left alone; a request for more counts as this. */
    public static final Duration RETRY_AFTER_MAX = Duration.ofDays(1);

    /** How often a process looks whether it may sync by itself, while another one on the same store does: what a failover takes. */
    public static final Duration LEAD_RETRY = Duration.ofSeconds(2);

    /** How often a process that is to sync looks whether the sync of another one on the same store has ended. */
    public static final Duration SYNC_RETRY = Duration.ofMillis(100);

    /** Of how many records a live query remembers one by one that they have changed; of more, only that any may have. */
    public static final int MARKED_RECORDS_MAX = 50_000;

    /** How long a live query rests at most after it took long to run as a whole, beyond the interval that the app has set. */
    public static final Duration LIVE_REST_MAX = Duration.ofSeconds(1);

    /** After how long at most a live query tries again that failed. */
    public static final Duration LIVE_RETRY_MAX = Duration.ofSeconds(30);

    /** How often a process that has live queries, or syncs over a line that is open, looks whether another one on the same store has written. */
    public static final Duration OTHER_PROCESSES_LOOK = Duration.ofMillis(500);

    private SyncLimits() {}
}
