package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** JSON that a user gave. */
final class JsonInput {
    /** More than any record may have, so that the refusal can say how long it is. */
    private static final int STDIN_BYTES_MAX = 64 << 20;

    private JsonInput() {}

    /** Reads an argument: JSON, or {@code -} for what standard input holds. */
    static JsonValue argument(String what, String text) throws IOException {
        try {
            return text.equals("-") ? JsonValue.parse(read(System.in)) : JsonValue.parse(text);
        } catch (JsonFormatException notJson) {
            String given = text.length() <= 40 ? text : text.substring(0, 37) + "...";
            throw CliException.usage(what + " '" + given + "' is " + notJson.getMessage()
                    + "; JSON is accepted, such as '{\"title\":\"Hello\"}' or '\"text\"', or - for standard input");
        }
    }

    /** Reads a file that holds one JSON value; {@code -} is standard input. */
    static JsonValue file(String what, String name) throws IOException {
        if (name.equals("-")) {
            return argument(what, name);
        }
        Path file = Path.of(name);
        if (!Files.isRegularFile(file)) {
            throw CliException.usage("there is no file '" + name + "' to read " + what
                    + " from; local, remote, a file that holds one JSON value, or - for standard input are accepted");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return JsonValue.parse(read(in));
        } catch (JsonFormatException notJson) {
            throw CliException.usage(what + " in '" + name + "' is " + notJson.getMessage()
                    + "; a file that holds one JSON value is accepted");
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        byte[] all = in.readNBytes(STDIN_BYTES_MAX + 1);
        if (all.length > STDIN_BYTES_MAX) {
            throw CliException.failed("the input has more than " + STDIN_BYTES_MAX
                    + " bytes; a record of at most 1048576 bytes of JSON is accepted");
        }
        return all;
    }
}
