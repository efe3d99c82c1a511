package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Mailboxes and a member list in one thread and in virtual time: a wait moves the clock on, after it has given the test a chance
 * to let the other side act.
 */
final class FakeRelay implements Mailboxes, Registrar, PairingWait.Pause {
    interface Hook {
        void run() throws Exception;
    }

    /** What happens to the next call: before it does its work, or after. */
    record Fault(boolean afterwards, TransportException.Kind kind) {}

    final Map<String, Map<Slot, byte[]>> boxes = new HashMap<>();
    final Map<String, Long> expiresAtNanos = new HashMap<>();
    final List<DeviceId> admitted = new ArrayList<>();
    final Deque<Hook> whileWaiting = new ArrayDeque<>();
    final Deque<Fault> faults = new ArrayDeque<>();
    long nanos = Long.MAX_VALUE - 1_000_000_000L; // overflows soon, as a monotonic clock may
    int pauses;

    /** Goes off at the call after the next admission. */
    Fault armAfterAdmit;

    Runnable onPause = () -> {};

    long monotonicNanos() {
        return nanos;
    }

    @Override
    public void create(byte[] mailboxId, Duration expires) throws TransportException {
        before();
        if (boxes.putIfAbsent(Fixtures.hex(mailboxId), new HashMap<>()) != null) {
            throw new TransportException(TransportException.Kind.REJECTED, "exists", null);
        }
        expiresAtNanos.put(Fixtures.hex(mailboxId), nanos + expires.toNanos());
        after();
    }

    @Override
    public void write(byte[] mailboxId, Slot slot, byte[] content) throws TransportException {
        before();
        if (content.length < 1 || content.length > CONTENT_BYTES_MAX) {
            throw new TransportException(TransportException.Kind.REJECTED, "too-large", null);
        }
        if (box(mailboxId).putIfAbsent(slot, content.clone()) != null) {
            throw new TransportException(TransportException.Kind.REJECTED, "taken", null);
        }
        after();
    }

    @Override
    public Optional<byte[]> read(byte[] mailboxId, Slot slot, Duration wait) throws TransportException {
        before();
        byte[] content = box(mailboxId).get(slot);
        if (content == null && !wait.isZero()) {
            act();
            content = box(mailboxId).get(slot);
            if (content == null) {
                nanos += wait.toNanos();
            }
        }
        after();
        return Optional.ofNullable(content).map(byte[]::clone);
    }

    private void act() {
        Hook hook = whileWaiting.poll();
        if (hook != null) {
            try {
                hook.run();
            } catch (Exception unexpected) {
                throw new AssertionError(unexpected);
            }
        }
    }

    private Map<Slot, byte[]> box(byte[] mailboxId) throws TransportException {
        String id = Fixtures.hex(mailboxId);
        Long expires = expiresAtNanos.get(id);
        if (expires == null || expires - nanos <= 0) {
            throw new TransportException(TransportException.Kind.REJECTED, "unknown-mailbox", null);
        }
        return boxes.get(id);
    }

    /** The only mailbox that there is. */
    Map<Slot, byte[]> onlyBox() {
        return boxes.values().iterator().next();
    }

    @Override
    public void delete(byte[] mailboxId) throws TransportException {
        before();
        boxes.remove(Fixtures.hex(mailboxId));
        expiresAtNanos.remove(Fixtures.hex(mailboxId));
        after();
    }

    private void before() throws TransportException {
        fail(false);
    }

    private void after() throws TransportException {
        fail(true);
    }

    private void fail(boolean afterwards) throws TransportException {
        Fault fault = faults.peek();
        if (fault != null && fault.afterwards() == afterwards) {
            faults.remove();
            throw new TransportException(fault.kind(), "fault", Duration.ofSeconds(1), null);
        }
    }

    @Override
    public void pause(CountDownLatch cancelled, long pauseNanos) {
        pauses++;
        onPause.run();
        if (cancelled.getCount() > 0) {
            nanos += pauseNanos;
        }
    }

    @Override
    public void createSpace() {
        throw new AssertionError("pairing needs a space that is there");
    }

    @Override
    public void admit(byte[] publicKey) throws TransportException {
        before();
        DeviceId device = EnvelopeHeader.deviceOf(publicKey);
        if (!admitted.contains(device)) {
            admitted.add(device);
        }
        after();
        if (armAfterAdmit != null) {
            faults.add(armAfterAdmit);
            armAfterAdmit = null;
        }
    }

    @Override
    public void deleteSpace() {
        throw new AssertionError("pairing does not delete the space");
    }

    @Override
    public List<Member> members() {
        throw new AssertionError("pairing does not ask for the members");
    }
}
