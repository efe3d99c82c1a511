package dev.tidelock.sync.spi.transport;

import java.time.Duration;
import java.util.Optional;

/**
 * One-time mailboxes at a relay, through which two devices that know a common secret find each other once. The id of a mailbox is
 * derived from that secret and cannot be guessed; what is left in it is sealed under the secret. Calls block; safe for use by any
 * number of threads.
 */
public interface Mailboxes {
    /** The length of a mailbox id, in bytes. */
    int ID_BYTES = 16;

    /** The most that fits one slot, in bytes. */
    int CONTENT_BYTES_MAX = 8192;

    /** The two places in a mailbox; each is written once. */
    enum Slot {
        /** What the joining device says first. */
        REQUEST,
        /** What the inviting device answers. */
        ANSWER
    }

    /** Opens a mailbox for a while; for members of a space only. */
    void create(byte[] mailboxId, Duration expires) throws TransportException;

    /** Writes one slot. Kind {@code REJECTED} if it has been written, or the mailbox is unknown or has expired. */
    void write(byte[] mailboxId, Slot slot, byte[] content) throws TransportException;

    /**
     * Reads one slot, waiting for it if need be.
     *
     * @param wait how long to wait at most; an implementation may return earlier
     * @return empty if nothing has been written yet
     * @throws TransportException of kind {@code REJECTED} if the mailbox is unknown or has expired
     */
    Optional<byte[]> read(byte[] mailboxId, Slot slot, Duration wait) throws TransportException;

    /** Removes a mailbox. Harmless if there is none. */
    void delete(byte[] mailboxId) throws TransportException;
}
