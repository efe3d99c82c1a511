package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.identity;
import static dev.tidelock.sync.crypto.Fixtures.keys;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static dev.tidelock.sync.crypto.Fixtures.withByteChanged;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Mailboxes.Slot;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class PairingTest {
    private static final String RELAY = "https://relay.example";

    private final FakeRelay relay = new FakeRelay();
    private final List<PairingPeer> asked = new ArrayList<>();

    private PairingInvitation invitation() throws TransportException {
        return PairingInvitation.builder(keys(), relay, relay, relay::monotonicNanos)
                .label("Laptop")
                .expires(Duration.ofMinutes(5))
                .pause(relay)
                .open(RELAY);
    }

    private PairingJoin join(PairingUri uri) {
        return PairingJoin.builder(uri, relay, relay::monotonicNanos)
                .label("Phone")
                .patience(Duration.ofMinutes(5))
                .pause(relay)
                .build();
    }

    private static byte[] request(DeviceIdentity asking) {
        return PairingMessages.request(
                asking.publicKey(), EphemeralKey.generate().publicKey(), "Phone");
    }

    private boolean approve(PairingPeer asking) {
        asked.add(asking);
        return true;
    }

    /** The inviter runs while the joiner waits for its answer. */
    private PairingJoin.Joined pair(PairingInvitation invitation, PairingJoin join) throws Exception {
        relay.whileWaiting.add(() -> invitation.await(this::approve));
        return join.await();
    }

    @Test
    void pair_joinerGetsTheKeysUnderItsOwnIdentity() throws Exception {
        PairingInvitation invitation = invitation();
        PairingJoin join = join(PairingUri.parse(invitation.uri().exportUnprotectedUri()));
        PairingJoin.Joined joined = pair(invitation, join);

        assertEquals(keys().ring(), joined.keys().ring());
        assertEquals(join.device(), joined.keys().device());
        assertNotEquals(keys().device(), joined.keys().device());
        assertEquals(new PairingPeer(keys().device(), "Laptop"), joined.inviter());
        assertEquals(List.of(new PairingPeer(join.device(), "Phone")), asked);
        assertEquals(List.of(join.device()), relay.admitted);
        assertTrue(relay.boxes.isEmpty(), "the mailbox is removed");
        assertCanReadEachOther(keys(), joined.keys());
    }

    private static void assertCanReadEachOther(SpaceKeys one, SpaceKeys other) {
        byte[] text = {1, 2, 3};
        Envelope envelope = one.sealer().seal(1, 1, EnvelopeHash.NONE, text);
        OpenResult result = other.sealer().open(envelope, one.identity().publicKey());
        assertArrayEquals(
                text, assertInstanceOf(OpenResult.Opened.class, result).plaintext());
    }

    @Test
    void pair_theRelaySeesNeitherKeysNorLabels() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> box = relay.onlyBox();
        pair(invitation, join(invitation.uri()));
        for (byte[] content : box.values()) {
            String seen = new String(content, StandardCharsets.ISO_8859_1);
            assertFalse(
                    seen.contains("Phone") || seen.contains("Laptop") || seen.contains("publicKey"), "in the clear");
        }
    }

    @Test
    void pair_refused_givesNothing() throws Exception {
        PairingInvitation invitation = invitation();
        relay.whileWaiting.add(() -> assertFails(Kind.REFUSED, () -> invitation.await(asking -> false)));
        assertFails(Kind.GONE, () -> join(invitation.uri()).await());
        assertTrue(relay.admitted.isEmpty());
        assertTrue(relay.boxes.isEmpty());
    }

    @Test
    void pair_approvalThrows_givesNothing() throws Exception {
        PairingInvitation invitation = invitation();
        IllegalStateException closed = new IllegalStateException("the window was closed");
        relay.whileWaiting.add(() -> assertSame(
                closed,
                assertThrows(
                        IllegalStateException.class,
                        () -> invitation.await(asking -> {
                            throw closed;
                        }))));
        assertFails(Kind.GONE, () -> join(invitation.uri()).await());
        assertTrue(relay.admitted.isEmpty());
    }

    @Test
    void pair_secondJoiner_isToldAndDisturbsNobody() throws Exception {
        PairingInvitation invitation = invitation();
        PairingJoin first = join(invitation.uri());
        relay.whileWaiting.add(() -> {
            assertFails(Kind.TAKEN, () -> join(invitation.uri()).await());
            invitation.await(this::approve);
        });
        assertEquals(keys().ring(), first.await().keys().ring());
        assertEquals(List.of(first.device()), relay.admitted);
        assertFails(Kind.GONE, () -> join(invitation.uri()).await());
    }

    @Test
    void pair_requestByWhoeverKnowsOnlyTheMailbox_isFoundByBothSides() throws Exception {
        PairingInvitation invitation = invitation();
        relay.onlyBox().put(Slot.REQUEST, new byte[200]);
        assertFails(Kind.TAKEN, () -> join(invitation.uri()).await());
        assertFails(Kind.TAMPERED, () -> invitation.await(this::approve));
        assertTrue(asked.isEmpty(), "nobody was asked to approve it");
        assertTrue(relay.admitted.isEmpty());
    }

    @Test
    void pair_requestSealedWithAnotherSecret_isTampered() throws Exception {
        PairingInvitation invitation = invitation();
        byte[] mine = request(DeviceIdentity.generate());
        relay.onlyBox()
                .put(Slot.REQUEST, PairingUri.withFreshSecret(RELAY).keys().sealRequest(mine));
        assertFails(Kind.TAMPERED, () -> invitation.await(this::approve));
        assertTrue(asked.isEmpty());
    }

    @Test
    void pair_anyByteOfTheRequestChanged_isTampered() throws Exception {
        PairingInvitation sample = invitation();
        byte[] message = request(DeviceIdentity.generate());
        byte[] genuine = sample.uri().keys().sealRequest(message);
        for (int i = 0; i < genuine.length; i++) {
            byte[] bent = withByteChanged(genuine, i);
            assertFails(Kind.TAMPERED, () -> sample.uri().keys().openRequest(bent));
        }
        assertArrayEquals(message, sample.uri().keys().openRequest(genuine));
    }

    @Test
    void pair_requestWithAKeyOfSmallOrder_isMalformedAndNobodyIsAsked() throws Exception {
        for (String encoding : EphemeralKeyTest.SMALL_ORDER) {
            PairingInvitation invitation = invitation();
            byte[] asking = PairingMessages.request(identity(8).publicKey(), unhex(encoding), "Phone");
            relay.onlyBox().put(Slot.REQUEST, invitation.uri().keys().sealRequest(asking));
            assertFails(Kind.MALFORMED, () -> invitation.await(this::approve));
        }
        assertTrue(asked.isEmpty());
        assertTrue(relay.admitted.isEmpty());
    }

    /** Both slots on record, and the URI: that shows who asked, but gives no key. */
    @Test
    void pair_recordedAndTheUriFoundLater_givesNoKeys() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> recorded = relay.onlyBox();
        PairingJoin join = join(invitation.uri());
        pair(invitation, join);

        PairingKeys found =
                PairingUri.parse(invitation.uri().exportUnprotectedUri()).keys();
        PairingMessages.Request seen = PairingMessages.request(found.openRequest(recorded.get(Slot.REQUEST)));
        assertEquals(new PairingPeer(join.device(), "Phone"), seen.peer());
        assertFails(Kind.TAMPERED, () -> found.openRequest(recorded.get(Slot.ANSWER)));
        assertFails(Kind.TAMPERED, () -> found.openAnswer(EphemeralKey.generate(), recorded.get(Slot.ANSWER)));
    }

    @Test
    void pair_answerToAnotherRequestOfTheSamePairing_isTampered() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> box = relay.onlyBox();
        byte[] toAnother = invitation
                .uri()
                .keys()
                .answerTo(PairingMessages.request(request(identity(9))))
                .seal(PairingMessages.answer(keys(), "Laptop"));
        relay.whileWaiting.add(() -> box.put(Slot.ANSWER, toAnother));
        assertFails(Kind.TAMPERED, () -> join(invitation.uri()).await());
    }

    @Test
    void pair_answerChangedOnTheWay_isTampered() throws Exception {
        for (int at : new int[] {0, 31, 32, 43, 44, 200}) { // ephemeral key, nonce, ciphertext
            PairingInvitation invitation = invitation();
            Map<Slot, byte[]> box = relay.onlyBox();
            relay.whileWaiting.add(() -> {
                invitation.await(this::approve);
                box.computeIfPresent(Slot.ANSWER, (slot, content) -> withByteChanged(content, at));
            });
            assertFails(Kind.TAMPERED, () -> join(invitation.uri()).await());
        }
        assertTrue(relay.boxes.isEmpty(), "the joiner removes what it has begun");
    }

    @Test
    void pair_requestPlayedBackAsTheAnswer_isTampered() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> box = relay.onlyBox();
        relay.whileWaiting.add(() -> box.put(Slot.ANSWER, box.get(Slot.REQUEST)));
        assertFails(Kind.TAMPERED, () -> join(invitation.uri()).await());
    }

    @Test
    void pair_answerOfAnotherPairing_isTampered() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> box = relay.onlyBox();
        byte[] elsewhere = PairingUri.withFreshSecret(RELAY)
                .keys()
                .answerTo(PairingMessages.request(request(identity(9))))
                .seal(PairingMessages.answer(SpaceKeys.createSpace(), "Mallory"));
        relay.whileWaiting.add(() -> box.put(Slot.ANSWER, elsewhere));
        assertFails(Kind.TAMPERED, () -> join(invitation.uri()).await());
    }

    @Test
    void pair_answerSlotTakenBySomebodyElse_isToldToTheInviter() throws Exception {
        PairingInvitation invitation = invitation();
        Map<Slot, byte[]> box = relay.onlyBox();
        relay.whileWaiting.add(() -> {
            box.put(Slot.ANSWER, new byte[50]);
            assertFails(Kind.TAKEN, () -> invitation.await(this::approve));
        });
        assertThrows(PairingException.class, () -> join(invitation.uri()).await());
    }

    @Test
    void pair_sealedButMeaningless_isMalformed() throws Exception {
        PairingInvitation invitation = invitation();
        relay.onlyBox().put(Slot.REQUEST, invitation.uri().keys().sealRequest(new byte[] {'{', '}'}));
        assertFails(Kind.MALFORMED, () -> invitation.await(this::approve));
    }

    @Test
    void invite_nobodyJoins_expires() throws Exception {
        PairingInvitation invitation = invitation();
        long start = relay.nanos;
        assertFails(Kind.EXPIRED, () -> invitation.await(this::approve));
        assertEquals(Duration.ofMinutes(5), Duration.ofNanos(relay.nanos - start));
        assertTrue(relay.boxes.isEmpty());
    }

    @Test
    void invite_approvalTakesTooLong_admitsNobody() throws Exception {
        PairingInvitation invitation = invitation();
        relay.whileWaiting.add(() -> assertFails(
                Kind.EXPIRED,
                () -> invitation.await(asking -> {
                    relay.nanos += Duration.ofMinutes(6).toNanos();
                    return true;
                })));
        assertThrows(PairingException.class, () -> join(invitation.uri()).await());
        assertTrue(relay.admitted.isEmpty());
    }

    @Test
    void join_inviterNeverAnswers_expires() throws Exception {
        PairingInvitation invitation = PairingInvitation.builder(keys(), relay, relay, relay::monotonicNanos)
                .expires(Duration.ofMinutes(30))
                .open(RELAY);
        assertFails(Kind.EXPIRED, () -> join(invitation.uri()).await());
        assertTrue(relay.boxes.isEmpty());
    }

    @Test
    void join_mailboxExpiredOrUnknown_isGone() throws Exception {
        PairingInvitation invitation = invitation();
        relay.nanos += Duration.ofMinutes(5).toNanos();
        assertFails(Kind.GONE, () -> join(invitation.uri()).await());
        assertFails(Kind.GONE, () -> join(PairingUri.withFreshSecret(RELAY)).await());
    }

    @Test
    void cancel_eitherSide_endsItWithinSeconds() throws Exception {
        PairingInvitation invitation = invitation();
        long start = relay.nanos;
        relay.whileWaiting.add(invitation::cancel);
        assertFails(Kind.CANCELLED, () -> invitation.await(this::approve));
        assertTrue(relay.nanos - start <= Duration.ofSeconds(5).toNanos());
        assertTrue(relay.boxes.isEmpty());

        PairingJoin join = join(invitation().uri());
        relay.whileWaiting.add(join::cancel);
        assertFails(Kind.CANCELLED, join::await);
        assertTrue(relay.boxes.isEmpty());
    }

    @Test
    void await_twice_isRefused() throws Exception {
        PairingInvitation invitation = invitation();
        PairingJoin join = join(invitation.uri());
        pair(invitation, join);
        assertThrows(IllegalStateException.class, () -> invitation.await(this::approve));
        assertThrows(IllegalStateException.class, join::await);
    }

    /** Every call of a pairing fails once in turn, before or after it has done its work; the pairing succeeds nevertheless. */
    @Test
    void pair_anyCallFailsOnce_succeeds() throws Exception {
        for (int call = 0; call < 8; call++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                for (TransportException.Kind kind : List.of(
                        TransportException.Kind.OFFLINE,
                        TransportException.Kind.THROTTLED,
                        TransportException.Kind.PROTOCOL)) {
                    assertSucceedsInSpiteOf(call, new FakeRelay.Fault(afterwards, kind));
                }
            }
        }
    }

    private void assertSucceedsInSpiteOf(int call, FakeRelay.Fault fault) throws Exception {
        FaultyOnce faulty = new FaultyOnce(relay, call, fault);
        PairingInvitation invitation = invitation();
        PairingJoin join = PairingJoin.builder(invitation.uri(), faulty, relay::monotonicNanos)
                .pause(relay)
                .build();
        relay.whileWaiting.add(() -> invitation.await(this::approve));
        assertEquals(keys().ring(), join.await().keys().ring(), "call " + call + ", " + fault);
        relay.whileWaiting.clear();
        relay.faults.clear();
        relay.boxes.clear();
        relay.expiresAtNanos.clear();
    }

    /** Arms a fault at the n-th call that passes through, whoever makes it then. */
    private static final class FaultyOnce implements Mailboxes {
        private final FakeRelay relay;
        private final FakeRelay.Fault fault;
        private int callsLeft;

        FaultyOnce(FakeRelay relay, int call, FakeRelay.Fault fault) {
            this.relay = relay;
            this.fault = fault;
            this.callsLeft = call;
        }

        private FakeRelay counted() {
            if (callsLeft-- == 0) {
                relay.faults.add(fault);
            }
            return relay;
        }

        @Override
        public void create(byte[] mailboxId, Duration expires) throws TransportException {
            counted().create(mailboxId, expires);
        }

        @Override
        public void write(byte[] mailboxId, Slot slot, byte[] content) throws TransportException {
            counted().write(mailboxId, slot, content);
        }

        @Override
        public Optional<byte[]> read(byte[] mailboxId, Slot slot, Duration wait) throws TransportException {
            return counted().read(mailboxId, slot, wait);
        }

        @Override
        public void delete(byte[] mailboxId) throws TransportException {
            counted().delete(mailboxId);
        }
    }

    @Test
    void invite_anyOfItsCallsFailsOnce_succeeds() throws Exception {
        for (int call = 0; call < 3; call++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                FakeRelay.Fault fault = new FakeRelay.Fault(afterwards, TransportException.Kind.OFFLINE);
                relay.admitted.clear();
                asked.clear();
                PairingInvitation invitation = invitation();
                PairingJoin join = join(invitation.uri());
                int skipped = call; // read the request, admit, write the answer
                relay.whileWaiting.add(() -> {
                    if (skipped == 0) {
                        relay.faults.add(fault);
                    }
                    invitation.await(asking -> {
                        if (skipped == 1) {
                            relay.faults.add(fault);
                        }
                        return approve(asking);
                    });
                });
                if (skipped == 2) {
                    relay.armAfterAdmit = fault;
                }
                assertEquals(keys().ring(), join.await().keys().ring(), "call " + call + ", " + fault);
                assertEquals(1, asked.size(), "asked once");
                assertEquals(List.of(join.device()), relay.admitted);
            }
        }
    }

    @Test
    void invite_answerTakenBeforeItsReceiptArrived_succeeds() throws Exception {
        PairingInvitation invitation = invitation();
        byte[] request = request(Fixtures.identity(8));
        relay.onlyBox().put(Slot.REQUEST, invitation.uri().keys().sealRequest(request));
        // The receipt for the answer is lost; by the time of the second try, the joiner has removed the mailbox.
        relay.armAfterAdmit = new FakeRelay.Fault(true, TransportException.Kind.OFFLINE);
        relay.onPause = relay.expiresAtNanos::clear;
        assertEquals("Phone", invitation.await(this::approve).label());
    }

    @Test
    void invite_mailboxGoneBeforeTheAnswerWasSent_isGone() throws Exception {
        PairingInvitation invitation = invitation();
        byte[] request = request(Fixtures.identity(8));
        relay.onlyBox().put(Slot.REQUEST, invitation.uri().keys().sealRequest(request));
        assertFails(
                Kind.GONE,
                () -> invitation.await(asking -> {
                    relay.expiresAtNanos.clear();
                    return true;
                }));
    }

    @Test
    void await_relayRefusesToAdmit_isThrownAtOnce() throws Exception {
        PairingInvitation invitation = invitation();
        relay.whileWaiting.add(() -> assertThrows(
                TransportException.class,
                () -> invitation.await(asking -> {
                    relay.faults.add(new FakeRelay.Fault(false, TransportException.Kind.UNAUTHORIZED));
                    return true;
                })));
        assertFails(Kind.GONE, () -> join(invitation.uri()).await());
    }

    @Test
    void join_relayNeverReached_expiresWithTheCause() throws Exception {
        PairingJoin join = join(invitation().uri());
        for (int i = 0; i < 1000; i++) {
            relay.faults.add(new FakeRelay.Fault(false, TransportException.Kind.OFFLINE));
        }
        PairingException expired = assertFails(Kind.EXPIRED, join::await);
        assertInstanceOf(TransportException.class, expired.getCause());
        assertTrue(relay.pauses <= 300, "no more than once a second, which the relay asked for: " + relay.pauses);
    }

    @Test
    void builders_outOfRange_sayWhatIsAccepted() throws Exception {
        PairingInvitation.Builder builder = PairingInvitation.builder(keys(), relay, relay, relay::monotonicNanos);
        assertRefused("expires is PT9S; it must be PT10S to PT1H", () -> builder.expires(Duration.ofSeconds(9)));
        assertRefused("expires is PT2H; it must be PT10S to PT1H", () -> builder.expires(Duration.ofHours(2)));
        assertRefused("a label of 65 characters; at most 64 are accepted", () -> builder.label("x".repeat(65)));
        assertRefused("a label holds U+a; it must have no control characters", () -> builder.label("a\nb"));
        assertRefused("the relay's URL must be http:// or https:// with a host", () -> builder.open("relay"));
        assertRefused("a label holds U+202e; it must have no control characters", () -> builder.label("\u202eabc"));
    }

    private static void assertRefused(String message, Executable action) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, action).getMessage());
    }

    @Test
    void toString_ofEitherSide_showsNoSecret() throws Exception {
        PairingInvitation invitation = invitation();
        String text = invitation.uri().exportUnprotectedUri();
        String secret = text.substring(text.indexOf("secret=") + 7);
        PairingJoin join = join(invitation.uri());
        PairingJoin.Joined joined = pair(invitation, join);
        for (Object shown : List.of(invitation, invitation.uri(), join, joined)) {
            assertFalse(shown.toString().contains(secret.substring(0, 6)), shown.toString());
            assertFalse(shown.toString().contains("[B@"), shown.toString());
        }
    }

    private static PairingException assertFails(Kind expected, Executable action) {
        PairingException failed = assertThrows(PairingException.class, action);
        assertEquals(expected, failed.kind(), failed.getMessage());
        return failed;
    }
}
