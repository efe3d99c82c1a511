package dev.tidelock.examples.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A relay in a process of its own, so that it can be killed. */
final class RelayProcess implements AutoCloseable {
    private final Process process;
    private final String url;

    private RelayProcess(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    static RelayProcess start(Path dataFile) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        RelayProcess.class.getName(),
                        dataFile.toString())
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
