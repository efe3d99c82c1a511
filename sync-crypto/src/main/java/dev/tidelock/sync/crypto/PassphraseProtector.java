package dev.tidelock.sync.crypto;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Protects a key file with a passphrase: AES-256-GCM under a key that Argon2id (RFC 9106) derives from it, with a fresh salt
 * every time. Only somebody who guesses the passphrase can read the keys, and each guess costs what {@link
 * PassphraseParameters} say.
 *
 * <pre>
 * offset  size  wrapped bytes (numbers are big endian)
 *      0     4  memory, KiB; at most 1 GiB is accepted
 *      4     4  passes; at most 100
 *      8     4  lanes; at most 16
 *     12    16  salt
 *     28    12  nonce
 *     40     n  ciphertext
 *   40+n    16  tag
 * </pre>
 *
 * <p>The associated data of the seal is that of the file, followed by the first 28 bytes: no parameter can be changed
 * unnoticed. The passphrase counts exactly as it is, in UTF-8: nothing is trimmed or normalised.
 *
 * <p>Holds a copy of the passphrase until it is closed, and then wipes it. Does not print it. For one thread at a time.
 */
public final class PassphraseProtector implements KeyProtector, AutoCloseable {
    static final String NAME = "passphrase-argon2id";

    private static final int SALT_BYTES = 16;
    private static final int START_BYTES = 4 + 4 + 4 + SALT_BYTES;

    private final byte[] passphrase;
    private final PassphraseParameters parameters;
    private boolean closed;

    private PassphraseProtector(byte[] passphrase, PassphraseParameters parameters) {
        if (passphrase.length == 0) {
            throw new IllegalArgumentException("the passphrase is empty; it must have at least one character");
        }
        this.passphrase = passphrase;
        this.parameters = parameters;
    }

    /** As {@link #takeOver(char[], PassphraseParameters)}, with {@link PassphraseParameters#DEFAULTS}. */
    public static PassphraseProtector takeOver(char[] passphrase) {
        return takeOver(passphrase, PassphraseParameters.DEFAULTS);
    }

    /**
     * Takes a passphrase over: the array is wiped before this returns, also if it throws.
     *
     * @param parameters for what will be wrapped; what is unwrapped says itself how it was made
     * @throws IllegalArgumentException if the passphrase is empty, or holds half of a surrogate pair
     */
    public static PassphraseProtector takeOver(char[] passphrase, PassphraseParameters parameters) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(passphrase));
            byte[] utf8 = Arrays.copyOf(encoded.array(), encoded.remaining());
            Bytes.wipe(encoded.array());
            return new PassphraseProtector(utf8, parameters);
        } catch (CharacterCodingException loneSurrogate) {
            throw new IllegalArgumentException("the passphrase holds half of a surrogate pair");
        } finally {
            Arrays.fill(passphrase, '\0');
        }
    }

    /** As {@link #takeOver(char[], PassphraseParameters)}, from UTF-8 bytes or a key of any other kind; they are wiped, too. */
    public static PassphraseProtector takeOver(byte[] passphrase, PassphraseParameters parameters) {
        try {
            return new PassphraseProtector(passphrase.clone(), parameters);
        } finally {
            Bytes.wipe(passphrase);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] wrap(byte[] content, byte[] associatedData) throws KeyFileException {
        requireOpen();
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        byte[] start = ByteBuffer.allocate(START_BYTES)
                .putInt(parameters.memoryKib())
                .putInt(parameters.iterations())
                .putInt(parameters.parallelism())
                .put(salt)
                .array();
        return Bytes.concat(start, seal(parameters, salt).seal(content, Bytes.concat(associatedData, start)));
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] associatedData) throws GeneralSecurityException, KeyFileException {
        requireOpen();
        if (wrapped.length < START_BYTES + AesGcm.NONCE_BYTES + AesGcm.TAG_BYTES) {
            throw new KeyFileException(
                    KeyFileException.Kind.DAMAGED,
                    "the wrapped keys have " + wrapped.length
                            + " bytes: the file is not whole; restore it, or pair this" + " device again",
                    null);
        }
        byte[] start = Arrays.copyOf(wrapped, START_BYTES);
        byte[] sealed = Arrays.copyOfRange(wrapped, START_BYTES, wrapped.length);
        PassphraseParameters stored = parametersOf(ByteBuffer.wrap(start));
        byte[] salt = Arrays.copyOfRange(start, START_BYTES - SALT_BYTES, START_BYTES);
        return seal(stored, salt).open(sealed, Bytes.concat(associatedData, start));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this PassphraseProtector is closed, and its passphrase wiped");
        }
    }

    /** Checked before a single block is computed: nothing has been authenticated yet. */
    private static PassphraseParameters parametersOf(ByteBuffer start) throws KeyFileException {
        try {
            return PassphraseParameters.read(start.getInt(0), start.getInt(4), start.getInt(8));
        } catch (IllegalArgumentException outOfRange) {
            throw new KeyFileException(
                    KeyFileException.Kind.TOO_COSTLY,
                    "the file asks for parameters that are not accepted: " + outOfRange.getMessage()
                            + "; it is damaged, or not to be trusted",
                    outOfRange);
        }
    }

    private AesGcm seal(PassphraseParameters cost, byte[] salt) throws KeyFileException {
        byte[] key = null;
        try {
            key = derive(passphrase, salt, cost);
            return new AesGcm(key);
        } catch (OutOfMemoryError tooMuch) {
            throw new KeyFileException(
                    KeyFileException.Kind.TOO_COSTLY,
                    "deriving the key takes " + cost.memoryKib()
                            + " KiB, and this process has less; give it more memory",
                    tooMuch);
        } finally {
            if (key != null) {
                Bytes.wipe(key);
            }
        }
    }

    static byte[] derive(byte[] passphrase, byte[] salt, PassphraseParameters cost) {
        Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
        argon2.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build());
        byte[] key = new byte[AesGcm.KEY_BYTES];
        argon2.generateBytes(passphrase, key);
        return key;
    }

    /** Wipes the passphrase. What has been wrapped or unwrapped stays as it is. */
    @Override
    public void close() {
        closed = true;
        Bytes.wipe(passphrase);
    }

    @Override
    public String toString() {
        return "PassphraseProtector[" + parameters + ", passphrase redacted]";
    }
}
