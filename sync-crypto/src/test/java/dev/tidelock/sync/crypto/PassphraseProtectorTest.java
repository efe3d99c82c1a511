package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;
import static dev.tidelock.sync.crypto.Fixtures.hex;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.crypto.KeyFileException.Kind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PassphraseProtectorTest {
    /** Far below what is accepted for new files: for tests that do not ask what a guess costs. */
    static final PassphraseParameters QUICK = PassphraseParameters.read(64, 1, 1);

    private static final byte[] CONTENT = filled(50, 3);
    private static final byte[] DATA = filled(5, 4);

    static PassphraseProtector quick(String passphrase) {
        return PassphraseProtector.takeOver(passphrase.toCharArray(), QUICK);
    }

    @Test
    void derive_knownAnswers_areThoseOfTheReferenceImplementation() {
        assertDerived("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe", 256, 2, 1);
        assertDerived("09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7", 65536, 2, 1);
        assertDerived("6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037", 256, 2, 2);
    }

    private static void assertDerived(String expected, int memoryKib, int iterations, int parallelism) {
        byte[] key = PassphraseProtector.derive(
                "password".getBytes(StandardCharsets.UTF_8),
                "somesalt".getBytes(StandardCharsets.UTF_8),
                PassphraseParameters.read(memoryKib, iterations, parallelism));
        assertEquals(expected, hex(key));
    }

    @Test
    void wrap_thenUnwrap_givesTheContent() throws Exception {
        byte[] wrapped = quick("correct horse").wrap(CONTENT, DATA);
        assertArrayEquals(CONTENT, quick("correct horse").unwrap(wrapped, DATA));
        assertFalse(Arrays.equals(wrapped, quick("correct horse").wrap(CONTENT, DATA)), "the salt is fresh every time");
    }

    @Test
    void unwrap_withRaisedParameters_readsWhatWasMadeWithLowerOnes() throws Exception {
        byte[] wrapped = quick("correct horse").wrap(CONTENT, DATA);
        PassphraseProtector raised =
                PassphraseProtector.takeOver("correct horse".toCharArray(), PassphraseParameters.read(128, 3, 2));
        assertArrayEquals(CONTENT, raised.unwrap(wrapped, DATA));
        byte[] again = raised.wrap(CONTENT, DATA);
        assertEquals(128, ByteBuffer.wrap(again).getInt(0));
        assertArrayEquals(CONTENT, quick("correct horse").unwrap(again, DATA));
    }

    @Test
    void unwrap_otherPassphraseOrData_throws() throws Exception {
        byte[] wrapped = quick("correct horse").wrap(CONTENT, DATA);
        for (String wrong : new String[] {"correct hors", "correct horse ", "Correct horse", "correct horse\u0000"}) {
            assertThrows(GeneralSecurityException.class, () -> quick(wrong).unwrap(wrapped, DATA), wrong);
        }
        assertThrows(
                GeneralSecurityException.class, () -> quick("correct horse").unwrap(wrapped, filled(5, 5)));
    }

    @Test
    void unwrap_hostileParameters_isRefusedBeforeAnythingIsComputed() throws Exception {
        assertTooCostly(1 << 20 | 1, 1, 1);
        assertTooCostly(Integer.MAX_VALUE, 1, 1);
        assertTooCostly(-1, 1, 1);
        assertTooCostly(0, 1, 1);
        assertTooCostly(7, 1, 1);
        assertTooCostly(64, 101, 1);
        assertTooCostly(64, 0, 1);
        assertTooCostly(64, Integer.MIN_VALUE, 1);
        assertTooCostly(256, 1, 17);
        assertTooCostly(256, 1, 0);
        assertTooCostly(1 << 20, 9, 1);
    }

    private static void assertTooCostly(int memoryKib, int iterations, int parallelism) throws Exception {
        byte[] wrapped = quick("p").wrap(CONTENT, DATA);
        ByteBuffer.wrap(wrapped).putInt(memoryKib).putInt(iterations).putInt(parallelism);
        KeyFileException refused =
                assertThrows(KeyFileException.class, () -> quick("p").unwrap(wrapped, DATA));
        assertEquals(Kind.TOO_COSTLY, refused.kind());
    }

    @Test
    void takeOver_wipesTheArrayInAnyCase() {
        char[] passphrase = "p\u00e4ss \ud83d\ude00".toCharArray();
        PassphraseProtector.takeOver(passphrase, QUICK);
        assertArrayEquals(new char[passphrase.length], passphrase);
        char[] half = {'a', '\ud83d'};
        assertThrows(IllegalArgumentException.class, () -> PassphraseProtector.takeOver(half, QUICK));
        assertArrayEquals(new char[2], half);
        byte[] bytes = {1, 2, 3};
        PassphraseProtector.takeOver(bytes, QUICK);
        assertArrayEquals(new byte[3], bytes);
    }

    @Test
    void takeOver_charactersAndTheirUtf8_areTheSamePassphrase() throws Exception {
        String passphrase = "p\u00e4ss \ud83d\ude00";
        byte[] wrapped = quick(passphrase).wrap(CONTENT, DATA);
        byte[] utf8 = passphrase.getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(CONTENT, PassphraseProtector.takeOver(utf8, QUICK).unwrap(wrapped, DATA));
    }

    @Test
    void takeOver_empty_isRefused() {
        Exception refused =
                assertThrows(IllegalArgumentException.class, () -> PassphraseProtector.takeOver(new char[0], QUICK));
        assertEquals("the passphrase is empty; it must have at least one character", refused.getMessage());
    }

    @Test
    void close_thenWrap_isRefused() {
        PassphraseProtector protector = quick("p");
        protector.close();
        assertThrows(IllegalStateException.class, () -> protector.wrap(CONTENT, DATA));
        assertThrows(IllegalStateException.class, () -> protector.unwrap(new byte[100], DATA));
    }

    @Test
    void parameters_forNewFiles_canBeRaisedButNotLowered() {
        assertEquals(PassphraseParameters.DEFAULTS, PassphraseParameters.of(19, 2, 1));
        assertEquals(1 << 20, PassphraseParameters.of(1024, 8, 16).memoryKib());
        assertRefused("memoryMib is 18; it must be 19 to 1024", 18, 2, 1);
        assertRefused("memoryMib is 1025; it must be 19 to 1024", 1025, 2, 1);
        assertRefused("iterations is 1; it must be 2 to 100", 19, 1, 1);
        assertRefused("iterations is 101; it must be 2 to 100", 19, 101, 1);
        assertRefused("parallelism is 0; it must be 1 to 16", 19, 2, 0);
        assertRefused("memory times iterations is 9437184 KiB; it must be at most 8388608", 1024, 9, 1);
    }

    private static void assertRefused(String message, int memoryMib, int iterations, int parallelism) {
        Exception refused = assertThrows(
                IllegalArgumentException.class, () -> PassphraseParameters.of(memoryMib, iterations, parallelism));
        assertEquals(message, refused.getMessage());
    }
}
