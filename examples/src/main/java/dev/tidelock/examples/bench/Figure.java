package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.Locale;

/**
 * One measured figure, beside its floor: what the machine would do if there were nothing but the bare work, measured in the same run.
 *
 * @param higherIsBetter whether it is a speed, rather than a size
 * @param aim what the project aims at, for the value or for its ratio to the floor
 * @param evolu what Evolu 7.4, the closest relative, reached on the machine that all reference figures were taken on; not a number
 *     where that has nothing of the kind
 */
public record Figure(
        String name, double value, String unit, double floor, boolean higherIsBetter, Aim aim, double evolu) {
    /** A bound for the value, or for its ratio to the floor. */
    public record Aim(boolean ofRatio, double bound) {}

    static Figure speed(String name, double value, double floor, Aim aim, double evolu) {
        return new Figure(name, value, "rec/s", floor, true, aim, evolu);
    }

    static Figure size(String name, double value, String unit, double floor, double aim, double evolu) {
        return new Figure(name, value, unit, floor, false, new Aim(false, aim), evolu);
    }

    static Figure plainSpeed(String name, double value, double floor, Aim aim) {
        return speed(name, value, floor, aim, Double.NaN);
    }

    static Figure plainSize(String name, double value, String unit, double floor, Aim aim) {
        return new Figure(name, value, unit, floor, false, aim, Double.NaN);
    }

    static Aim ratio(double bound) {
        return new Aim(true, bound);
    }

    static Aim value(double bound) {
        return new Aim(false, bound);
    }

    public double ratioToFloor() {
        return value / floor;
    }

    public boolean isMet() {
        double compared = aim.ofRatio ? ratioToFloor() : value;
        return higherIsBetter ? compared >= aim.bound : compared <= aim.bound;
    }

    public boolean isAheadOfEvolu() {
        return higherIsBetter ? value > evolu : value < evolu;
    }

    private String aimText() {
        String sign = higherIsBetter ? "at least " : "at most ";
        return aim.ofRatio ? sign + aim.bound + " of the floor" : sign + String.format(Locale.ROOT, "%,.0f", aim.bound);
    }

    public JsonObject toJson() {
        JsonObject figure = Json.object(
                "name", name,
                "value", rounded(value),
                "unit", unit,
                "floor", rounded(floor),
                "ratio", rounded(ratioToFloor()),
                "aim", aimText(),
                "met", isMet());
        return Double.isNaN(evolu)
                ? figure
                : figure.with("evolu", JsonValue.of(rounded(evolu)))
                        .with("aheadOfEvolu", JsonValue.of(isAheadOfEvolu()));
    }

    private static double rounded(double number) {
        return Math.abs(number) >= 1000 ? Math.rint(number) : Math.rint(number * 100) / 100;
    }

    /** The head of the table whose rows {@link #toString} gives. */
    public static String head() {
        return String.format(
                Locale.ROOT,
                "%-34s %10s %-5s %10s %6s  %-22s %-4s %10s",
                "figure",
                "value",
                "unit",
                "floor",
                "ratio",
                "aim",
                "met",
                "Evolu");
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%-34s %,10.0f %-5s %,10.0f %6.2f  %-22s %-4s %10s",
                name,
                value,
                unit,
                floor,
                ratioToFloor(),
                aimText(),
                isMet() ? "yes" : "no",
                Double.isNaN(evolu) ? "" : String.format(Locale.ROOT, "%,.0f", evolu));
    }
}
