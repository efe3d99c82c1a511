package dev.tidelock.examples.crash;

import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.status.SyncReport;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A device in a process of its own that writes and syncs until it is killed. It says {@code ready} when it could begin, begins when it is told a number of the
 * script, and then says {@code wrote NUMBER COUNTER} after each call that returned, and {@code synced} after each sync that went through.
 */
final class Writer {
    private static final Random RANDOM = new Random();

    private Writer() {}

    /** @param arguments the device's folder, the relay's address, and the seed of the script */
    public static void main(String[] arguments) throws Exception {
        Device device = Device.prepare(Path.of(arguments[0]), arguments[1]);
        Script script = new Script(Long.parseLong(arguments[2]), 0);
        warmUp(device);
        Says.line("ready");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long number = Long.parseLong(in.readLine());
        device.open();
        device.client().start();
        Says.line("opened");
        while (true) {
            number = write(device, script, number, 1 + RANDOM.nextInt(40));
            CompletableFuture<SyncReport> sync = device.client().syncAsync();
            number = write(device, script, number, RANDOM.nextInt(30)); // while it is under way
            Says.line(succeeds(sync) ? "synced" : "unsynced");
        }
    }

    private static long write(Device device, Script script, long from, int count) {
        for (long number = from; number < from + count; number++) {
            Says.line("wrote " + number + " " + script.at(number).run(device.client()));
        }
        return from + count;
    }

    private static boolean succeeds(CompletableFuture<SyncReport> sync) throws InterruptedException {
        try {
            sync.get();
            return true;
        } catch (ExecutionException relayAbsent) {
            return false;
        }
    }

    /** What the first sync would otherwise have to load and connect: so that the time until it is killed goes into work. */
    private static void warmUp(Device device) {
        try {
            device.relay().registrar().members();
        } catch (TransportException absent) {
            // It is being restarted; the device begins offline.
        }
    }
}
