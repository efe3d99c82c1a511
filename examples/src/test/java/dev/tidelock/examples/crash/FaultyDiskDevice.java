package dev.tidelock.examples.crash;

import java.io.IOException;
import java.util.List;

/** The other end of a {@link FaultyDiskChild}: tells it what to do, and counts what came of it. */
final class FaultyDiskDevice implements AutoCloseable {
    private final JavaProcess process;
    private final Progress progress;
    private long failures;

    private FaultyDiskDevice(JavaProcess process, Progress progress) {
        this.process = process;
        this.progress = progress;
    }

    /** @param wrapper a command that runs the one that follows it */
    static FaultyDiskDevice start(List<String> wrapper, java.nio.file.Path scratch, Space space, long seed)
            throws IOException {
        JavaProcess process = JavaProcess.start(
                wrapper,
                FaultyDiskChild.class,
                scratch,
                space.folder(0),
                space.relay().url(),
                seed);
        return new FaultyDiskDevice(process, space.progress().get(0));
    }

    long pid() {
        return process.pid();
    }

    /** How many calls failed so far, each with the right type. */
    long failures() {
        return failures;
    }

    /**
     * Has it do something while the disk fails.
     *
     * @param kinds the kinds of failure that are right, between spaces
     * @return how many steps failed
     */
    long run(String command, String kinds) throws IOException {
        long before = failures;
        process.send(command);
        for (String line = process.readLine(); !"done".equals(line); line = process.readLine()) {
            note(command, line, kinds);
        }
        return failures - before;
    }

    /** Has it do something that has to go through. */
    void runWell(String command) throws IOException {
        run(command, "none");
    }

    private void note(String command, String line, String kinds) {
        if (line == null) {
            throw new AssertionError("the process ended at '" + command + "'");
        }
        String[] words = line.split(" ");
        switch (words[0]) {
            case "opened", "closed", "read", "synced" -> {}
            case "wrote" -> progress.wrote(Long.parseLong(words[2]));
            case "failed" -> {
                if (!List.of(kinds.split(" ")).contains(words[1])) {
                    throw new AssertionError(
                            "'" + command + "' should have gone through, or failed with " + kinds + ": " + line);
                }
                failures++;
            }
            default -> throw new AssertionError("at '" + command + "' the device says: " + line);
        }
    }

    void kill() throws IOException, InterruptedException {
        process.kill();
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.close();
    }
}
