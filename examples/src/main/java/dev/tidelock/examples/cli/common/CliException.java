package dev.tidelock.examples.cli.common;

/** A command cannot go on; the message is the one line that its user sees: what was given, what is accepted, what to do. */
public final class CliException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit status of an operation that failed, or needs attention. */
    public static final int FAILED = 1;

    /** The exit status of wrong usage. */
    public static final int USAGE = 2;

    private final int exit;

    private CliException(int exit, String message, Throwable cause) {
        super(message, cause);
        this.exit = exit;
    }

    /** The operation failed, or needs attention. */
    public static CliException failed(String message) {
        return new CliException(FAILED, message, null);
    }

    public static CliException failed(String message, Throwable cause) {
        return new CliException(FAILED, message, cause);
    }

    /** What was asked is not what the command takes. */
    public static CliException usage(String message) {
        return new CliException(USAGE, message, null);
    }

    /** The exit status. */
    public int exit() {
        return exit;
    }
}
