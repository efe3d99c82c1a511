package dev.tidelock.examples.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs commands in processes whose heap is 64 MB, and that end at the first allocation that finds no room. */
final class SmallHeap {
    static final String MAIN = "dev.tidelock.examples.cli.Main";
    static final String HEAP = "-Xmx64m";
    static final long POLL_MILLIS = 20;

    private SmallHeap() {}

    static CliProcess start(String... command) throws Exception {
        List<String> args = new ArrayList<>(Arrays.asList(command));
        args.add("--json");
        List<String> options =
                List.of(HEAP, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");
        return CliProcess.start(options, MAIN, args.toArray(String[]::new));
    }

    /** What a command printed, and the most memory that its process has had: all of it, not only its heap; 0 if the system does not tell. */
    record Ended(JsonObject printed, long peakMib) {
        long number(String member) {
            return printed.get(member).asNumber().longValue();
        }

        String text(String member) {
            return printed.get(member).asString();
        }
    }

    /** Runs a command that has to succeed, and print one object. */
    static Ended run(String... command) throws Exception {
        try (CliProcess process = start(command)) {
            long peakMib = 0;
            while (isRunning(process)) {
                peakMib = Math.max(peakMib, peakMib(process.pid()));
                process.waitAtMost(POLL_MILLIS);
            }
            CliProcess.Result result = process.finish();
            assertEquals(
                    0, result.exit(), () -> String.join(" ", command) + ": " + result.lines() + " " + result.err());
            return new Ended(result.json(), peakMib);
        }
    }

    static boolean isRunning(CliProcess process) {
        return ProcessHandle.of(process.pid()).filter(ProcessHandle::isAlive).isPresent();
    }

    /** Runs a command that has to print so many lines; they are counted, not kept. */
    static void runPrinting(long lines, String... command) throws Exception {
        try (CliProcess process = start(command)) {
            for (long i = 0; i < lines; i++) {
                process.line();
            }
            CliProcess.Result result = process.finish();
            assertEquals(0, result.exit(), result::err);
            assertEquals(List.of(), result.lines());
        }
    }

    /** The most memory that a process has had so far. */
    static long peakMib(long pid) throws Exception {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (Files.exists(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
                }
            }
        }
        return 0;
    }
}
