package dev.tidelock.examples.cli.common;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** This command line in a process of its own, on the same Java and class path. Closing it ends the process. */
public final class CliProcess implements AutoCloseable {
    private static final String MAIN = "dev.tidelock.examples.cli.Main";
    private static final long SECONDS_MAX = 120;

    private final String what;
    private final Process process;
    private final BufferedReader out;
    private final Path err;

    /** What a command came to. */
    public record Result(int exit, List<String> lines, String err) {
        /** The one JSON object that was printed. */
        public JsonObject json() {
            if (lines.size() != 1) {
                throw new IllegalStateException(
                        "one line of JSON was expected, there are " + lines.size() + "; " + err);
            }
            return JsonValue.parse(lines.get(0)).asObject();
        }
    }

    private CliProcess(String what, Process process, Path err) {
        this.what = what;
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.err = err;
    }

    /** Starts a command, which may go on for long. */
    public static CliProcess start(String... args) throws IOException {
        return start(List.of("-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), MAIN, args);
    }

    /** Starts another main class, with these options of the Java machine. */
    public static CliProcess start(List<String> javaOptions, String mainClass, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", absoluteClassPath(), mainClass));
        command.addAll(List.of(args));
        Path err = Files.createTempFile("tidelock-", ".err");
        err.toFile().deleteOnExit();
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().remove("TIDELOCK_PASSPHRASE");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return new CliProcess(args.length == 0 ? mainClass : args[0], builder.start(), err);
    }

    private static String absoluteClassPath() {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            parts.add(Path.of(part).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, parts);
    }

    /** Runs a command to its end, whatever that is. */
    public static Result run(String... args) throws IOException, InterruptedException {
        try (CliProcess process = start(args)) {
            return process.finish();
        }
    }

    /** Runs a command that has to succeed. */
    public static Result runWell(String... args) throws IOException, InterruptedException {
        Result result = run(args);
        if (result.exit != 0) {
            throw CliException.failed(
                    "'tidelock " + args[0] + "' ended with status " + result.exit + ": " + result.err);
        }
        return result;
    }

    /** The next line of its standard output; waits for it. */
    public String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw CliException.failed("'tidelock " + what + "' ended early: " + Files.readString(err));
        }
        return line;
    }

    /** The next line, which is a JSON object. */
    public JsonObject jsonLine() throws IOException {
        return JsonValue.parse(line()).asObject();
    }

    /** Waits for its end, so long at most. */
    public void waitAtMost(long millis) throws InterruptedException {
        process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    /** What is left of its output, at its end. */
    public Result finish() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            lines.add(line);
        }
        if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
            throw CliException.failed("'tidelock " + what + "' did not end");
        }
        return new Result(process.exitValue(), lines, Files.readString(err).strip());
    }

    public long pid() {
        return process.pid();
    }

    /** Asks it to stop: SIGTERM. */
    public Result stop() throws IOException, InterruptedException {
        process.toHandle().destroy(); // that of the process itself would also close its output
        return finish();
    }

    /** Ends it at once: SIGKILL. */
    public void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.deleteIfExists(err);
    }
}
