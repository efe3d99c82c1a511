package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.examples.proxy.RecordingProxy;
import dev.tidelock.sync.Collection;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncListener;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;

/**
 * How soon an edit on one device is told on another one: both run, over a WebSocket to the real relay, a process of its own, encrypted and with a durable store on each side. From when {@code put} has returned to
 * the other device's listener. And the same while the line is cut again and again: then only whether each edit is told, and told once.
 */
final class LiveEditFigures {
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int CUTS = 200;
    private static final Duration INTERVAL = Duration.ofSeconds(30);
    private static final Duration WAIT_MAX = Duration.ofSeconds(60);
    private static final double NANOS_PER_MICRO = 1e3;

    private final BenchFolder folder;
    private final int edits;
    private final List<Notes.Note> notes;

    LiveEditFigures(BenchFolder folder, int edits) {
        this.folder = folder;
        this.edits = edits;
        this.notes = Notes.generate(edits);
    }

    /** Two devices that run, and when each edit was made on the one and told on the other. */
    private final class Pair implements AutoCloseable {
        private final DeviceHome writer;
        private final DeviceHome reader;
        private final AtomicLongArray putNanos = new AtomicLongArray(2 * edits);
        private final AtomicLongArray toldNanos = new AtomicLongArray(2 * edits);
        private final AtomicLongArray timesTold = new AtomicLongArray(2 * edits);

        Pair(String url) throws Exception {
            BenchDevices devices = BenchDevices.make(folder, url, RelayWay.WS, List.of());
            writer = DeviceHome.open(devices.writer(), new Passphrase(), INTERVAL);
            reader = DeviceHome.open(devices.reader(), new Passphrase(), INTERVAL);
            reader.client().addListener(new SyncListener() {
                @Override
                public void onRecordsChanged(Set<RecordKey> keys) {
                    long now = System.nanoTime();
                    for (RecordKey key : keys) {
                        int edit = Integer.parseInt(key.id());
                        toldNanos.set(edit, now);
                        timesTold.incrementAndGet(edit);
                    }
                    wake();
                }
            });
            writer.client().start();
            reader.client().start();
            await("the lines are not open", this::areLive);
        }

        boolean areLive() {
            return writer.client().isLive() && reader.client().isLive();
        }

        private synchronized void wake() {
            notifyAll();
        }

        /** Makes edits, one every 20 ms. */
        void edit(int from, int to, Runnable before) {
            Collection collection = writer.client().collection("notes");
            long next = System.nanoTime();
            for (int i = from; i < to; i++) {
                Timing.sleepUntil(next);
                next += PACE_NANOS;
                before.run();
                collection.put(
                        Integer.toString(i),
                        JsonValue.parse(notes.get(i % edits).json()));
                putNanos.set(i, System.nanoTime());
            }
        }

        void awaitTold(int from, int to) throws Exception {
            await("not every edit was told", () -> {
                for (int i = from; i < to; i++) {
                    if (timesTold.get(i) == 0) {
                        return false;
                    }
                }
                return true;
            });
        }

        private synchronized void await(String what, java.util.function.BooleanSupplier condition) throws Exception {
            long end = System.nanoTime() + WAIT_MAX.toNanos();
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() > end) {
                    throw new TimeoutException(what + " within " + WAIT_MAX.toSeconds() + " s");
                }
                wait(20);
            }
        }

        /** From put to listener, in microseconds, sorted. */
        double[] micros(int from, int to) {
            double[] micros = new double[to - from];
            for (int i = from; i < to; i++) {
                micros[i - from] = Math.max(0, toldNanos.get(i) - putNanos.get(i)) / NANOS_PER_MICRO;
            }
            Arrays.sort(micros);
            return micros;
        }

        int toldOnce(int from, int to) {
            int once = 0;
            for (int i = from; i < to; i++) {
                once += timesTold.get(i) == 1 ? 1 : 0;
            }
            return once;
        }

        @Override
        public void close() {
            writer.close();
            reader.close();
        }
    }

    void measure(Consumer<Figure> figures) throws Exception {
        try (BenchRelay relay = BenchRelay.start(folder)) {
            double[] floor;
            try (LineFloor line = LineFloor.start(folder)) {
                floor = line.micros(notes, PACE_NANOS);
            }
            double[] live = live(relay.url());
            figures.accept(micros("edit to listener, median", live, 0.5, floor, 1_500));
            figures.accept(micros("edit to listener, 99th percentile", live, 0.99, floor, 5_000));
            int once = onceOverCuts(relay.url());
            figures.accept(new Figure(
                    "told once, over " + CUTS + " cuts", once, "edits", edits, true, Figure.ratio(1), Double.NaN));
        }
    }

    private static Figure micros(String name, double[] values, double share, double[] floor, double aim) {
        return Figure.plainSize(name, at(values, share), "µs", at(floor, share), Figure.value(aim));
    }

    private static double at(double[] sorted, double share) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    /** As many edits to warm up as count, for what runs all day is warm. */
    private double[] live(String url) throws Exception {
        try (Pair pair = new Pair(url)) {
            pair.edit(0, 2 * edits, () -> {});
            pair.awaitTold(0, 2 * edits);
            requireOnce(pair);
            return pair.micros(edits, 2 * edits);
        }
    }

    private void requireOnce(Pair pair) {
        if (pair.toldOnce(0, 2 * edits) != 2 * edits) {
            throw new IllegalStateException("an edit was told twice");
        }
    }

    private int onceOverCuts(String url) throws Exception {
        try (RecordingProxy proxy = RecordingProxy.start(url, folder.place("line"));
                Pair pair = new Pair(proxy.url())) {
            int[] cuts = {0};
            int[] made = {0};
            pair.edit(0, edits, () -> {
                made[0]++;
                if (cuts[0] < CUTS * (long) made[0] / edits && pair.areLive()) {
                    proxy.cut();
                    cuts[0]++;
                }
            });
            for (int missed = CUTS - cuts[0]; missed > 0; missed--) {
                pair.await("the lines are not open", pair::areLive);
                proxy.cut();
            }
            pair.awaitTold(0, edits);
            return pair.toldOnce(0, edits);
        }
    }
}
