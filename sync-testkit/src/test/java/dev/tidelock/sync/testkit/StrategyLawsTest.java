package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A merge that is not deterministic is found, with a case that a person can look at. */
class StrategyLawsTest {
    private static String found(Strategy strategy) {
        return String.valueOf(assertThrows(AssertionError.class, () -> StrategyLaws.check(strategy))
                .getMessage());
    }

    @Test
    void check_whatComesWithTheLibrary_obeys() {
        StrategyLaws.check(Strategy.lastWriterWins());
        StrategyLaws.check(Strategy.fieldMerge());
        StrategyLaws.check(Strategy.union("id"));
        StrategyLaws.check(Strategy.manual());
        StrategyLaws.check(Strategy.preferDevice(DeviceId.of(new byte[DeviceId.BYTES])));
        StrategyLaws.check(Strategy.preferRole("role", "chief", "cook"));
    }

    @Test
    void check_chance_isFoundWithTheSmallestCase() {
        Random chance = new Random(5);
        String message = found(Strategy.merging((base, local, remote) -> {
            JsonObject object = local.value().asObject();
            boolean planted = object != null && object.get("b") != null;
            return planted && chance.nextBoolean() ? local.value() : remote.value();
        }));
        assertTrue(message.contains("base absent, local {\"b\":null}, remote null"), message);
    }

    @Test
    void check_whatItWasAskedBefore_isFound() {
        List<JsonValue> seen = new ArrayList<>();
        String message = found(Strategy.merging((base, local, remote) -> {
            seen.add(remote.value());
            return JsonValue.of(seen.size());
        }));
        assertTrue(message.contains("not deterministic"), message);
    }

    @Test
    void check_aMergeThatRefuses_isDeterministicToo() {
        StrategyLaws.check(Strategy.merging((base, local, remote) -> {
            throw new IllegalArgumentException("never");
        }));
    }

    @Test
    void check_samplesOfTheApp_areUsed() {
        Random chance = new Random(5);
        Strategy onlyForTheApp = Strategy.merging((base, local, remote) -> {
            JsonObject object = local.value().asObject();
            boolean note = object != null && object.get("title") != null;
            return note && chance.nextBoolean() ? local.value() : Objects.requireNonNull(remote.value());
        });
        StrategyLaws.check(onlyForTheApp);
        assertThrows(
                AssertionError.class,
                () -> StrategyLaws.check(
                        onlyForTheApp,
                        List.of(JsonValue.parse("{\"title\":\"a\"}"), JsonValue.parse("{\"title\":\"b\"}"))));
    }
}
