package dev.tidelock.examples.cli;

import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** Where the command line starts. Everything after the arguments are known can also be run within another program: {@link #run}. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        quietLogs();
        PrintWriter out = utf8(System.out);
        PrintWriter err = utf8(System.err);
        int exit = run(out, err, args);
        // Not a plain return: threads of libraries would keep the process for seconds.
        System.exit(exit);
    }

    /**
     * Runs one command.
     *
     * @return the exit status: 0 done, 1 it failed or needs attention, 2 wrong usage
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        try {
            int unreadable = firstUnreadable(args);
            if (unreadable >= 0) {
                err.println(
                        "tidelock: argument " + (unreadable + 1)
                                + " is not valid UTF-8, or holds U+FFFD, which stands for what is not; give it in UTF-8, nothing was done");
                return Failures.USAGE;
            }
            return commandLine(out, err).execute(args);
        } catch (StackOverflowError | OutOfMemoryError tooMuch) {
            err.println("tidelock: this is too much for the memory of one process (" + tooMuch
                    + "); nothing that was acknowledged is lost; try with smaller parts");
            return Failures.FAILED;
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Java puts U+FFFD where an argument is no text: kept, it would be another id, or another value, than was given. */
    private static int firstUnreadable(String[] args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].indexOf('\ufffd') >= 0) {
                return i;
            }
        }
        return -1;
    }

    private static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Tidelock());
        line.setOut(out).setErr(err);
        line.setExpandAtFiles(false); // an id or a value may begin with '@'
        line.setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure, command));
        line.setParameterExceptionHandler((wrong, args) -> Failures.reportUsage(wrong));
        for (String name : new String[] {"put", "patch", "op"}) {
            // So that -5 is a value. All of their parameters are required: a misspelt option is one too many.
            line.getSubcommands().get(name).setUnmatchedOptionsArePositionalParams(true);
        }
        return line;
    }

    private static PrintWriter utf8(PrintStream stream) {
        return new PrintWriter(new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8)));
    }

    /** Failures are told in one line; the log is for the person who debugs, and asks for it. */
    private static void quietLogs() {
        setUnlessSet("org.slf4j.simpleLogger.defaultLogLevel", Failures.isDebugging() ? "debug" : "off");
        setUnlessSet("org.jboss.logging.provider", "slf4j");
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
