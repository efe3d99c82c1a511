package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.sync.json.JsonValue;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What all commands share: {@code --json}, {@code --help}, and where they print. */
public abstract class BaseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON on standard output, and nothing else.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    protected final boolean isJson() {
        return json;
    }

    protected final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    protected final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints the one as JSON, or the other for people. */
    protected final void print(JsonValue forPrograms, String forPeople) {
        out().println(json ? forPrograms.toJson() : forPeople);
    }

    /** As {@link #print}, and at once: for commands that go on. */
    protected final void printNow(JsonValue forPrograms, String forPeople) {
        print(forPrograms, forPeople);
        out().flush();
    }

    /** Says something that is not a result, to people only. */
    protected final void say(String note) {
        if (!json) {
            err().println(note);
            err().flush();
        }
    }

    protected final Progress progress(String what) {
        return new Progress(err(), what);
    }
}
