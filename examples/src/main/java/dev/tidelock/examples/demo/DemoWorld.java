package dev.tidelock.examples.demo;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.proxy.RecordingProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The demo's folder and processes: a relay, the proxy before it, and the folders of two devices. */
final class DemoWorld implements AutoCloseable {
    private final Path folder;
    private final Path relayFolder;
    private final Path wire;
    private CliProcess relay;
    private int relayPort;
    private RecordingProxy proxy;

    private DemoWorld(Path folder) {
        this.folder = folder;
        this.relayFolder = folder.resolve("relay");
        this.wire = folder.resolve("wire");
    }

    static DemoWorld open() throws IOException {
        DemoWorld world = new DemoWorld(Files.createTempDirectory("tidelock-demo-"));
        Files.createDirectory(world.relayFolder);
        return world;
    }

    /** Starts the relay: the second time on the same port and database. */
    void startRelay() throws IOException {
        relay = CliProcess.start(
                "relay",
                "--port",
                Integer.toString(relayPort),
                "--data",
                relayFolder.resolve("relay.db").toString(),
                "--json");
        relayPort = URI.create(relay.jsonLine().get("url").asString()).getPort();
        if (proxy == null) {
            proxy = startProxy();
        }
    }

    private RecordingProxy startProxy() throws IOException {
        return RecordingProxy.start("http://127.0.0.1:" + relayPort, wire);
    }

    void stopRelay() throws IOException, InterruptedException {
        CliProcess.Result stopped = relay.stop();
        if (stopped.exit() != 0) {
            throw CliException.failed("the relay ended with status " + stopped.exit() + ": " + stopped.err());
        }
        relay.close();
    }

    long relayPid() {
        return relay.pid();
    }

    String proxyUrl() {
        return proxy.url();
    }

    String laptop() {
        return folder.resolve("laptop").toString();
    }

    String phone() {
        return folder.resolve("phone").toString();
    }

    CliProcess.Result laptop(String command) throws IOException, InterruptedException {
        return cli(command, laptop());
    }

    CliProcess.Result phone(String command) throws IOException, InterruptedException {
        return cli(command, phone());
    }

    /** Runs a command in a process of its own, which has to succeed. */
    CliProcess.Result cli(String... args) throws IOException, InterruptedException {
        return CliProcess.runWell(withJson(args));
    }

    CliProcess.Result tryCli(String... args) throws IOException, InterruptedException {
        return CliProcess.run(withJson(args));
    }

    private static String[] withJson(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("--json");
        return all.toArray(String[]::new);
    }

    Path write(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    /** The recording of the wire, and all files of the relay. */
    List<Path> everythingTheRelaySaw() throws IOException {
        List<Path> files = new ArrayList<>(filesIn(wire));
        files.addAll(filesIn(relayFolder));
        return files;
    }

    private static List<Path> filesIn(Path start) throws IOException {
        try (Stream<Path> inside = Files.walk(start)) {
            return inside.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
    }

    byte[] laptopDatabase() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : filesIn(Path.of(laptop()))) {
            if (file.getFileName().toString().startsWith("store.db")) {
                all.writeBytes(Files.readAllBytes(file));
            }
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
        if (relay != null) {
            relay.close();
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path each : inside.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.deleteIfExists(each);
            }
        }
    }
}
