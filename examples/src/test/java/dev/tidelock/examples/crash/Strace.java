package dev.tidelock.examples.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes system calls of a running process fail, on the files of one database, from the moment that it is begun until it is ended. */
final class Strace implements AutoCloseable {
    private static final String[] FILES = {"", "-wal", "-shm", "-journal"};

    private final Process process;
    private final Path log;
    private final Thread drain;

    private Strace(Process process, Path log, Thread drain) {
        this.process = process;
        this.log = log;
        this.drain = drain;
    }

    static boolean isThere() {
        try {
            return new ProcessBuilder("strace", "-V")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException absent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * @param calls the system calls
     * @param fault what becomes of them, as {@code strace -e inject} takes it
     */
    static Strace begin(long pid, Path database, String calls, String fault, Path log) throws IOException {
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-p", Long.toString(pid), "-o", log.toString()));
        for (String file : FILES) {
            command.add("-P");
            command.add(database + file);
        }
        command.addAll(List.of("-e", "trace=" + calls, "-e", "inject=" + calls + ":" + fault));
        Process process = new ProcessBuilder(command).start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.matches(".*[Pp]rocess .* attached.*")) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException("strace does not attach");
        }
        Thread drain = new Thread(() -> said.lines().forEach(ignored -> {}), "strace-messages");
        drain.setDaemon(true);
        drain.start();
        return new Strace(process, log, drain);
    }

    /** The disk is well again. Gives how many calls were made to fail, or to wait. */
    long end() throws IOException, InterruptedException {
        close();
        try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.contains("(INJECTED)") || line.contains("(DELAYED)"))
                    .count();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.toHandle().destroy(); // it lets the other process go
        process.waitFor();
        drain.join();
    }
}
