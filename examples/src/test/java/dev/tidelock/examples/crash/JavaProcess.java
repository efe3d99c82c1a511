package dev.tidelock.examples.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another Java process, which starts quickly, speaks in lines, and can be killed. */
final class JavaProcess implements AutoCloseable {
    private static final List<String> QUICK_START =
            List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m");

    private final Process process;
    private final BufferedReader out;
    private final Path temporaryFiles;

    private JavaProcess(Process process, Path temporaryFiles) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.temporaryFiles = temporaryFiles;
    }

    static JavaProcess start(Class<?> main, Path folder, Object... arguments) throws IOException {
        return start(List.of(), main, folder, arguments);
    }

    /**
     * @param wrapper a command that runs the one that follows it
     * @param folder what the process needs in passing goes there, and goes away with it
     */
    static JavaProcess start(List<String> wrapper, Class<?> main, Path folder, Object... arguments) throws IOException {
        Path temporaryFiles = Files.createTempDirectory(folder, "process-");
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(QUICK_START);
        command.add("-Djava.io.tmpdir=" + temporaryFiles);
        command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        Arrays.stream(arguments).map(Object::toString).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new JavaProcess(process, temporaryFiles);
    }

    long pid() {
        return process.pid();
    }

    /** The next line that it said; null if it has ended. */
    String readLine() throws IOException {
        return out.readLine();
    }

    /** @throws IOException if the next line that it says is another one */
    void expect(String line) throws IOException {
        String said = readLine();
        if (!line.equals(said)) {
            throw new IOException("the process should have said '" + line + "', but said '" + said + "'");
        }
    }

    void send(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    /** As by {@code kill -9}: nothing is written, nothing is closed. Gives what it had still said before. */
    List<String> kill() throws IOException, InterruptedException {
        process.toHandle().destroyForcibly(); // and not the process itself, which would close the stream
        List<String> rest = new ArrayList<>();
        for (String line = readLine(); line != null; line = readLine()) {
            rest.add(line);
        }
        close();
        return rest;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            throw new IOException("a killed process does not end");
        }
        if (Files.exists(temporaryFiles)) {
            delete(temporaryFiles);
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> inside;
        try (Stream<Path> files = Files.list(folder)) {
            inside = files.collect(Collectors.toList());
        }
        for (Path file : inside) {
            if (Files.isDirectory(file)) {
                delete(file);
            } else {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
