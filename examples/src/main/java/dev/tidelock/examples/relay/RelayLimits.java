package dev.tidelock.examples.relay;

/** Every bound of this relay that the protocol leaves open. */
final class RelayLimits {
    /** Requests that are under way at the same time; one more is told to come back. */
    static final int REQUESTS_MAX = 2_000;

    /**
     * Memory for the large bodies and pages of all requests together: a sixth of the heap, for some are there twice. Each takes its share before it is read or made; the longest ones need 16 MiB.
     */
    static final int BODY_BYTES_MAX =
            (int) Math.min(64 << 20, Math.max(20 << 20, Runtime.getRuntime().maxMemory() / 6));

    /** How much of a body that is refused is read and thrown away, so that its sender gets to read why; more cuts the connection. */
    static final long DRAINED_BYTES_MAX = 32L << 20;

    /** Threads that check, write and read; the network needs none of them. */
    static final int WORKER_THREADS = 16;

    /** Mailboxes that are open at the same time. */
    static final int MAILBOXES_MAX = 10_000;

    /** Requests that wait for a mailbox at the same time. None of them holds a thread. */
    static final int MAILBOX_WAITERS_MAX = 1_000;

    /** How long a connection may be silent in the middle of a request, or between two. */
    static final int IDLE_MILLIS_MAX = 75_000;

    /** How long stopping waits for requests that are under way. */
    static final int STOP_MILLIS_MAX = 10_000;

    /** Lines and change streams that are open at the same time. */
    static final int LINES_MAX = 5_000;

    /** Those of them that have not shown a token yet; one more takes the place of the oldest that has had the time. */
    static final int LINES_WITHOUT_TOKEN_MAX = 500;

    /** Those of them that are one device's. */
    static final int LINES_PER_DEVICE_MAX = 64;

    /** How many tokens a line may show before one is accepted: a device whose clock is wrong needs a second one. */
    static final int FIRST_TOKENS_MAX = 2;

    /** Entries that one page passes over because they are known: it ends there, so that no request takes longer the longer its log is. */
    static final int PASSED_OVER_MAX = 20_000;

    /** The longest live page, unless its only envelope is longer. A client that needs more soon pulls. */
    static final int LIVE_PAGE_BYTES_MAX = 256 << 10;

    /** Spaces whose last envelopes are kept in memory for those who listen. */
    static final int RECENT_SPACES_MAX = 64;

    /** How many bytes of each of these spaces. */
    static final int RECENT_BYTES_MAX = 256 << 10;

    /** A message up to this long takes no share of the memory for large bodies. */
    static final int SMALL_BYTES_MAX = 64 << 10;

    /** A live page, or a body or answer over HTTP, up to this long takes no share of the memory for large ones, however little of it is left. */
    static final int TINY_BYTES_MAX = 4 << 10;

    /** How many clients may come back per second once the relay has stopped. */
    static final int RETURNS_PER_SECOND = 100;

    /** The longest time over which clients are told to come back, in seconds. */
    static final int RETURN_SECONDS_MAX = 30;

    /** How long stopping waits for clients to close their lines. */
    static final int GOODBYE_MILLIS_MAX = 2_000;

    private RelayLimits() {}
}
