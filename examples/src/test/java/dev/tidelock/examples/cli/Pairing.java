package dev.tidelock.examples.cli;

import dev.tidelock.sync.json.JsonValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** {@code tidelock pair} on a thread of its own, as it waits for the other device. */
final class Pairing implements AutoCloseable {
    private final CompletableFuture<Integer> exit;
    private final BufferedReader out;
    private final StringWriter err;
    private final String uri;

    private Pairing(CompletableFuture<Integer> exit, BufferedReader out, StringWriter err) throws IOException {
        this.exit = exit;
        this.out = out;
        this.err = err;
        String first = out.readLine();
        if (first == null) {
            throw new IllegalStateException("no pairing URI: " + err);
        }
        this.uri = JsonValue.parse(first).asObject().get("uri").asString();
    }

    static Pairing start(Path home, String... options) throws IOException {
        PipedWriter pipe = new PipedWriter();
        BufferedReader out = new BufferedReader(new PipedReader(pipe));
        StringWriter err = new StringWriter();
        String[] args = Stream.concat(Stream.of("pair", home.toString(), "--json"), Arrays.stream(options))
                .toArray(String[]::new);
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(() -> {
            try (PrintWriter writer = new PrintWriter(pipe)) {
                return Main.run(writer, new PrintWriter(err), args);
            }
        });
        return new Pairing(exit, out, err);
    }

    String uri() {
        return uri;
    }

    /** Waits for its end. @return the line about the device that was let in; null if none was */
    String finish() throws Exception {
        String line = out.readLine();
        exit.get();
        return line;
    }

    int exit() throws Exception {
        return exit.get();
    }

    String err() {
        return err.toString();
    }

    @Override
    public void close() throws Exception {
        out.close();
    }
}
