package dev.tidelock.examples.bench;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NotesTest {
    @Test
    void generate_tenThousand_givesTheBytesThatAllFiguresWereTakenOn() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Notes.Note note : Notes.generate(10_000)) {
            digest.update((note.json() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertTrue(HexFormat.of().formatHex(digest.digest()).startsWith("7327daa5c8feb2a9"));
    }
}
