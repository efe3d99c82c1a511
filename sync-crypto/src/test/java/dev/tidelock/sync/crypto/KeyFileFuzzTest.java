package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;

/** Any file is read, or refused with a {@link KeyFileException}; one that is read has no other form. */
class KeyFileFuzzTest {
    private static final byte[] HEADER = "tidekeys\1\6mirror".getBytes(StandardCharsets.US_ASCII);

    @FuzzTest
    void decode(byte[] file) {
        try {
            KeyFileFormat.decode(file, KeyProtector.unprotectedFilePermissionsOnly());
        } catch (KeyFileException refused) {
            // Typed, as it should be.
        }
    }

    /** Behind the protection: the bytes are the content. */
    @FuzzTest
    void decodeContent(byte[] content) throws KeyFileException {
        byte[] file = Bytes.concat(HEADER, content);
        SpaceKeys keys;
        try {
            keys = KeyFileFormat.decode(file, new Mirror());
        } catch (KeyFileException refused) {
            return;
        }
        assertArrayEquals(file, KeyFileFormat.encode(keys, new Mirror()));
    }

    /** What a file asks for is bounded before any work is done. */
    @FuzzTest
    void readParameters(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(Arrays.copyOf(bytes, 12));
        PassphraseParameters parameters;
        try {
            parameters = PassphraseParameters.read(in.getInt(), in.getInt(), in.getInt());
        } catch (IllegalArgumentException refused) {
            return;
        }
        long work = (long) parameters.memoryKib() * parameters.iterations();
        assertTrue(work <= PassphraseParameters.WORK_KIB_MAX);
        assertTrue(parameters.memoryKib() <= PassphraseParameters.MEMORY_KIB_MAX);
    }

    /** With parameters that cost little; those of the file are tried above. */
    @FuzzTest
    void unwrapWithPassphrase(byte[] bytes) {
        byte[] wrapped = bytes.clone();
        if (wrapped.length >= 12) {
            ByteBuffer.wrap(wrapped).putInt(8).putInt(1).putInt(1);
        }
        byte[] file = Bytes.concat("tidekeys\1\23passphrase-argon2id".getBytes(StandardCharsets.US_ASCII), wrapped);
        try (PassphraseProtector protector = PassphraseProtector.takeOver("secret".toCharArray())) {
            KeyFileFormat.decode(file, protector);
        } catch (KeyFileException refused) {
            // Typed, as it should be.
        }
    }

    private static final class Mirror implements KeyProtector {
        @Override
        public String name() {
            return "mirror";
        }

        @Override
        public byte[] wrap(byte[] content, byte[] associatedData) {
            return content.clone();
        }

        @Override
        public byte[] unwrap(byte[] wrapped, byte[] associatedData) throws GeneralSecurityException {
            return wrapped.clone();
        }
    }
}
