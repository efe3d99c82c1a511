package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Progress;
import dev.tidelock.sync.testkit.Simulation;
import dev.tidelock.sync.testkit.SimulationFailure;
import dev.tidelock.sync.testkit.SimulationResult;
import dev.tidelock.sync.testkit.SimulationRun;
import dev.tidelock.sync.testkit.SimulationScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        description =
                "Runs histories of the real engine from seeds, with everything failing that can fail, and checks every promise. A seed that fails is shortened "
                        + "to a script of few steps, which --replay runs again; the same seed gives the same history.")
final class SimulateCommand extends BaseCommand {
    private static final int DEVICES_MIN = 2;
    private static final int DEVICES_MAX = 100;

    /** How many histories are one piece of work. */
    private static final long PART = 20;

    /** How many failing seeds are shortened, and how many histories each may cost. */
    private static final int SHORTENED_MAX = 3;

    private static final int SHORTENING_RUNS_MAX = 1_000;

    @Option(names = "--seeds", paramLabel = "N", description = "How many histories; 1,000 unless given.")
    private long seeds = 1_000;

    @Option(names = "--from", paramLabel = "S", description = "The first seed; 0 unless given.")
    private long from;

    @Option(
            names = "--devices",
            paramLabel = "N",
            description = "How many devices, 2 to 100; 2 to 8, as the seed says, unless given.")
    private int devices = SimulationRun.MIXED_DEVICES;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description = "Runs every Nth history twice, and compares; 50 unless given, 1 for all.")
    private long repeatEvery = 50;

    @Option(names = "--replay", paramLabel = "FILE", description = "Runs the one history that a script tells.")
    private Path replayed;

    @Override
    public Integer call() throws Exception {
        if (seeds < 1) {
            throw CliException.usage("--seeds is " + seeds + "; it must be at least 1");
        }
        if (devices != SimulationRun.MIXED_DEVICES && (devices < DEVICES_MIN || devices > DEVICES_MAX)) {
            throw CliException.usage("--devices is " + devices + "; it must be 2 to 100");
        }
        if (repeatEvery < 1) {
            throw CliException.usage("--repeat is " + repeatEvery + "; it must be at least 1");
        }
        return replayed == null ? simulate() : replay();
    }

    private int simulate() throws Exception {
        int threads = Runtime.getRuntime().availableProcessors();
        long startNanos = System.nanoTime();
        SimulationRun total = runAll(threads);
        SimulationReport report = new SimulationReport(total, threads, System.nanoTime() - startNanos);
        for (long seed : total.failingSeeds()
                .subList(0, Math.min(SHORTENED_MAX, total.failingSeeds().size()))) {
            report.shortened(shortened(seed));
        }
        print(report.json(), report.text());
        return total.held() ? 0 : Failures.FAILED;
    }

    /** Each history is one thread's; several run side by side, and are counted in the order of their seeds. */
    private SimulationRun runAll(int threads) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        Deque<Future<SimulationRun>> running = new ArrayDeque<>();
        SimulationRun total = SimulationRun.NONE;
        try (Progress progress = progress("Simulating")) {
            long begun = 0;
            while (total.histories() < seeds) {
                while (running.size() < 2 * threads && begun < seeds) {
                    long first = from + begun;
                    long count = Math.min(PART, seeds - begun);
                    running.add(pool.submit(() -> SimulationRun.run(first, count, devices, repeatEvery)));
                    begun += count;
                }
                SimulationRun part = running.remove().get();
                part.failures().forEach(failure -> say("Failed: " + Failures.oneLine(failure)));
                total = total.plus(part);
                progress.at(total.histories(), seeds);
            }
        } finally {
            pool.shutdownNow();
        }
        return total;
    }

    private SimulationResult shortened(long seed) {
        Simulation simulation = SimulationRun.simulation(seed, devices);
        SimulationResult failed = simulation.run();
        return failed.held() ? failed : simulation.shrink(failed, SHORTENING_RUNS_MAX);
    }

    private int replay() throws IOException {
        SimulationScript script;
        try {
            script = SimulationScript.parse(Files.readString(replayed));
        } catch (IllegalArgumentException noScript) {
            throw CliException.usage("--replay " + replayed + ": " + noScript.getMessage());
        }
        SimulationResult result =
                Simulation.seeded(script.seed()).replaying(script).run();
        SimulationFailure failure = result.failure();
        print(SimulationReport.json(result), SimulationReport.text(result));
        return failure == null ? 0 : Failures.FAILED;
    }
}
