package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One side's patience: tries again while the relay cannot be reached, until there is an answer, the time is over, or somebody
 * cancels. {@link #cancel()} may be called by any thread; all else by one at a time.
 */
final class PairingWait {
    /** How long one read asks the relay to wait: also how long a cancellation may go unnoticed. */
    private static final long POLL_NANOS_MAX = Duration.ofSeconds(5).toNanos();

    /** Between two tries, if the relay gave no other time; a relay that answers at once is not asked more often either. */
    private static final long PAUSE_NANOS = Duration.ofMillis(500).toNanos();

    private final LongSupplier monotonicNanos;
    private final Pause pause;
    private final long deadline;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private boolean mayHaveArrived;

    /** How a pause is made; tests move their clock on instead. */
    @FunctionalInterface
    interface Pause {
        /** Returns after that time, or as soon as the pairing is cancelled. */
        void pause(CountDownLatch cancelled, long nanos) throws InterruptedException;

        Pause REAL = (cancelled, nanos) -> {
            boolean ignored = cancelled.await(nanos, TimeUnit.NANOSECONDS);
        };
    }

    /** One try, which may take up to {@code patience}; empty says to try again. */
    @FunctionalInterface
    interface Attempt<T> {
        Optional<T> within(Duration patience) throws TransportException, PairingException;
    }

    PairingWait(LongSupplier monotonicNanos, Pause pause, Duration patience) {
        this.monotonicNanos = monotonicNanos;
        this.pause = pause;
        this.deadline = monotonicNanos.getAsLong() + patience.toNanos();
    }

    void cancel() {
        cancelled.countDown();
    }

    /** @throws TransportException only of a kind that another try would not help */
    <T> T until(Attempt<T> attempt) throws PairingException, TransportException {
        TransportException last = null;
        while (true) {
            long started = monotonicNanos.getAsLong();
            requireTime(deadline - started, last);
            long pauseNanos = PAUSE_NANOS;
            try {
                Optional<T> result = attempt.within(Duration.ofNanos(Math.min(deadline - started, POLL_NANOS_MAX)));
                if (result.isPresent()) {
                    return result.get();
                }
                last = null;
            } catch (TransportException failed) {
                if (failed.kind() == TransportException.Kind.UNAUTHORIZED
                        || failed.kind() == TransportException.Kind.REJECTED
                        || failed.kind() == TransportException.Kind.UNKNOWN_SPACE) {
                    throw failed;
                }
                last = failed;
                pauseNanos = pauseAskedBy(failed);
            }
            pauseUntil(started, pauseNanos);
        }
    }

    /** Cancelled, or out of time: both end a pairing. */
    void requireTime(long leftNanos, @Nullable TransportException last) throws PairingException {
        if (cancelled.getCount() == 0) {
            throw new PairingException(Kind.CANCELLED, "the pairing was cancelled on this device", last);
        }
        if (leftNanos <= 0) {
            String why = last == null
                    ? "the other device did not do its part in time"
                    : "the relay could not be reached in time (" + last.kind() + ")";
            throw new PairingException(Kind.EXPIRED, why + ": make a new invitation", last);
        }
    }

    /** What a relay asks for is kept, but never makes the pairing last longer than its time. */
    private static long pauseAskedBy(TransportException failed) {
        Duration asked = failed.retryAfter();
        if (asked == null) {
            return PAUSE_NANOS;
        }
        Duration longest = PairingInvitation.EXPIRES_MAX;
        return Math.max(PAUSE_NANOS, (asked.compareTo(longest) < 0 ? asked : longest).toNanos());
    }

    private void pauseUntil(long started, long pauseNanos) {
        long now = monotonicNanos.getAsLong();
        // Differences only: the clock's own values may wrap around.
        long nanos = Math.min(pauseNanos - (now - started), deadline - now);
        if (nanos <= 0) {
            return;
        }
        try {
            pause.pause(cancelled, nanos);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            cancel();
        }
    }

    /** Reads a slot once something is in it. */
    byte[] read(Mailboxes mailboxes, byte[] mailboxId, Mailboxes.Slot slot)
            throws PairingException, TransportException {
        return until(patience -> {
            try {
                return mailboxes.read(mailboxId, slot, patience);
            } catch (TransportException failed) {
                if (failed.kind() == TransportException.Kind.REJECTED) {
                    throw gone(failed);
                }
                throw failed;
            }
        });
    }

    /**
     * Writes a slot. Also returns if an earlier try turns out to have arrived, and (for the last word of a pairing) if it may
     * have arrived and the mailbox has been cleared away since.
     */
    void write(Mailboxes mailboxes, byte[] mailboxId, Mailboxes.Slot slot, byte[] content)
            throws PairingException, TransportException {
        mayHaveArrived = false;
        until(patience -> {
            try {
                mailboxes.write(mailboxId, slot, content);
            } catch (TransportException failed) {
                if (failed.kind() != TransportException.Kind.REJECTED) {
                    mayHaveArrived = true;
                    throw failed;
                }
                requireOwn(mailboxes, mailboxId, slot, content, failed);
            }
            return Optional.of(slot);
        });
    }

    /** A refused write: is the content that is there ours, somebody else's, or is there no mailbox? */
    private void requireOwn(
            Mailboxes mailboxes, byte[] mailboxId, Mailboxes.Slot slot, byte[] content, TransportException refused)
            throws PairingException, TransportException {
        Optional<byte[]> there;
        try {
            there = mailboxes.read(mailboxId, slot, Duration.ZERO);
        } catch (TransportException failed) {
            if (failed.kind() != TransportException.Kind.REJECTED) {
                throw failed;
            }
            if (slot == Mailboxes.Slot.ANSWER && mayHaveArrived) {
                return;
            }
            throw gone(failed);
        }
        if (!there.isPresent()) {
            throw gone(refused);
        }
        if (!Arrays.equals(there.get(), content)) {
            throw new PairingException(
                    Kind.TAKEN,
                    "another device has used this invitation already: if it was none of yours, somebody has seen the URI;"
                            + " make a new one",
                    refused);
        }
    }

    private static PairingException gone(TransportException cause) {
        return new PairingException(
                Kind.GONE,
                "the relay has no such invitation: it expired, was refused or withdrawn, was used by another device, or the"
                        + " URI is not quite right; make a new one",
                cause);
    }
}
