package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.hex;
import static dev.tidelock.sync.crypto.Fixtures.identity;
import static dev.tidelock.sync.crypto.Fixtures.keys;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Both slots of one pairing. Those in src/test/resources were made with OpenSSL from the page alone; {@link ReferencePairing} makes
 * the same ones with the JDK. If one of these tests fails, the format has changed, and the version of the URI has to.
 */
class GoldenPairingTest {
    private static final byte[] JOINER_PRIVATE = filled(32, 0x31);
    private static final byte[] INVITER_PRIVATE = filled(32, 0x32);

    private final byte[] request = Fixtures.resource("golden-pairing-1-request.hex");
    private final byte[] answer = Fixtures.resource("golden-pairing-1-answer.hex");
    private final EphemeralKey joiner = EphemeralKey.ofUnprotectedPrivateKey(JOINER_PRIVATE);
    private final PairingKeys pairing = new PairingKeys(Fixtures.counting());

    @Test
    void open_goldenRequest_givesBothKeysAndTheLabel() throws Exception {
        PairingMessages.Request opened = PairingMessages.request(pairing.openRequest(request));
        assertArrayEquals(identity(8).publicKey(), opened.publicKey());
        assertArrayEquals(joiner.publicKey(), opened.ephemeral());
        assertEquals(new PairingPeer(identity(8).device(), "Phone"), opened.peer());
    }

    @Test
    void open_goldenAnswer_givesTheRing() throws Exception {
        PairingMessages.Answer opened = PairingMessages.answer(pairing.openAnswer(joiner, answer));
        assertEquals(keys().ring(), opened.ring());
        assertEquals(new PairingPeer(keys().device(), "Laptop"), opened.inviter());
    }

    @Test
    void reference_fromThePageAlone_makesTheSameBytes() throws Exception {
        ReferencePairing page = new ReferencePairing(Fixtures.counting());
        byte[] theirs = ReferencePairing.publicKey(JOINER_PRIVATE);
        byte[] asked = PairingMessages.request(identity(8).publicKey(), theirs, "Phone");
        assertEquals(hex(request), hex(page.sealRequest(filled(12, 0x0a), asked)));

        byte[] mine = ReferencePairing.publicKey(INVITER_PRIVATE);
        byte[] shared = ReferencePairing.x25519(INVITER_PRIVATE, theirs);
        byte[] given = PairingMessages.answer(keys(), "Laptop");
        assertEquals(hex(answer), hex(page.sealAnswer(shared, theirs, mine, filled(12, 0x0b), given)));
    }

    @Test
    void seal_byTheLibrary_opensByThePage() throws Exception {
        ReferencePairing page = new ReferencePairing(Fixtures.counting());
        byte[] content = PairingAnswerSeal.to(pairing, joiner.publicKey()).seal(new byte[] {1, 2, 3});
        byte[] shared = ReferencePairing.x25519(JOINER_PRIVATE, ReferencePairing.inviterOf(content));
        assertArrayEquals(new byte[] {1, 2, 3}, page.openAnswer(shared, joiner.publicKey(), content));
        assertArrayEquals(new byte[] {4}, page.openRequest(pairing.sealRequest(new byte[] {4})));
    }

    /** What forward secrecy is: all that was recorded, and the URI, and still an ephemeral private key is missing. */
    @Test
    void open_recordedSlotsAndTheSecret_doNotGiveTheAnswer() throws Exception {
        ReferencePairing found = new ReferencePairing(Fixtures.counting());
        byte[] theirs = PairingMessages.request(found.openRequest(request)).ephemeral(); // this much they do give
        byte[] mine = ReferencePairing.inviterOf(answer);
        for (byte[] known : List.of(
                new byte[32],
                Fixtures.counting(),
                found.requestKey,
                found.answerSalt,
                theirs,
                mine,
                identity(8).publicKey(),
                ReferencePairing.x25519(Fixtures.counting(), theirs),
                ReferencePairing.x25519(found.answerSalt, mine),
                ReferencePairing.x25519(theirs, mine),
                ReferencePairing.x25519(filled(32, 0x33), mine))) {
            assertThrows(GeneralSecurityException.class, () -> found.openAnswer(known, theirs, answer), hex(known));
            assertThrows(
                    GeneralSecurityException.class, () -> found.openAnswerWithKey(known, theirs, answer), hex(known));
        }
        byte[] given = PairingMessages.answer(keys(), "Laptop");
        assertArrayEquals(
                given, found.openAnswer(ReferencePairing.x25519(JOINER_PRIVATE, mine), theirs, answer), "joiner's");
        assertArrayEquals(
                given, found.openAnswer(ReferencePairing.x25519(INVITER_PRIVATE, theirs), theirs, answer), "inviter's");
    }

    /** Nor does what both ephemeral keys agreed on, without the secret: the two protect each other. */
    @Test
    void open_agreedWithoutTheSecret_doesNotGiveTheAnswer() throws Exception {
        ReferencePairing guessed = new ReferencePairing(filled(32, 1));
        byte[] shared = ReferencePairing.x25519(JOINER_PRIVATE, ReferencePairing.inviterOf(answer));
        assertThrows(GeneralSecurityException.class, () -> guessed.openAnswer(shared, joiner.publicKey(), answer));
    }
}
