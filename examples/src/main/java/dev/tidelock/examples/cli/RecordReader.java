package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** Reads records from lines, and finds their ids: the same every time, so that a second import finds what the first one made. */
final class RecordReader {
    private static final int HASH_BYTES = 16;
    private static final Set<String> EXPORTED = Set.of("id", "value");

    private final JsonLines lines;
    private final String idMember;

    /**
     * @param bytes about how long it is
     * @param line where it is in the file
     */
    record Record(String id, JsonValue value, int bytes, long line) {}

    /** @param idMember the member that holds the id; null for the rule that the help of import states */
    RecordReader(JsonLines lines, String idMember) {
        this.lines = lines;
        this.idMember = idMember;
    }

    /** The next record; null at the end. */
    Record next() throws IOException {
        JsonValue line = lines.next();
        return line == null ? null : record(line);
    }

    private Record record(JsonValue line) {
        JsonObject object = line.asObject();
        if (idMember != null) {
            JsonValue id = object == null ? null : object.get(idMember);
            if (!canBeId(id)) {
                throw CliException.failed(lines.place() + ": the member '" + idMember
                        + "' that should hold the id is missing, or neither text nor a number");
            }
            return made(text(id), line);
        }
        JsonValue id = object == null ? null : object.get("id");
        if (!canBeId(id)) {
            return made(hash(line), line);
        }
        boolean exported = object.members().keySet().equals(EXPORTED);
        return made(text(id), exported ? object.get("value") : line);
    }

    private Record made(String id, JsonValue value) {
        return new Record(id, value, lines.valueBytes(), lines.lineNumber());
    }

    private static boolean canBeId(JsonValue value) {
        return value != null && (value.asString() != null || value.asNumber() != null);
    }

    private static String text(JsonValue id) {
        return id.asString() != null ? id.asString() : id.toJson();
    }

    private static String hash(JsonValue line) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(line.toUtf8());
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
