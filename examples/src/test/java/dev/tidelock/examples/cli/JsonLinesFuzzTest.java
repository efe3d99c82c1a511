package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.examples.cli.common.CliException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Any file is lines of JSON, or refused with one clear line that says where. */
class JsonLinesFuzzTest {
    @TempDir
    static Path folder;

    @FuzzTest
    void records(byte[] bytes) throws IOException {
        Path file = folder.resolve("input.jsonl");
        Files.write(file, bytes);
        for (String idMember : new String[] {null, "key"}) {
            try (JsonLines lines = new JsonLines(file)) {
                RecordReader reader = new RecordReader(lines, idMember);
                for (RecordReader.Record record = reader.next(); record != null; record = reader.next()) {
                    assertTrue(record.line() > 0 && record.bytes() <= bytes.length);
                }
            } catch (CliException refused) {
                assertTrue(refused.getMessage().contains("line "), refused.getMessage());
                assertFalse(refused.getMessage().contains("\n"), refused.getMessage());
            }
        }
    }
}
