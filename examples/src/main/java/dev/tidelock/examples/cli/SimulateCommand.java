package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.sync.testkit.SimulationRun;
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
    private static final int DEVICES_MAX = 100;

    /** How many histories are one piece of work. */
    private static final long PART = 20;

    @Option(names = "--seeds", paramLabel = "N", description = "How many histories; 1,000 unless given.")
    private long seeds = 1_000;

    @Option(names = "--from", paramLabel = "S", description = "The first seed; 0 unless given.")
    private long from;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "How many devices, 2 to 100; 2 to 8, as the seed says, unless given.")
    private int devices = SimulationRun.MIXED_DEVICES;

    private long histories;
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
        if (devices != SimulationRun.MIXED_DEVICES && (devices < DEVICES_MIN || devices > DEVICES_MAX)) {
            throw CliException.usage("--devices is " + devices + "; it must be 2 to 100");
        }
        runAll();
        print(
                Json.object(
                        "histories", histories,
                        "events", events,
                        "lost", lost,
                        "diverged", diverged,
                        "stuck", stuck,
                        "broken", broken,
                        "failingSeeds", failingSeeds),
                String.format(
                        Locale.ROOT,
                        "%,d histories with %,d events: %d lost, %d diverged, %d stuck, %d otherwise broken",
                        histories,
                        events,
                        lost,
                        diverged,
                        stuck,
                        broken));
        return lost + diverged + stuck + broken == 0 ? 0 : Failures.FAILED;
    }

    /** Each history is one thread's; several run side by side, and are counted in the order of their seeds. */
    private void runAll() throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Deque<Future<SimulationRun>> running = new ArrayDeque<>();
        try (Progress progress = progress("Simulating")) {
            long begun = 0;
            while (histories < seeds) {
                while (running.size() < 2 * threads && begun < seeds) {
                    long first = from + begun;
                    long count = Math.min(PART, seeds - begun);
                    running.add(
                            pool.submit(() -> SimulationRun.run(first, count, devices, SimulationRun.Progress.NONE)));
                    begun += count;
                }
                count(running.remove().get());
                progress.at(histories, seeds);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private void count(SimulationRun part) {
        histories += part.histories();
        events += part.events();
        lost += part.lost();
        diverged += part.diverged();
        stuck += part.stuck();
        broken += part.broken();
        failingSeeds.addAll(part.failingSeeds());
        part.failures().forEach(failure -> say("Failed: " + Failures.oneLine(failure)));
        part.failingSeeds().forEach(this::sayHowToReplay);
    }

    private void sayHowToReplay(long seed) {
        String count = devices == SimulationRun.MIXED_DEVICES ? "" : " --devices " + devices;
        say("Replay: tidelock simulate --seeds 1 --from " + seed + count);
    }
}
