package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.sync.testkit.Simulation;
import dev.tidelock.sync.testkit.SimulationFailure;
import dev.tidelock.sync.testkit.SimulationResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        description =
                "Runs histories of the real engine from seeds, with everything failing that can fail, and checks every promise. Prints the seeds that fail; "
                        + "the same seed gives the same history.")
final class SimulateCommand extends BaseCommand {
    private static final int DEVICES_MIN = 2;
    private static final int DEVICES_DEFAULT_MAX = 8;
    private static final int DEVICES_MAX = 100;

    @Option(names = "--seeds", paramLabel = "N", description = "How many histories; 1,000 unless given.")
    private long seeds = 1_000;

    @Option(names = "--from", paramLabel = "S", description = "The first seed; 0 unless given.")
    private long from;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "How many devices, 2 to 100; 2 to 8, as the seed says, unless given.")
    private int devices;

    private long events;
    private long lost;
    private long diverged;
    private long stuck;
    private long broken;
    private final List<Long> failingSeeds = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        if (seeds < 1) {
            throw CliException.usage("--seeds is " + seeds + "; it must be at least 1");
        }
        if (devices != 0 && (devices < DEVICES_MIN || devices > DEVICES_MAX)) {
            throw CliException.usage("--devices is " + devices + "; it must be 2 to 100");
        }
        runAll();
        print(
                Json.object(
                        "histories", seeds,
                        "events", events,
                        "lost", lost,
                        "diverged", diverged,
                        "stuck", stuck,
                        "broken", broken,
                        "failingSeeds", failingSeeds),
                String.format(
                        Locale.ROOT,
                        "%,d histories with %,d events: %d lost, %d diverged, %d stuck, %d otherwise broken",
                        seeds,
                        events,
                        lost,
                        diverged,
                        stuck,
                        broken));
        return failingSeeds.isEmpty() ? 0 : Failures.FAILED;
    }

    /** Each history is one thread's; several run side by side, and are counted in the order of their seeds. */
    private void runAll() throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Deque<Future<SimulationResult>> running = new ArrayDeque<>();
        try (Progress progress = progress("Simulating")) {
            for (long done = 0; done < seeds; done++) {
                while (running.size() < 2 * threads && done + running.size() < seeds) {
                    long seed = from + done + running.size();
                    running.add(pool.submit(() -> simulate(seed)));
                }
                count(running.remove().get());
                progress.at(done, seeds);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private SimulationResult simulate(long seed) {
        int spread = DEVICES_DEFAULT_MAX - DEVICES_MIN + 1;
        int count = devices != 0 ? devices : DEVICES_MIN + (int) Math.floorMod(seed, (long) spread);
        return Simulation.seeded(seed).devices(count).run();
    }

    private void count(SimulationResult result) {
        events += result.events();
        SimulationFailure failure = result.failure();
        if (failure == null) {
            return;
        }
        failingSeeds.add(result.seed());
        switch (failure.kind()) {
            case LOST -> lost++;
            case DIVERGED -> diverged++;
            case STUCK -> stuck++;
            case BROKEN -> broken++;
        }
        say("Seed " + result.seed() + " with " + result.devices() + " devices: "
                + Failures.oneLine(String.valueOf(failure.getMessage())) + "; replay: tidelock simulate --from "
                + result.seed() + " --seeds 1 --devices " + result.devices());
    }
}
