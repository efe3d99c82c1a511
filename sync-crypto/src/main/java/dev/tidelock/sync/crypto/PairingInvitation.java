package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Mailboxes.Slot;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The inviting side of a pairing: lets one other device into the space, with all its keys.
 *
 * <pre>
 * PairingInvitation invitation = PairingInvitation.builder(keys, mailboxes, registrar, runtime::monotonicNanos)
 *         .label("Laptop")
 *         .open("https://relay.example");
 * show(invitation.uri().exportUnprotectedUri());
 * PairingPeer joined = invitation.await(asking -> user.approves(asking.label(), asking.device()));
 * </pre>
 *
 * <p>What it promises: only a device that knows the URI gets the keys, only one does, only after the approval, and the relay
 * learns neither keys nor labels. Whoever finds the URI after the pairing cannot read the keys either, even with a record of all
 * that went through the relay. An invitation is good once. {@link #await} may be called once, by any thread, and blocks;
 * {@link #cancel} by any thread at any time.
 */
public final class PairingInvitation {
    /** How long an invitation is good unless {@link Builder#expires} says otherwise. */
    public static final Duration EXPIRES_DEFAULT = Duration.ofMinutes(10);

    /** The shortest time that {@link Builder#expires} accepts. */
    public static final Duration EXPIRES_MIN = Duration.ofSeconds(10);

    /** The longest time that {@link Builder#expires} accepts. */
    public static final Duration EXPIRES_MAX = Duration.ofHours(1);

    private final SpaceKeys keys;
    private final String label;
    private final Mailboxes mailboxes;
    private final Registrar registrar;
    private final PairingUri uri;
    private final PairingKeys pairing;
    private final PairingWait wait;
    private final AtomicBoolean used = new AtomicBoolean();

    private PairingInvitation(Builder from, PairingUri uri) {
        this.keys = from.keys;
        this.label = from.label;
        this.mailboxes = from.mailboxes;
        this.registrar = from.registrar;
        this.uri = uri;
        this.pairing = uri.keys();
        this.wait = new PairingWait(from.monotonicNanos, from.pause, from.expires);
    }

    /**
     * @param keys what the other device gets, except for this device's own key
     * @param mailboxes those of the space's relay, which takes this device for a member
     * @param registrar that of the same relay
     * @param monotonicNanos a clock that never goes back
     */
    public static Builder builder(
            SpaceKeys keys, Mailboxes mailboxes, Registrar registrar, LongSupplier monotonicNanos) {
        return new Builder(keys, mailboxes, registrar, monotonicNanos);
    }

    /** What the joining device has to scan. Show it to nobody else. */
    public PairingUri uri() {
        return uri;
    }

    /**
     * Waits for the other device, asks about it, admits it at the relay, and leaves it the keys. While the relay cannot be
     * reached, it tries again, until the invitation expires.
     *
     * @param approval asked once, on this thread; show both the label and the device id, and compare the id with the other screen
     * @return the device that was let in. Its answer is ready; when it has fetched that, its envelopes will show up
     * @throws PairingException if the pairing is over without success. Nobody got a key, and the relay has no trace of it, with one
     *     exception: if that happens after the approval, the device may have been admitted there, which by itself lets it read nothing
     * @throws TransportException of kind {@code UNAUTHORIZED} or {@code REJECTED}: the relay will not do its part
     */
    public PairingPeer await(Predicate<PairingPeer> approval) throws PairingException, TransportException {
        if (used.getAndSet(true)) {
            throw new IllegalStateException("an invitation is good once: open another one");
        }
        boolean answered = false;
        try {
            byte[] content = wait.read(mailboxes, pairing.mailboxId(), Slot.REQUEST);
            PairingMessages.Request request = PairingMessages.request(pairing.openRequest(content));
            // Now, so that nobody is asked about a request that cannot be answered.
            PairingAnswerSeal seal = pairing.answerTo(request);
            requireApproval(approval, request.peer());
            wait.until(patience -> {
                registrar.admit(request.publicKey());
                return Optional.of(request);
            });
            byte[] answer = seal.seal(PairingMessages.answer(keys, label));
            wait.write(mailboxes, pairing.mailboxId(), Slot.ANSWER, answer);
            answered = true;
            return request.peer();
        } finally {
            if (!answered) {
                withdraw();
            }
        }
    }

    private static void requireApproval(Predicate<PairingPeer> approval, PairingPeer asking) throws PairingException {
        if (!approval.test(asking)) {
            throw new PairingException(
                    Kind.REFUSED, "device " + asking.device() + " was not approved, and got nothing", null);
        }
    }

    /** So that the other device need not wait for the end. What a relay keeps in spite of that expires there. */
    private void withdraw() {
        try {
            mailboxes.delete(pairing.mailboxId());
        } catch (TransportException expiresAnyway) {
            // Nothing depends on it.
        }
    }

    /** Ends the wait, within seconds. Does nothing once the answer has been left. */
    public void cancel() {
        wait.cancel();
    }

    @Override
    public String toString() {
        return "PairingInvitation[space " + keys.space() + ", " + uri + "]";
    }

    /** What an invitation needs, and what may be chosen about it. */
    public static final class Builder {
        private final SpaceKeys keys;
        private final Mailboxes mailboxes;
        private final Registrar registrar;
        private final LongSupplier monotonicNanos;
        private String label = "";
        private Duration expires = EXPIRES_DEFAULT;
        private PairingWait.Pause pause = PairingWait.Pause.REAL;

        private Builder(SpaceKeys keys, Mailboxes mailboxes, Registrar registrar, LongSupplier monotonicNanos) {
            this.keys = keys;
            this.mailboxes = mailboxes;
            this.registrar = registrar;
            this.monotonicNanos = monotonicNanos;
        }

        /** What the user calls this device; empty by default. The other device shows it. */
        public Builder label(String text) {
            label = PairingPeer.requireLabel(text);
            return this;
        }

        /** How long the invitation is good; {@link #EXPIRES_DEFAULT} by default. */
        public Builder expires(Duration after) {
            if (after.compareTo(EXPIRES_MIN) < 0 || after.compareTo(EXPIRES_MAX) > 0) {
                throw new IllegalArgumentException(
                        "expires is " + after + "; it must be " + EXPIRES_MIN + " to " + EXPIRES_MAX);
            }
            expires = after;
            return this;
        }

        Builder pause(PairingWait.Pause made) {
            pause = made;
            return this;
        }

        /**
         * Makes the secret, and opens the mailbox at the relay.
         *
         * @param relayUrl where the joining device will find the relay: http or https
         * @throws IllegalArgumentException if that is not a relay's URL
         */
        public PairingInvitation open(String relayUrl) throws TransportException {
            PairingInvitation invitation = new PairingInvitation(this, PairingUri.withFreshSecret(relayUrl));
            mailboxes.create(invitation.pairing.mailboxId(), expires);
            return invitation;
        }
    }
}
