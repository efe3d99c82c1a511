package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.crypto.KeyProtector;
import dev.tidelock.sync.crypto.PassphraseProtector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where a passphrase comes from: a file, or the environment; never an argument, which every user of the machine could see. */
public final class Passphrase {
    static final String VARIABLE = "TIDELOCK_PASSPHRASE";

    private static final long FILE_BYTES_MAX = 64 << 10;

    @Option(
            names = "--passphrase-file",
            paramLabel = "FILE",
            description = "The file whose first line is the passphrase of the keys. Or set " + VARIABLE + ".")
    private Path file;

    /** The passphrase, if one was given. */
    private Optional<char[]> given() throws IOException {
        if (file != null) {
            return Optional.of(read());
        }
        String variable = System.getenv(VARIABLE);
        return variable == null || variable.isEmpty() ? Optional.empty() : Optional.of(variable.toCharArray());
    }

    private char[] read() throws IOException {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw CliException.usage(
                        file + " is longer than " + FILE_BYTES_MAX + " bytes; a passphrase is one line");
            }
            String line = Files.readString(file).split("\\R", 2)[0];
            if (line.isEmpty()) {
                throw CliException.usage(
                        file + " has no passphrase in its first line; it must have at least one character");
            }
            return line.toCharArray();
        } catch (NoSuchFileException missing) {
            throw CliException.failed("there is no passphrase file " + file);
        }
    }

    boolean isGiven() {
        return file != null || given(System.getenv(VARIABLE));
    }

    private static boolean given(String variable) {
        return variable != null && !variable.isEmpty();
    }

    /** What protects new keys. */
    KeyProtector forNewKeys() throws IOException {
        Optional<char[]> given = given();
        return given.isPresent()
                ? PassphraseProtector.takeOver(given.get())
                : KeyProtector.unprotectedFilePermissionsOnly();
    }

    /** What opens the keys of a HOME that says how they are protected. */
    KeyProtector forKeys(HomeSettings settings) throws IOException {
        if (!settings.passphrase()) {
            return KeyProtector.unprotectedFilePermissionsOnly();
        }
        return PassphraseProtector.takeOver(given().orElseThrow(() -> CliException.failed(
                "the keys are protected by a passphrase; give it with --passphrase-file FILE or in " + VARIABLE)));
    }
}
