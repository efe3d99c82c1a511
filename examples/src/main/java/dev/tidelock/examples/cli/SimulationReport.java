package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.testkit.Fault;
import dev.tidelock.sync.testkit.SimulationFailure;
import dev.tidelock.sync.testkit.SimulationResult;
import dev.tidelock.sync.testkit.SimulationRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What {@code simulate} says at its end. */
final class SimulationReport {
    private final SimulationRun total;
    private final int threads;
    private final double seconds;
    private final List<SimulationResult> shortened = new ArrayList<>();

    SimulationReport(SimulationRun total, int threads, long nanos) {
        this.total = total;
        this.threads = threads;
        this.seconds = nanos / 1e9;
    }

    /** A history that failed, as short as it could be made. */
    void shortened(SimulationResult result) {
        shortened.add(result);
    }

    private long perSecond() {
        return Math.round(total.histories() / Math.max(seconds, 1e-9));
    }

    JsonObject json() {
        List<JsonValue> scripts = new ArrayList<>();
        shortened.forEach(result -> scripts.add(Json.object(
                "seed", result.seed(),
                "failure", message(result),
                "steps", result.script().length(),
                "script", result.script())));
        return Json.object(
                "histories", total.histories(),
                "operations", total.operations(),
                "operationsMin", least(total.operationsMin()),
                "events", total.events(),
                "lost", total.lost(),
                "diverged", total.diverged(),
                "stuck", total.stuck(),
                "broken", total.broken(),
                "failingSeeds", total.failingSeeds(),
                "scripts", scripts,
                "faults", faults(total.faults()),
                "faultKindsMin", least(total.faultKindsMin()),
                "tracesRepeated", total.tracesRepeated(),
                "traceHash", hex(total.traceHash()),
                "threads", threads,
                "millis", Math.round(seconds * 1000),
                "historiesPerSecond", perSecond());
    }

    String text() {
        StringBuilder text = new StringBuilder();
        for (SimulationResult result : shortened) {
            text.append(text(result))
                    .append("\nReplay: keep these lines in a file, then tidelock simulate --replay FILE\n\n");
        }
        long faults =
                total.faults().values().stream().mapToLong(Long::longValue).sum();
        text.append(String.format(
                Locale.ROOT,
                "%,d histories with %,d operations, at least %d in each, and %,d faults of %d kinds, at least %d kinds in each:%n",
                total.histories(),
                total.operations(),
                least(total.operationsMin()),
                faults,
                total.faults().size(),
                least(total.faultKindsMin())));
        new TreeMap<>(total.faults())
                .forEach((fault, count) -> text.append(String.format(Locale.ROOT, "  %-20s %,12d%n", fault, count)));
        text.append(String.format(
                Locale.ROOT,
                "%,d run twice, with the same trace; the hash of all traces is %s%n%,d histories per second, on %d threads%n",
                total.tracesRepeated(),
                hex(total.traceHash()),
                perSecond(),
                threads));
        return text.append(String.format(
                        Locale.ROOT,
                        "lost %d, diverged %d, stuck %d, otherwise broken %d",
                        total.lost(),
                        total.diverged(),
                        total.stuck(),
                        total.broken()))
                .toString();
    }

    /** Of no history that held, there is no least. */
    private static long least(long min) {
        return min == Long.MAX_VALUE ? 0 : min;
    }

    /** One history that was replayed. */
    static JsonObject json(SimulationResult result) {
        SimulationFailure failure = result.failure();
        return Json.object(
                "histories", 1,
                "operations", result.operations(),
                "events", result.events(),
                "lost", count(failure, SimulationFailure.Kind.LOST),
                "diverged", count(failure, SimulationFailure.Kind.DIVERGED),
                "stuck", count(failure, SimulationFailure.Kind.STUCK),
                "broken", count(failure, SimulationFailure.Kind.BROKEN),
                "failure", failure == null ? null : message(result),
                "steps", result.script().length(),
                "faults", faults(result.faults()),
                "traceHash", hex(result.traceHash()));
    }

    private static int count(SimulationFailure failure, SimulationFailure.Kind kind) {
        return failure != null && failure.kind() == kind ? 1 : 0;
    }

    static String text(SimulationResult result) {
        String head = String.format(
                Locale.ROOT,
                "Seed %d with %d devices, %d steps: ",
                result.seed(),
                result.devices(),
                result.script().length());
        return head + (result.held() ? "every promise is kept" : message(result)) + "\n"
                + result.script().toString().stripTrailing();
    }

    private static String message(SimulationResult result) {
        SimulationFailure failure = result.failure();
        return failure == null
                ? "its second run was another history"
                : Failures.oneLine(String.valueOf(failure.getMessage()));
    }

    private static JsonObject faults(Map<Fault, Long> counts) {
        Map<String, JsonValue> members = new TreeMap<>();
        counts.forEach((fault, count) -> members.put(fault.name(), JsonValue.of(count)));
        return JsonValue.object(members);
    }

    private static String hex(long hash) {
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
