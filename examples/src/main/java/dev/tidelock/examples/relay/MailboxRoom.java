package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.ErrorCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The mailboxes, in memory: one that is lost with the relay is opened again by who wanted it. Safe for use by any number of threads;
 * waiters are told outside the lock.
 */
final class MailboxRoom {
    /** The two places in a mailbox. */
    enum Slot {
        REQUEST,
        ANSWER
    }

    private final LongSupplier wallMillis;

    // Guarded by this.
    private final Map<String, Mailbox> mailboxes = new HashMap<>();
    private int waiters;

    MailboxRoom(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    private static final class Mailbox {
        private final long expiresMillis;
        private final Map<Slot, byte[]> contents = new EnumMap<>(Slot.class);
        private final List<Waiter> waiters = new ArrayList<>();

        Mailbox(long expiresMillis) {
            this.expiresMillis = expiresMillis;
        }
    }

    /** Someone who waits for a slot; told once. */
    private static final class Waiter {
        private final Slot slot;
        private final Consumer<Optional<byte[]>> told;

        Waiter(Slot slot, Consumer<Optional<byte[]>> told) {
            this.slot = slot;
            this.told = told;
        }
    }

    synchronized void open(String id, int seconds) throws RefusedException {
        long now = wallMillis.getAsLong();
        mailboxes.values().removeIf(mailbox -> mailbox.waiters.isEmpty() && mailbox.expiresMillis <= now);
        if (mailboxes.containsKey(id)) {
            throw new RefusedException(ErrorCode.EXISTS, "there is a mailbox of this id");
        }
        if (mailboxes.size() >= RelayLimits.MAILBOXES_MAX) {
            throw new RefusedException(ErrorCode.THROTTLED, "too many mailboxes are open");
        }
        mailboxes.put(id, new Mailbox(now + seconds * 1000L));
    }

    void write(String id, Slot slot, byte[] content) throws RefusedException {
        List<Waiter> toTell = new ArrayList<>();
        synchronized (this) {
            Mailbox mailbox = require(id);
            if (mailbox.contents.putIfAbsent(slot, content) != null) {
                throw new RefusedException(ErrorCode.TAKEN, "this slot has been written");
            }
            for (Waiter waiter : mailbox.waiters) {
                if (waiter.slot == slot) {
                    toTell.add(waiter);
                }
            }
            forget(mailbox, toTell);
        }
        toTell.forEach(waiter -> waiter.told.accept(Optional.of(content)));
    }

    /** What is in a slot now. */
    synchronized Optional<byte[]> read(String id, Slot slot) throws RefusedException {
        return Optional.ofNullable(require(id).contents.get(slot));
    }

    /**
     * Tells what is in a slot: now, or as soon as it is written.
     *
     * @param told told once, on any thread; empty if the mailbox goes away or the wait is ended
     * @return what ends the wait; harmless afterwards
     */
    Runnable await(String id, Slot slot, Consumer<Optional<byte[]>> told) throws RefusedException {
        Waiter waiter = new Waiter(slot, told);
        Mailbox mailbox;
        byte[] there;
        synchronized (this) {
            mailbox = require(id);
            there = mailbox.contents.get(slot);
            if (there == null) {
                if (waiters >= RelayLimits.MAILBOX_WAITERS_MAX) {
                    throw new RefusedException(ErrorCode.THROTTLED, "too many wait");
                }
                waiters++;
                mailbox.waiters.add(waiter);
            }
        }
        if (there != null) {
            told.accept(Optional.of(there));
        }
        return () -> end(mailbox, waiter);
    }

    private void end(Mailbox mailbox, Waiter waiter) {
        boolean waited;
        synchronized (this) {
            waited = mailbox.waiters.contains(waiter);
            forget(mailbox, List.of(waiter));
        }
        if (waited) {
            waiter.told.accept(Optional.empty());
        }
    }

    /** Removes a mailbox, if there is one; its waiters go away empty. */
    void delete(String id) {
        List<Waiter> toTell = new ArrayList<>();
        synchronized (this) {
            Mailbox mailbox = mailboxes.remove(id);
            if (mailbox != null) {
                toTell.addAll(mailbox.waiters);
                forget(mailbox, toTell);
            }
        }
        toTell.forEach(waiter -> waiter.told.accept(Optional.empty()));
    }

    /** Ends every wait. */
    void close() {
        List<String> ids;
        synchronized (this) {
            ids = List.copyOf(mailboxes.keySet());
        }
        ids.forEach(this::delete);
    }

    private void forget(Mailbox mailbox, List<Waiter> gone) {
        for (Waiter waiter : gone) {
            if (mailbox.waiters.remove(waiter)) {
                waiters--;
            }
        }
    }

    private Mailbox require(String id) throws RefusedException {
        Mailbox mailbox = mailboxes.get(id);
        if (mailbox == null || mailbox.expiresMillis <= wallMillis.getAsLong()) {
            throw new RefusedException(ErrorCode.UNKNOWN_MAILBOX, "there is no such mailbox, or it has expired");
        }
        return mailbox;
    }
}
