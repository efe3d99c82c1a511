package dev.tidelock.sync.motebit;

import com.google.crypto.tink.subtle.Ed25519Verify;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.SpaceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Finds out whether an envelope is its author's: where nobody checks what is appended to a log, its readers do. */
interface SignatureCheck {
    boolean isSigned(Envelope envelope, byte[] authorKey);

    /** As the protocol says. */
    static SignatureCheck of(SpaceId space) {
        byte[] purpose = "tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII);
        return (envelope, authorKey) -> {
            byte[] bytes = envelope.toByteArray();
            int signedBytes = bytes.length - Envelope.SIGNATURE_BYTES;
            byte[] message = new byte[purpose.length + SpaceId.BYTES + signedBytes];
            System.arraycopy(purpose, 0, message, 0, purpose.length);
            System.arraycopy(space.toByteArray(), 0, message, purpose.length, SpaceId.BYTES);
            System.arraycopy(bytes, 0, message, purpose.length + SpaceId.BYTES, signedBytes);
            try {
                new Ed25519Verify(authorKey).verify(envelope.signature(), message);
                return true;
            } catch (GeneralSecurityException | IllegalArgumentException notHis) {
                return false;
            }
        };
    }
}
