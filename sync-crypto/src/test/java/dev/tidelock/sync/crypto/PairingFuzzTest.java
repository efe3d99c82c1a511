package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** What is scanned, and what is found in a mailbox: read, or refused with a {@link PairingException}. */
class PairingFuzzTest {
    private static final PairingKeys PAIRING = new PairingKeys(Fixtures.counting());
    private static final EphemeralKey EPHEMERAL = EphemeralKey.ofUnprotectedPrivateKey(Fixtures.filled(32, 9));

    @FuzzTest
    void parseUri(byte[] bytes) throws PairingException {
        PairingUri uri;
        try {
            uri = PairingUri.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (PairingException refused) {
            return;
        }
        assertEquals(uri, PairingUri.parse(uri.exportUnprotectedUri()));
    }

    @FuzzTest
    void parseDirect(byte[] bytes) throws PairingException {
        DirectInvitation invitation;
        try {
            invitation = DirectInvitation.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (PairingException refused) {
            return;
        }
        DirectInvitation again = DirectInvitation.parse(invitation.exportUnprotectedUri());
        assertEquals(invitation.parameters(), again.parameters());
        assertEquals(invitation.exportUnprotectedUri(), again.exportUnprotectedUri());
    }

    @FuzzTest
    void percentDecode(byte[] bytes) {
        String decoded = PercentCoding.decode(new String(bytes, StandardCharsets.UTF_8));
        if (decoded != null) {
            assertEquals(decoded, PercentCoding.decode(PercentCoding.encode(decoded)));
        }
    }

    /** Behind the tag. */
    @FuzzTest
    void readRequest(byte[] message) throws PairingException {
        PairingMessages.Request request;
        try {
            request = PairingMessages.request(message);
            PAIRING.answerTo(request);
        } catch (PairingException refused) {
            return;
        }
        byte[] written = PairingMessages.request(
                request.publicKey(), request.ephemeral(), request.peer().label());
        assertEquals(request.peer(), PairingMessages.request(written).peer());
        assertArrayEquals(request.ephemeral(), PairingMessages.request(written).ephemeral());
    }

    /** Behind the tag. */
    @FuzzTest
    void readAnswer(byte[] message) throws PairingException {
        PairingMessages.Answer answer;
        try {
            answer = PairingMessages.answer(message);
        } catch (PairingException refused) {
            return;
        }
        byte[] written = PairingMessages.answer(
                SpaceKeys.of(answer.ring(), Fixtures.identity(3)),
                answer.inviter().label());
        assertEquals(answer.ring(), PairingMessages.answer(written).ring());
    }

    /** Before the tag. */
    @FuzzTest
    void openSealed(byte[] content) {
        try {
            PAIRING.openRequest(content);
        } catch (PairingException refused) {
            assertEquals(PairingException.Kind.TAMPERED, refused.kind());
        }
        try {
            PAIRING.openAnswer(EPHEMERAL, content);
        } catch (PairingException refused) {
            assertEquals(PairingException.Kind.TAMPERED, refused.kind());
        }
    }

    /** What was sealed for this pairing, whatever it is, comes out as it was. */
    @FuzzTest
    void openAnswer_sealedForThis(byte[] message) throws PairingException, GeneralSecurityException {
        byte[] sealed = PairingAnswerSeal.to(PAIRING, EPHEMERAL.publicKey()).seal(message);
        assertArrayEquals(message, PAIRING.openAnswer(EPHEMERAL, sealed));
        assertArrayEquals(message, PAIRING.openRequest(PAIRING.sealRequest(message)));
    }
}
