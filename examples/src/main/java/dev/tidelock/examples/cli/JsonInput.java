package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;

/** JSON that a user gave. */
final class JsonInput {
    /** More than any record may have, so that the refusal can say how long it is. */
    private static final int STDIN_BYTES_MAX = 64 << 20;

    private JsonInput() {}

    /** Reads an argument: JSON, or {@code -} for what standard input holds. */
    static JsonValue argument(String what, String text) throws IOException {
        try {
            return text.equals("-") ? JsonValue.parse(standardInput(System.in)) : JsonValue.parse(text);
        } catch (JsonFormatException notJson) {
            String given = text.length() <= 40 ? text : text.substring(0, 37) + "...";
            throw CliException.usage(what + " '" + given + "' is " + notJson.getMessage()
                    + "; JSON is accepted, such as '{\"title\":\"Hello\"}' or '\"text\"', or - for standard input");
        }
    }

    private static byte[] standardInput(InputStream in) throws IOException {
        byte[] all = in.readNBytes(STDIN_BYTES_MAX + 1);
        if (all.length > STDIN_BYTES_MAX) {
            throw CliException.failed("standard input has more than " + STDIN_BYTES_MAX
                    + " bytes; a record of at most 1048576 bytes of JSON is accepted");
        }
        return all;
    }
}
