package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonValue;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of one JSON value per line, read a line at a time. Empty lines do not count. */
final class JsonLines implements AutoCloseable {
    /** More than any record may have, so that the refusal can say how long it is. */
    static final int LINE_BYTES_MAX = 32 << 20;

    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private long lineNumber;
    private long bytesRead;

    JsonLines(Path file) throws IOException {
        this.file = file;
        if (Files.isDirectory(file)) {
            throw CliException.failed(file + " is a folder; a file with one JSON value per line is accepted");
        }
        try {
            this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        } catch (NoSuchFileException missing) {
            throw CliException.failed("there is no file " + file + "; a file with one JSON value per line is accepted");
        }
    }

    /** The next value; null at the end. */
    JsonValue next() throws IOException {
        while (readLine()) {
            if (isBlank()) {
                continue;
            }
            try {
                return JsonValue.parse(line.toByteArray());
            } catch (JsonFormatException notJson) {
                throw problem(notJson);
            }
        }
        return null;
    }

    private boolean readLine() throws IOException {
        line.reset();
        int next = in.read();
        if (next < 0) {
            return false;
        }
        lineNumber++;
        while (next >= 0 && next != '\n') {
            if (line.size() == LINE_BYTES_MAX) {
                throw CliException.failed(place() + " has more than " + LINE_BYTES_MAX
                        + " bytes; a record of at most 1048576 bytes of JSON is accepted");
            }
            line.write(next);
            bytesRead++;
            next = in.read();
        }
        bytesRead++;
        return true;
    }

    private boolean isBlank() {
        return line.size() < 100 && line.toString(StandardCharsets.UTF_8).isBlank();
    }

    /** How many bytes of the current value's text there are. */
    int valueBytes() {
        return line.size();
    }

    long bytesRead() {
        return bytesRead;
    }

    /** Where the current value is. */
    long lineNumber() {
        return lineNumber;
    }

    String place() {
        return place(lineNumber);
    }

    String place(long line) {
        return "line " + line + " of " + file;
    }

    CliException problem(Exception what) {
        return CliException.failed(
                place() + ": " + String.valueOf(what.getMessage()).replace("(line 1, column", "(column"), what);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
