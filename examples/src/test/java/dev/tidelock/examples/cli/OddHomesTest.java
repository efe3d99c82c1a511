package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders with names that nobody expects, and more in one go than anybody does. */
class OddHomesTest {
    private static final String NO_RELAY = "http://127.0.0.1:1";
    private static final int TX_LINES_MAX = 10_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                " a device ",
                "Gerät für Zoë",
                "two\nlines",
                "what?cache=shared&mode=memory#here",
                "100%41",
                "'; DROP TABLE event; --",
                "日本語",
                "-rf"
            })
    void home_anyName_isThatFolderAndNoOther(String name) throws Exception {
        requireWorks(folder.resolve(name));
        try (Stream<Path> inside = Files.list(folder)) {
            assertEquals(List.of(folder.resolve(name)), inside.collect(Collectors.toList()));
        }
    }

    @Test
    void home_deepInsideOtherFolders_works() throws Exception {
        Path deep = folder;
        for (int i = 0; i < 4; i++) {
            deep = deep.resolve("d".repeat(100));
        }
        requireWorks(deep);
    }

    @Test
    void init_pathLongerThanAnyFile_saysSoInOneLine() {
        Cli.run("init", folder.resolve("x".repeat(300)), "--relay", NO_RELAY, "--offline")
                .mustFail(1);
        assertFalse(Files.exists(folder.resolve("x".repeat(300))));
    }

    private static void requireWorks(Path home) {
        Cli.ok("init", home, "--relay", NO_RELAY, "--offline");
        Cli.ok("put", home, "notes", "one", "1");
        assertEquals("1", Cli.ok("get", home, "notes", "one").out().strip());
        assertEquals(1, Cli.ok("status", home).number("pending"));
    }

    @Test
    void tx_moreThanATransactionHolds_keepsNothingAndNamesTheLimit() throws Exception {
        Path home = folder.resolve("one");
        Cli.ok("init", home, "--relay", NO_RELAY, "--offline");
        Cli.run("tx", home, changes(2 * TX_LINES_MAX))
                .mustFail(1)
                .saying("line " + (TX_LINES_MAX + 1))
                .saying(TX_LINES_MAX + " changes")
                .saying("nothing of the file was kept");
        assertEquals(0, Cli.ok("status", home).number("pending"));
    }

    @Test
    void tx_asMuchAsATransactionHolds_isThereAsAWholeOnBothDevices() throws Exception {
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(one, two);
            Cli.ok("tx", one, changes(TX_LINES_MAX));
            assertEquals(TX_LINES_MAX, Cli.ok("sync", one).number("pushed"));
            assertEquals(TX_LINES_MAX, Cli.ok("sync", two).number("pulled"));
            assertEquals(
                    Cli.ok("status", one).text("stateHash"),
                    Cli.ok("status", two).text("stateHash"));
        }
    }

    private Path changes(int count) throws Exception {
        return Files.write(
                folder.resolve("tx.jsonl"),
                IntStream.range(0, count)
                        .mapToObj(i ->
                                "{\"op\":\"put\",\"collection\":\"notes\",\"id\":\"" + i + "\",\"value\":" + i + "}")
                        .collect(Collectors.toList()));
    }
}
