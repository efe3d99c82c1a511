package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The envelope of docs/protocol.md, section 3, written once more from the page alone: with the JDK's own cryptography, and
 * without the library's header. It takes the nonce, which the library never does, and so can make known answers.
 */
final class ReferenceEnvelope {
    private ReferenceEnvelope() {}

    static byte[] of(
            SpaceId space,
            byte[] privateKey,
            byte[] publicKey,
            DeviceId device,
            long firstCounter,
            int events,
            int epoch,
            byte[] contentKey,
            byte[] previous,
            byte[] nonce,
            byte[] plaintext)
            throws GeneralSecurityException, IOException {
        byte[] header = header(publicKey, device, firstCounter, events, epoch, previous);
        byte[] associatedData =
                join("tidelock-envelope-v1".getBytes(StandardCharsets.US_ASCII), space.toByteArray(), header);
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(contentKey, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(associatedData);
        byte[] body = join(nonce, cipher.doFinal(plaintext));
        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(KeyFactory.getInstance("Ed25519")
                .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, privateKey)));
        signer.update(associatedData);
        signer.update(body);
        return join(header, body, signer.sign());
    }

    private static byte[] header(
            byte[] publicKey, DeviceId device, long firstCounter, int events, int epoch, byte[] previous)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(1);
        out.writeByte(firstCounter == 1 ? 1 : 0);
        out.write(device.toByteArray());
        out.writeLong(firstCounter);
        out.writeShort(events);
        out.writeInt(epoch);
        out.write(previous);
        if (firstCounter == 1) {
            out.write(publicKey);
        }
        return bytes.toByteArray();
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        return whole.toByteArray();
    }
}
