package dev.tidelock.examples.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A relay in a process of its own, so that it can be killed. */
final class RelayProcess implements AutoCloseable {
    private final Process process;
    private final String url;

    private RelayProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static RelayProcess start(Path dataFile) throws IOException {
        return start(dataFile, "-Xmx256m");
    }

    static RelayProcess start(Path dataFile, String... javaOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(javaOptions));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                RelayProcess.class.getName(),
                dataFile.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String url = out.readLine();
        if (url == null) {
            throw new IOException("the relay's process did not start");
        }
        return new RelayProcess(process, url);
    }

    String url() {
        return url;
    }

    /** How much memory the process has now; 0 where that is not known. */
    long memoryMib() throws IOException {
        return status("VmRSS:");
    }

    /** The most memory that it has had. */
    long peakMemoryMib() throws IOException {
        return status("VmHWM:");
    }

    private long status(String name) throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0; // not Linux
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
            }
        }
        return 0;
    }

    /** As by {@code kill -9}: nothing is written, nothing is closed. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }

    /** What the process runs. */
    public static void main(String[] arguments) throws IOException {
        System.out.println(
                RelayServer.start(RelaySettings.of(Path.of(arguments[0]))).url());
    }
}
