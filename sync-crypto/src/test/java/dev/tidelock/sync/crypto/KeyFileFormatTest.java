package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.keys;
import static dev.tidelock.sync.crypto.Fixtures.unhex;
import static dev.tidelock.sync.crypto.Fixtures.withByteChanged;
import static dev.tidelock.sync.crypto.PassphraseProtectorTest.quick;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.KeyFileException.Kind;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyFileFormatTest {
    private static final Set<Kind> REFUSALS = EnumSet.of(
            Kind.DAMAGED,
            Kind.WRONG_PASSPHRASE_OR_DAMAGED,
            Kind.UNSUPPORTED_VERSION,
            Kind.TOO_COSTLY,
            Kind.OTHER_PROTECTOR);

    private final KeyProtector unprotected = KeyProtector.unprotectedFilePermissionsOnly();

    @Test
    void encode_thenDecode_givesTheKeys() throws Exception {
        for (KeyProtector protector : new KeyProtector[] {unprotected, quick("p"), new Mirror()}) {
            SpaceKeys many = keys().withRing(keys().ring().withNewEpoch().withCurrentEpoch(1));
            assertEquals(many, KeyFile.fromBytes(KeyFile.toBytes(many, protector), protector));
        }
    }

    @Test
    void encode_aFullRing_fitsAndComesBack() throws Exception {
        KeyRing ring = KeyRing.newSpace();
        while (ring.epochs().size() < KeyRing.EPOCHS_MAX) {
            ring = ring.withNewEpoch();
        }
        SpaceKeys full = SpaceKeys.of(ring, DeviceIdentity.generate());
        assertEquals(full, KeyFile.fromBytes(KeyFile.toBytes(full, quick("p")), quick("p")));
    }

    /** The format stays readable: this file was made by its first version, with the default parameters. */
    @Test
    void decode_goldenFile_givesTheKeys() throws Exception {
        try (InputStream in = getClass().getResourceAsStream("/golden-keyfile-1.hex")) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
            PassphraseProtector protector = PassphraseProtector.takeOver("correct horse battery staple".toCharArray());
            assertEquals(keys(), KeyFile.fromBytes(unhex(text), protector));
        }
    }

    @Test
    void decode_anyByteFlipped_isRefused() throws Exception {
        for (KeyProtector protector : new KeyProtector[] {unprotected, quick("p")}) {
            byte[] file = KeyFile.toBytes(keys(), protector);
            for (int i = 0; i < file.length; i++) {
                assertRefused(withByteChanged(file, i), protector, "byte " + i + " was changed and nobody noticed");
            }
        }
    }

    @Test
    void decode_truncatedOrExtended_isRefused() throws Exception {
        for (KeyProtector protector : new KeyProtector[] {unprotected, quick("p")}) {
            byte[] file = KeyFile.toBytes(keys(), protector);
            for (int length = 0; length < file.length; length++) {
                assertRefused(Arrays.copyOf(file, length), protector, "cut to " + length + " bytes");
            }
            assertRefused(Arrays.copyOf(file, file.length + 1), protector, "extended");
        }
    }

    private static void assertRefused(byte[] file, KeyProtector protector, String problem) {
        KeyFileException refused =
                assertThrows(KeyFileException.class, () -> KeyFile.fromBytes(file, protector), problem);
        assertTrue(REFUSALS.contains(refused.kind()), problem + ": " + refused.kind());
    }

    @Test
    void decode_kinds_sayWhatToDo() throws Exception {
        byte[] withPassphrase = KeyFile.toBytes(keys(), quick("p"));
        assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, withPassphrase, quick("q"));
        assertKind(Kind.PASSPHRASE_NEEDED, withPassphrase, unprotected);
        byte[] inTheClear = KeyFile.toBytes(keys(), unprotected);
        // Somebody who swaps the file for one of his own making must not get away with it.
        assertKind(Kind.OTHER_PROTECTOR, inTheClear, quick("p"));
        assertKind(Kind.DAMAGED, withByteChanged(inTheClear, inTheClear.length - 1), unprotected);
        assertKind(Kind.DAMAGED, new byte[0], unprotected);
        assertKind(Kind.DAMAGED, "{\"some\":\"other file\"}".getBytes(StandardCharsets.UTF_8), unprotected);
        byte[] newer = inTheClear.clone();
        newer[8] = 2;
        KeyFileException refused = assertKind(Kind.UNSUPPORTED_VERSION, newer, unprotected);
        assertEquals("format version 2; this library reads version 1: update the app", refused.getMessage());
    }

    private static KeyFileException assertKind(Kind expected, byte[] file, KeyProtector protector) {
        KeyFileException refused = assertThrows(KeyFileException.class, () -> KeyFile.fromBytes(file, protector));
        assertEquals(expected, refused.kind(), refused.getMessage());
        return refused;
    }

    /** Behind the checksum: whatever the content is, it is refused in a typed way. */
    @Test
    void decode_anyContent_neverThrowsAnythingElse() throws Exception {
        Random random = new Random(20261106);
        byte[] valid = KeyFile.toBytes(keys(), unprotected);
        int headerBytes = 10 + unprotected.name().length();
        for (int round = 0; round < 20_000; round++) {
            byte[] content;
            if (round % 2 == 0) {
                content = Fixtures.random(random, 300);
            } else {
                content = Arrays.copyOfRange(valid, headerBytes, valid.length - 32);
                content[48 + random.nextInt(12)] = (byte) random.nextInt();
                content = Arrays.copyOf(content, content.length - random.nextInt(2));
            }
            byte[] file = withContent(Arrays.copyOf(valid, headerBytes), content);
            try {
                assertNotNull(KeyFile.fromBytes(file, unprotected));
            } catch (KeyFileException refused) {
                assertEquals(Kind.DAMAGED, refused.kind(), "round " + round);
            }
        }
    }

    private static byte[] withContent(byte[] header, byte[] content) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(header);
        return Bytes.concat(Bytes.concat(header, content), digest.digest(content));
    }

    @Test
    void decode_randomBytes_neverThrowsAnythingElse() {
        Random random = new Random(20261107);
        for (int round = 0; round < 20_000; round++) {
            byte[] file = Fixtures.random(random, 200);
            byte[] start = "tidekeys\u0001\u000bunprotected".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(start, 0, file, 0, Math.min(file.length, random.nextInt(start.length + 1)));
            assertRefused(file, unprotected, "round " + round);
        }
    }

    @Test
    void encode_epochsOutOfOrder_isNeverRead() throws Exception {
        byte[] file = KeyFile.toBytes(keys(), unprotected);
        int headerBytes = 10 + unprotected.name().length();
        byte[] content = Arrays.copyOfRange(file, headerBytes, file.length - 32);
        ByteBuffer.wrap(content).putInt(56, 2); // epoch 2 is there twice now
        assertKind(Kind.DAMAGED, withContent(Arrays.copyOf(file, headerBytes), content), unprotected);
    }

    @Test
    void appsProtector_thatFails_isTold() throws Exception {
        byte[] file = KeyFile.toBytes(keys(), new Mirror());
        Mirror keyGone = new Mirror();
        keyGone.failure = new InvalidKeyException("permanently invalidated");
        assertKind(Kind.WRONG_PASSPHRASE_OR_DAMAGED, file, keyGone);
        Mirror broken = new Mirror();
        broken.crash = new IllegalStateException("keystore daemon is gone");
        KeyFileException refused = assertKind(Kind.PROTECTOR_FAILED, file, broken);
        assertEquals(broken.crash, refused.getCause());
        assertEquals(
                Kind.PROTECTOR_FAILED,
                assertThrows(KeyFileException.class, () -> KeyFile.toBytes(keys(), broken))
                        .kind());
    }

    @Test
    void appsProtector_getsTheHeaderToAuthenticate() throws Exception {
        Mirror protector = new Mirror();
        byte[] file = KeyFile.toBytes(keys(), protector);
        assertEquals("tidekeys\u0001\u0006mirror", new String(protector.associatedData, StandardCharsets.ISO_8859_1));
        KeyFile.fromBytes(file, protector);
        assertEquals("tidekeys\u0001\u0006mirror", new String(protector.associatedData, StandardCharsets.ISO_8859_1));
    }

    @Test
    void appsProtector_badName_isRefused() {
        for (String name : new String[] {"", "Upper", "with space", "a".repeat(33), "\u00e4"}) {
            Mirror protector = new Mirror();
            protector.name = name;
            assertThrows(IllegalArgumentException.class, () -> KeyFile.toBytes(keys(), protector), name);
        }
    }

    /** Turns every byte around; stands for an app's protector. */
    private static final class Mirror implements KeyProtector {
        String name = "mirror";
        GeneralSecurityException failure;
        RuntimeException crash;
        byte[] associatedData = {};

        @Override
        public String name() {
            return name;
        }

        @Override
        public byte[] wrap(byte[] content, byte[] data) throws GeneralSecurityException {
            return unwrap(content, data);
        }

        @Override
        public byte[] unwrap(byte[] wrapped, byte[] data) throws GeneralSecurityException {
            associatedData = data;
            if (failure != null) {
                throw failure;
            }
            if (crash != null) {
                throw crash;
            }
            byte[] turned = wrapped.clone();
            for (int i = 0; i < turned.length; i++) {
                turned[i] ^= (byte) 0xff;
            }
            return turned;
        }
    }
}
