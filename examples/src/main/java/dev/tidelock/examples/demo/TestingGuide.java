package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.strategy.Strategy;
import dev.tidelock.sync.testkit.FaultPlan;
import dev.tidelock.sync.testkit.Simulation;
import dev.tidelock.sync.testkit.SimulationResult;
import dev.tidelock.sync.testkit.StrategyLaws;
import dev.tidelock.sync.testkit.TestDevice;
import dev.tidelock.sync.testkit.TestWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The programs of {@code docs/testing.md}: their regions are its text, and a test runs them. */
final class TestingGuide {
    private TestingGuide() {}

    /** Two devices in one test. */
    static String twoDevices(TestWorld world) {
        // region two-devices
        TestDevice laptop = world.device(app -> app.strategy("notes", Strategy.fieldMerge()));
        TestDevice phone = world.device(app -> app.strategy("notes", Strategy.fieldMerge()));
        laptop.client().collection("notes").put("1", "{\"title\":\"Milk\",\"done\":false}");
        world.syncAll();

        phone.goOffline();
        phone.client().collection("notes").put("1", "{\"title\":\"Milk\",\"done\":true}");
        laptop.client().collection("notes").put("1", "{\"title\":\"Oat milk\",\"done\":false}");
        world.advance(Duration.ofDays(3));
        phone.goOnline();
        world.syncAll();

        assert laptop.client().stateHash().equals(phone.client().stateHash());
        String merged =
                phone.client().collection("notes").get("1").orElseThrow().toJson();
        // {"done":true,"title":"Oat milk"}
        // endregion
        return merged;
    }

    /** A crash, and an update of the app. */
    static long crashes(TestWorld world) {
        // region crash
        TestDevice phone = world.device();
        Collection counters = phone.client().collection("counters");
        counters.op("visits", "add", JsonValue.of(1));
        phone.crash(); // kill -9: phone.client() is a new one, on the same disk
        phone.setClockOffset(Duration.ofDays(-400)); // a phone whose battery was empty for long
        phone.client().collection("counters").op("visits", "add", JsonValue.of(1));
        phone.sync();
        // endregion
        return phone.client()
                .collection("counters")
                .get("visits")
                .orElseThrow()
                .asNumber()
                .longValue();
    }

    /** What the app shows. */
    static List<String> shows(TestWorld world) {
        List<String> screen = new ArrayList<>();
        // region listen
        TestDevice phone = world.device();
        phone.client().collection("notes").addListener(changes -> changes.forEach(change -> screen.add(change.id())));
        TestDevice laptop = world.device();
        laptop.client().collection("notes").put("from the laptop", "1");
        world.syncAll();
        world.advance(Duration.ofSeconds(1)); // listeners run as time passes
        // endregion
        return screen;
    }

    /** The one law. */
    static void law() {
        // region law
        Strategy longest = Strategy.merging((base, local, remote) ->
                local.value().toJson().length() >= remote.value().toJson().length() ? local.value() : remote.value());
        StrategyLaws.check(longest); // throws with the smallest case, if equal inputs do not give equal results
        // endregion
    }

    /** Many histories. */
    static void simulate() {
        // region simulate
        for (long seed = 1; seed <= 20; seed++) {
            SimulationResult result = Simulation.seeded(seed)
                    .devices(3)
                    .faults(FaultPlan.everything())
                    .run();
            if (!result.held()) {
                throw new AssertionError("seed " + seed + ": " + result.failure());
            }
        }
        // endregion
    }
}
