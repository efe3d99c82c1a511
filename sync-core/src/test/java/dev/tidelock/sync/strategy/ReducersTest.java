package dev.tidelock.sync.strategy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.json.JsonValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReducersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add | | 5 | 5",
                "add | 2 | -5 | -3",
                "add | 1.5 | 1 | 2.5",
                "add | | {\"n\":2} | {\"n\":2}",
                "add | {\"n\":1,\"m\":1} | {\"n\":2} | {\"m\":1,\"n\":3}",
                "max | | 3 | 3",
                "max | 4 | 3 | 4",
                "max | 9007199254740993 | 9007199254740992.5 | 9007199254740993",
                "max | \"2026-01-02\" | \"2026-01-10\" | \"2026-01-10\"",
                "append | | {\"t\":1} | [{\"t\":1}]",
                "append | [1] | 1 | [1,1]",
                "append | {\"inbox\":[]} | {\"inbox\":\"x\"} | {\"inbox\":[\"x\"]}",
                "set-add | [1] | 1 | [1]",
                "set-add | {\"tags\":[\"a\"]} | {\"tags\":\"b\"} | {\"tags\":[\"a\",\"b\"]}",
                "set-remove | [1,2,1] | 1 | [2]",
                "set-remove | | 1 | []"
            })
    void reduce_builtIn_givesTheResult(String op, String current, String argument, String result) {
        Reducer reducer = Reducers.BUILT_IN.get(op);
        JsonValue before = current == null ? null : JsonValue.parse(current);
        assertEquals(result, reducer.reduce(before, JsonValue.parse(argument)).toJson());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "add | \"x\" | 1",
                "add | 1 | \"x\"",
                "add | {\"n\":1} | 1",
                "add | 9223372036854775807 | 1",
                "append | 1 | 1",
                "max | [] | 1"
            })
    void reduce_whatDoesNotFit_isRefused(String op, String current, String argument) {
        assertThrows(
                RuntimeException.class,
                () -> Reducers.BUILT_IN.get(op).reduce(JsonValue.parse(current), JsonValue.parse(argument)));
    }

    @Test
    void strategies_withoutRegistration_areLastWriterWins() {
        assertEquals(Strategy.lastWriterWins(), Strategies.DEFAULTS.strategy("any"));
    }
}
