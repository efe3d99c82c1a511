package dev.tidelock.examples.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Lets chance decide which of a process's calls of the C library fail. The process has to be started with {@link #wrapper}. */
final class Fiu {
    private final Path controls;

    /** @param folder where the pipes are that control it */
    Fiu(Path folder) {
        this.controls = folder.resolve("fiu");
    }

    static boolean isThere() {
        return Files.isExecutable(Path.of("/usr/bin/fiu-run"));
    }

    List<String> wrapper() {
        return List.of("fiu-run", "-x", "-f", controls.toString());
    }

    /** @param call {@code posix/io/rw/pwrite}, say */
    void begin(long pid, String call, double probability, int errno) throws IOException, InterruptedException {
        control(pid, "enable_random name=" + call + ",probability=" + probability + ",failinfo=" + errno);
    }

    void end(long pid, String call) throws IOException, InterruptedException {
        control(pid, "disable name=" + call);
    }

    private void control(long pid, String command) throws IOException, InterruptedException {
        Process control = new ProcessBuilder("fiu-ctrl", "-f", controls.toString(), "-c", command, Long.toString(pid))
                .inheritIO()
                .start();
        if (!control.waitFor(20, TimeUnit.SECONDS) || control.exitValue() != 0) {
            control.destroyForcibly();
            throw new IOException("fiu-ctrl does not do '" + command + "'");
        }
    }
}
