package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.sync.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * How fast, how short and in how much memory a device sends its notes to the real relay, and another one fetches them. Every device is a fresh process with a
 * heap of 64 MiB and the quick compiler only, as suits what runs for a second; it is timed from when it is asked to sync, its database open. The relay is one
 * process throughout.
 */
final class SyncFigures {
    private static final int ROUNDS = 3;
    private static final long POST_BYTES_MAX = 4 << 20;
    private static final List<String> CLIENT =
            List.of("-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

    private final BenchFolder folder;
    private final List<Notes.Note> notes;

    SyncFigures(BenchFolder folder, List<Notes.Note> notes) {
        this.folder = folder;
        this.notes = notes;
    }

    /** One run of a child: how many events per second, and its peak memory. */
    private record Run(double perSecond, double peakMib) {}

    void measure(Consumer<Figure> figures) throws Exception {
        try (BenchRelay relay = BenchRelay.start(folder)) {
            Run[] pushes = new Run[ROUNDS];
            Run[] pulls = new Run[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                BenchDevices devices = BenchDevices.make(folder, relay.url(), notes);
                pushes[round] = sync(devices.writer());
                pulls[round] = sync(devices.reader());
            }
            BenchRelay.Traffic traffic = relay.record(
                    proxied -> {
                        BenchDevices devices = BenchDevices.make(folder, proxied, notes);
                        sync(devices.writer());
                        return devices.reader();
                    },
                    this::sync);
            double idle = child("idle").peakMib;
            Figure.Aim push = Figure.value(35_000);
            Figure.Aim pull = Figure.value(30_000);
            figures.accept(Figure.speed(
                    "push, fresh process", perSecond(pushes), postFloor(traffic.pushBytes()), push, 7_030));
            figures.accept(Figure.speed("first pull, fresh process", perSecond(pulls), insertFloor(), pull, 5_340));
            double gzip = gzipBytes() / (double) notes.size();
            double pushBytes = traffic.pushBytes() / (double) notes.size();
            double pullBytes = traffic.pullBytes() / (double) notes.size();
            figures.accept(Figure.size("wire per record, push", pushBytes, "bytes", gzip, 130, 357));
            figures.accept(Figure.size("wire per record, pull", pullBytes, "bytes", gzip, 130, 357));
            figures.accept(Figure.size("peak memory, push", peakMib(pushes), "MiB", idle, 110, 156));
            figures.accept(Figure.size("peak memory, pull", peakMib(pulls), "MiB", idle, 110, 189));
        }
    }

    private static double perSecond(Run[] runs) {
        double[] rates = new double[runs.length];
        for (int i = 0; i < runs.length; i++) {
            rates[i] = runs[i].perSecond;
        }
        return Timing.median(rates);
    }

    private static double peakMib(Run[] runs) {
        double highest = 0;
        for (Run run : runs) {
            highest = Math.max(highest, run.peakMib);
        }
        return highest;
    }

    private Run sync(Path home) throws IOException, InterruptedException {
        return child("sync", home.toString());
    }

    private Run child(String... args) throws IOException, InterruptedException {
        try (CliProcess process = CliProcess.start(CLIENT, BenchChild.class.getName(), args)) {
            CliProcess.Result result = process.finish();
            if (result.exit() != 0) {
                throw CliException.failed("the measured process '" + args[0] + "' failed: " + result.err());
            }
            JsonObject measured = result.json();
            double seconds = number(measured, "nanos") / Timing.NANOS_PER_SECOND;
            return new Run(number(measured, "events") / seconds, number(measured, "peakKib") / 1024);
        }
    }

    private static double number(JsonObject json, String name) {
        return json.get(name).asNumber().doubleValue();
    }

    private double postFloor(long bytes) throws Exception {
        int requests = (int) (bytes / POST_BYTES_MAX + 1);
        try (FloorServer server = new FloorServer(folder.place("floor-server"))) {
            double[] rates = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                double requestsPerSecond =
                        child("post", server.url(), Long.toString(bytes), Integer.toString(requests)).perSecond;
                rates[round] = requestsPerSecond / requests * notes.size();
            }
            return Timing.median(rates);
        }
    }

    private double insertFloor() throws IOException, InterruptedException {
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            rates[round] = child("insert", folder.place("floor").toString(), Integer.toString(notes.size())).perSecond;
        }
        return Timing.median(rates);
    }

    private long gzipBytes() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(all, new Deflater(Deflater.BEST_COMPRESSION))) {
            for (Notes.Note note : new ArrayList<>(notes)) {
                deflating.write((note.json() + "\n").getBytes(StandardCharsets.UTF_8));
            }
        }
        return all.size();
    }
}
