package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Runs commands within the test's process. */
final class Cli {
    private Cli() {}

    /** What a command came to. */
    record Result(int exit, String out, String err) {
        List<String> lines() {
            return out.lines().collect(Collectors.toList());
        }

        JsonObject json() {
            assertEquals(1, lines().size(), () -> "one line of JSON was expected: " + this);
            return JsonValue.parse(out.strip()).asObject();
        }

        String text(String member) {
            return json().get(member).asString();
        }

        long number(String member) {
            return json().get(member).asNumber().longValue();
        }

        /** One line on standard error, this status, and no trace of the code. */
        Result mustFail(int status) {
            assertEquals(status, exit, this::toString);
            assertEquals(1, err.lines().count(), this::toString);
            assertTrue(err.startsWith("tidelock: "), this::toString);
            assertFalse(err.contains("\tat ") || err.contains("Exception:"), this::toString);
            return this;
        }

        Result saying(String part) {
            assertTrue(err.contains(part), () -> "'" + part + "' is missing: " + this);
            return this;
        }
    }

    static Result run(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] texts = Arrays.stream(args).map(Object::toString).toArray(String[]::new);
        int exit = Main.run(new PrintWriter(out), new PrintWriter(err), texts);
        return new Result(exit, out.toString(), err.toString());
    }

    /** Runs a command that has to succeed, with {@code --json}. */
    static Result ok(Object... args) {
        List<Object> all = new ArrayList<>(Arrays.asList(args));
        all.add("--json");
        Result result = run(all.toArray());
        assertEquals(0, result.exit, result::toString);
        assertEquals("", result.err, result::toString);
        return result;
    }
}
