package dev.tidelock.examples.crash;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * A device in a process of its own whose disk is about to fail. It does what it is told, and says of each step how it went: {@code wrote NUMBER COUNTER},
 * {@code read}, {@code synced}, {@code opened}; {@code failed KIND} for a failure with the right type, and {@code wrong} with an explanation for
 * anything else; {@code done} when it has done all.
 */
final class FaultyDiskChild {
    private final Path folder;
    private final String relayUrl;
    private final Script script;
    private final Model model;
    private Device device;

    private FaultyDiskChild(String[] arguments) {
        folder = Path.of(arguments[0]);
        relayUrl = arguments[1];
        long seed = Long.parseLong(arguments[2]);
        script = new Script(seed, 0);
        model = new Model(seed, 1);
    }

    /** @param arguments the device's folder, the relay's address, and the seed of the script */
    public static void main(String[] arguments) throws Exception {
        FaultyDiskChild child = new FaultyDiskChild(arguments);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            child.run(words[0], words.length > 1 ? Integer.parseInt(words[1]) : 0);
            Says.line("done");
        }
    }

    /** An operation on the store, or on what stands on it. */
    private interface Step {
        String run() throws Exception;
    }

    private void run(String command, int count) {
        switch (command) {
            case "open" -> attempt(this::open);
            case "close" -> attempt(this::close);
            case "write" -> {
                for (int i = 0; i < count; i++) {
                    attempt(this::write);
                }
            }
            case "read" -> attempt(this::read);
            case "sync" -> attempt(this::sync);
            default -> throw new IllegalArgumentException(command);
        }
    }

    private static void attempt(Step step) {
        try {
            Says.line(step.run());
        } catch (StoreException failed) {
            Says.line("failed " + failed.kind() + " " + oneLine(failed));
        } catch (SyncException failed) {
            Says.line(
                    failed.blockedBy() == BlockedBy.STORE
                            ? "failed " + kindOf(failed) + " " + oneLine(failed)
                            : "wrong " + oneLine(failed));
        } catch (Exception | Error unexpected) {
            Says.line("wrong " + oneLine(unexpected));
        }
    }

    /** The failure of the store is among the causes; if not, that is wrong as well. */
    private static String kindOf(SyncException failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException ofStore) {
                return ofStore.kind().name();
            }
        }
        return "UNKNOWN";
    }

    private static String oneLine(Throwable unexpected) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = unexpected; cause != null; cause = cause.getCause()) {
            text.append(cause).append(" at ").append(cause.getStackTrace()[0]).append("; ");
        }
        return text.toString().replace('\n', ' ');
    }

    private String open() throws Exception {
        Device prepared = Device.prepare(folder, relayUrl);
        prepared.open();
        device = prepared;
        return "opened";
    }

    private String close() {
        device.close();
        return "closed";
    }

    /** What failed had no effect, so the same operation is tried again, until it is there once. */
    private String write() {
        long number = model.operations(0) + 1;
        long counter = script.at(number).run(device.client());
        model.advance(0, number);
        return "wrote " + number + " " + counter;
    }

    private String read() {
        String notes = Script.notesOf(0);
        Map<String, JsonValue> found = new TreeMap<>();
        device.client().collection(notes).forEach(found::put);
        device.client().status();
        return model.records(notes).equals(found) ? "read" : "wrong what is read is not what was written";
    }

    private String sync() throws Exception {
        device.client().sync();
        return "synced";
    }
}
