package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.crypto.KeyFileException;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.model.WriteRefusedException;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.SyncException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Turns whatever went wrong into one line and an exit status. */
final class Failures {
    static final int FAILED = CliException.FAILED;
    static final int USAGE = CliException.USAGE;

    /** What libraries put before the message of a cause; it tells a user nothing. */
    private static final Pattern JAVA_NAMES = Pattern.compile("\\b([a-z]\\w*\\.)+[A-Z]\\w*(Exception|Error): ");

    private static final Pattern NOT_A_NUMBER = Pattern.compile("' is not an? (int|long)$");

    private Failures() {}

    /** Whether the user asked for everything that can be said: {@code TIDELOCK_DEBUG=1}. */
    static boolean isDebugging() {
        String asked = System.getenv("TIDELOCK_DEBUG");
        return asked != null && !asked.isEmpty() && !asked.equals("0");
    }

    static int report(Exception failure, CommandLine command) {
        PrintWriter err = command.getErr();
        err.println("tidelock: " + oneLine(message(failure)));
        if (isDebugging()) {
            failure.printStackTrace(err);
        }
        return exit(failure);
    }

    static int reportUsage(ParameterException wrong) {
        CommandLine command = wrong.getCommandLine();
        command.getErr()
                .println("tidelock: " + oneLine(plain(String.valueOf(wrong.getMessage()))) + "; see '"
                        + command.getCommandSpec().qualifiedName() + " --help'");
        return USAGE;
    }

    /** Without the names of Java's types. */
    private static String plain(String message) {
        return NOT_A_NUMBER.matcher(message).replaceAll("' is not a whole number, or it is too large");
    }

    private static int exit(Exception failure) {
        if (failure instanceof CliException ours) {
            return ours.exit();
        }
        // Names and values come from the command line; what comes from files is reported with its place, as a failure.
        return failure instanceof IllegalArgumentException ? USAGE : FAILED;
    }

    static String message(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof KeyFileException keys) {
            return message + advice(keys.kind());
        } else if (failure instanceof StoreException store) {
            return message + advice(store.kind());
        } else if (failure instanceof TransportException transport) {
            return message + advice(transport.kind());
        } else if (failure instanceof CliException
                || failure instanceof SyncException
                || failure instanceof WriteRefusedException
                || failure instanceof JsonFormatException
                || failure instanceof IllegalArgumentException) {
            return message;
        } else if (failure instanceof NoSuchFileException missing) {
            return "there is no file " + missing.getFile();
        } else if (failure instanceof AccessDeniedException denied) {
            return "no access to " + denied.getFile() + "; check its owner and permissions";
        } else if (failure instanceof IOException) {
            return "input or output failed: " + message;
        }
        return "something unexpected happened, please report it: " + failure
                + " (TIDELOCK_DEBUG=1 shows where); nothing that was acknowledged is lost";
    }

    private static String advice(KeyFileException.Kind kind) {
        return switch (kind) {
            case PASSPHRASE_NEEDED, WRONG_PASSPHRASE_OR_DAMAGED ->
                "; give the passphrase with --passphrase-file FILE or in TIDELOCK_PASSPHRASE";
            default -> "";
        };
    }

    private static String advice(StoreException.Kind kind) {
        return switch (kind) {
            case CORRUPT ->
                "; it was left as it is: 'tidelock doctor HOME' says what can be saved, and saves it with --salvage";
            case LOCKED -> "; wait for the other process, or stop it";
            case FULL -> "; free some space and try again, nothing that was acknowledged is lost";
            case NEWER_VERSION -> "; use a newer version of this program";
            case CLOSED, IO -> "";
        };
    }

    private static String advice(TransportException.Kind kind) {
        return switch (kind) {
            case OFFLINE -> "; check the address and that the relay runs, then try again";
            case THROTTLED -> "; try again later";
            case UNAUTHORIZED, REJECTED -> "; check that this is the relay of the space";
            case UNKNOWN_SPACE ->
                "; if the relay was emptied or replaced and that is meant to be, 'tidelock sync HOME --accept-relay' makes the space there anew";
            case PROTOCOL ->
                "; check that the address is that of the relay, and that it is of the kind that this HOME was made for";
        };
    }

    static String oneLine(String text) {
        return JAVA_NAMES.matcher(text.strip()).replaceAll("").replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
