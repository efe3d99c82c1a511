package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Mailboxes.Slot;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * The joining side of a pairing: makes this installation a device of the space, by the URI that another device shows.
 *
 * <pre>
 * PairingUri uri = PairingUri.parse(scanned);
 * PairingJoin join = PairingJoin.builder(uri, mailboxesAt(uri.relayUrl()), runtime::monotonicNanos).label("Phone").build();
 * show(join.device());
 * SpaceKeys keys = join.await().keys();
 * </pre>
 *
 * <p>What it promises: the keys come from a device that made or saw the URI, and nobody on the way has read or changed them. Keep
 * them in a {@link KeyFile} at once: they are nowhere else. {@link #await} may be called once, by any thread, and blocks;
 * {@link #cancel} by any thread at any time.
 */
public final class PairingJoin {
    /** How long to wait for the other side unless {@link Builder#patience} says otherwise. */
    public static final Duration PATIENCE_DEFAULT = Duration.ofMinutes(10);

    private final String label;
    private final Mailboxes mailboxes;
    private final PairingKeys pairing;
    private final PairingWait wait;
    private final DeviceIdentity identity = DeviceIdentity.generate();
    private final AtomicBoolean used = new AtomicBoolean();

    private PairingJoin(Builder from) {
        this.label = from.label;
        this.mailboxes = from.mailboxes;
        this.pairing = from.uri.keys();
        this.wait = new PairingWait(from.monotonicNanos, from.pause, from.patience);
    }

    /**
     * The keys of the space, in the hands of this device, and who gave them.
     *
     * @param keys the space's content keys and this device's new identity
     * @param inviter the device that let this one in
     */
    public record Joined(SpaceKeys keys, PairingPeer inviter) {}

    /**
     * @param uri what the other device shows
     * @param mailboxes those of the relay that the URI names; no membership is needed
     * @param monotonicNanos a clock that never goes back
     */
    public static Builder builder(PairingUri uri, Mailboxes mailboxes, LongSupplier monotonicNanos) {
        return new Builder(uri, mailboxes, monotonicNanos);
    }

    /** The id that this device will have. Show it, so that it can be compared with what the other screen shows. */
    public DeviceId device() {
        return identity.device();
    }

    /**
     * Asks to join, and waits for the answer. While the relay cannot be reached, it tries again, until the patience ends.
     *
     * @throws PairingException if the pairing is over without success
     * @throws TransportException of kind {@code UNAUTHORIZED} or {@code REJECTED}: the relay will not do its part
     */
    public Joined await() throws PairingException, TransportException {
        if (used.getAndSet(true)) {
            throw new IllegalStateException("a PairingJoin is good once: make another one");
        }
        try (EphemeralKey ephemeral = EphemeralKey.generate()) {
            return await(ephemeral);
        }
    }

    private Joined await(EphemeralKey ephemeral) throws PairingException, TransportException {
        byte[] request = PairingMessages.request(identity.publicKey(), ephemeral.publicKey(), label);
        // If somebody else's request is there, that pairing may be in order: only what this one has begun is removed.
        wait.write(mailboxes, pairing.mailboxId(), Slot.REQUEST, pairing.sealRequest(request));
        try {
            byte[] content = wait.read(mailboxes, pairing.mailboxId(), Slot.ANSWER);
            PairingMessages.Answer answer = PairingMessages.answer(pairing.openAnswer(ephemeral, content));
            return new Joined(SpaceKeys.of(answer.ring(), identity), answer.inviter());
        } finally {
            remove();
        }
    }

    private void remove() {
        try {
            mailboxes.delete(pairing.mailboxId());
        } catch (TransportException expiresAnyway) {
            // Nothing depends on it.
        }
    }

    /** Ends the wait, within seconds. */
    public void cancel() {
        wait.cancel();
    }

    @Override
    public String toString() {
        return "PairingJoin[device " + device() + ", keys redacted]";
    }

    /** What joining needs, and what may be chosen about it. */
    public static final class Builder {
        private final PairingUri uri;
        private final Mailboxes mailboxes;
        private final LongSupplier monotonicNanos;
        private String label = "";
        private Duration patience = PATIENCE_DEFAULT;
        private PairingWait.Pause pause = PairingWait.Pause.REAL;

        private Builder(PairingUri uri, Mailboxes mailboxes, LongSupplier monotonicNanos) {
            this.uri = uri;
            this.mailboxes = mailboxes;
            this.monotonicNanos = monotonicNanos;
        }

        /** What the user calls this device; empty by default. The other device shows it when it asks for approval. */
        public Builder label(String text) {
            label = PairingPeer.requireLabel(text);
            return this;
        }

        /** How long to wait for the other side, from {@link #build()} on; {@link #PATIENCE_DEFAULT} by default. */
        public Builder patience(Duration atMost) {
            if (atMost.isNegative() || atMost.isZero() || atMost.compareTo(PairingInvitation.EXPIRES_MAX) > 0) {
                throw new IllegalArgumentException("patience is " + atMost + "; it must be more than none, and at most "
                        + PairingInvitation.EXPIRES_MAX);
            }
            patience = atMost;
            return this;
        }

        Builder pause(PairingWait.Pause made) {
            pause = made;
            return this;
        }

        /** The join, with a new identity for this device. The wait for the other side counts from here. */
        public PairingJoin build() {
            return new PairingJoin(this);
        }
    }
}
