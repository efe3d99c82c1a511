package dev.tidelock.examples.cli;

import dev.tidelock.examples.demo.Demo;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
        name = "demo",
        description =
                "The main job, start to end, in a temporary folder: a relay and two devices as separate processes, pairing, real input, edits "
                        + "on both sides while offline, the same data in the end, and the proof that the relay is blind.")
final class DemoCommand extends BaseCommand {
    @Override
    public Integer call() throws Exception {
        Demo.Outcome outcome = Demo.play(this::narrate);
        print(
                outcome.toJson(),
                String.format(
                        Locale.ROOT,
                        "%s: %d devices, %,d records, %d conflict kept in the log, %s, %d readable bytes at the relay, in %.1f s",
                        outcome.isGood() ? "Done" : "FAILED",
                        outcome.devices(),
                        outcome.records(),
                        outcome.conflicts(),
                        outcome.converged() ? "converged" : "NOT CONVERGED",
                        outcome.plaintextBytesAtRelay(),
                        outcome.millis() / 1000.0));
        return outcome.isGood() ? 0 : Failures.FAILED;
    }

    private void narrate(String line) {
        if (!isJson()) {
            out().println(line);
            out().flush();
        }
    }
}
