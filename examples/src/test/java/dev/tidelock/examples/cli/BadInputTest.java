package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong: one clear line, the right exit status, and nothing is lost. */
class BadInputTest {
    /** Nothing listens there. */
    private static final String NO_RELAY = "http://127.0.0.1:1";

    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void makeHome() {
        home = folder.resolve("a device");
        Cli.ok("init", home, "--relay", NO_RELAY, "--offline");
        Cli.ok("put", home, "notes", "kept", "{\"title\":\"Keep me\"}");
    }

    private void requireKept() {
        assertEquals(
                "{\"title\":\"Keep me\"}",
                Cli.ok("get", home, "notes", "kept").out().strip());
        assertTrue(Cli.ok("status", home).number("pending") > 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "get",
                "put",
                "ls",
                "find",
                "status",
                "sync",
                "run",
                "pair",
                "devices",
                "conflicts",
                "resolve",
                "history",
                "inspect",
                "quarantine",
                "import",
                "export",
                "tx",
                "rm"
            })
    void everyCommand_noSuchHome_saysHowToMakeOne(String command) {
        Path missing = folder.resolve("nowhere");
        List<Object> args = new ArrayList<>(List.of(command, missing));
        switch (command) {
            case "get", "rm", "history" -> args.addAll(List.of("notes", "one"));
            case "put" -> args.addAll(List.of("notes", "one", "1"));
            case "import" -> args.addAll(List.of("notes", folder));
            case "tx" -> args.add(folder);
            case "export", "find" -> args.add("notes");
            case "resolve" -> args.addAll(List.of("00112233445566778899aabbccddeeff-1", "--keep", "local"));
            default -> {}
        }
        Cli.run(args.toArray()).mustFail(1).saying("init");
        assertFalse(Files.exists(missing));
    }

    @Test
    void everyCommand_argumentThatIsNotUtf8_isRefusedBeforeAnything() {
        String unreadable = "caf\ufffd"; // what Java makes of the byte 0xe9 at the end
        Cli.run("put", home, "notes", unreadable, "1")
                .mustFail(2)
                .saying("argument 4")
                .saying("UTF-8");
        Cli.run("put", home, "notes", "kept", '"' + unreadable + '"')
                .mustFail(2)
                .saying("argument 5");
        Cli.run("init", folder.resolve(unreadable), "--relay", NO_RELAY, "--offline")
                .mustFail(2)
                .saying("argument 2");
        assertFalse(Files.exists(folder.resolve(unreadable)));
        requireKept();
    }

    @Test
    void get_folderThatIsNoHome_isRefused() throws Exception {
        Cli.run("get", Files.createDirectory(folder.resolve("empty")), "notes", "one")
                .mustFail(1)
                .saying("settings.json");
    }

    @Test
    void init_optionsOfARelay_withoutOne_areRefused_andNothingIsMade() {
        Path home = folder.resolve("without");
        Cli.run("init", home, "--transport", "ws")
                .mustFail(2)
                .saying("--transport")
                .saying("--relay");
        Cli.run("init", home, "--offline").mustFail(2).saying("--offline").saying("--relay");
        Cli.run("init", home, "--dialect", "motebit")
                .mustFail(2)
                .saying("--dialect")
                .saying("--relay");
        assertFalse(Files.exists(home));
    }

    @Test
    void transport_thatARelayOfAnotherKindDoesNotHave_isRefused_andNothingIsMade() {
        Path home = folder.resolve("other");
        for (String dialect : List.of("monolith", "motebit")) {
            Cli.run("init", home, "--relay", NO_RELAY, "--offline", "--dialect", dialect, "--transport", "http")
                    .mustFail(2)
                    .saying("--transport")
                    .saying(dialect);
        }
        assertFalse(Files.exists(home));
        Cli.ok("init", home, "--relay", NO_RELAY, "--offline", "--dialect", "monolith", "--transport", "ws");
        String uri = Cli.ok("pair", home).text("uri");
        Path joined = folder.resolve("joined");
        Cli.run("join", joined, uri, "--transport", "http")
                .mustFail(2)
                .saying("--transport")
                .saying("monolith");
        Path alone = folder.resolve("alone");
        Cli.ok("init", alone);
        Cli.run("join", joined, Cli.ok("pair", alone).text("uri"), "--transport", "ws")
                .mustFail(2)
                .saying("no relay")
                .saying("--transport");
        assertFalse(Files.exists(joined));
    }

    @Test
    void init_homeThatIsThere_leavesItAlone() {
        Cli.run("init", home, "--relay", NO_RELAY, "--offline").mustFail(1).saying("already");
        requireKept();
    }

    @Test
    void init_folderWithOtherThings_leavesItAlone() throws Exception {
        Path other = Files.createDirectory(folder.resolve("documents"));
        Files.writeString(other.resolve("letter.txt"), "Dear");
        Cli.run("init", other, "--relay", NO_RELAY, "--offline").mustFail(1).saying("not empty");
        assertEquals("Dear", Files.readString(other.resolve("letter.txt")));
    }

    @Test
    void everyCommand_headOfDatabaseOverwritten_saysSoAndLeavesIt() throws Exception {
        Path database = home.resolve("store.db");
        byte[] bytes = Files.readAllBytes(database);
        for (int i = 0; i < 100; i++) {
            bytes[i] = (byte) (i * 7);
        }
        Files.write(database, bytes);
        for (String command : List.of("status", "ls", "sync", "conflicts")) {
            Cli.run(command, home).mustFail(1).saying("store.db");
        }
        Cli.run("put", home, "notes", "one", "1").mustFail(1).saying("store.db");
        assertArrayEquals(bytes, Files.readAllBytes(database));
    }

    @Test
    void status_pagesOfDatabaseOverwritten_saysSoInOneLine() throws Exception {
        Path database = home.resolve("store.db");
        byte[] whole = Files.readAllBytes(database);
        byte[] bytes = whole.clone();
        Random random = new Random(2);
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        Files.write(database, bytes);
        Cli.run("status", home).mustFail(1);
        Cli.run("ls", home).mustFail(1);
        Files.write(database, whole);
        requireKept();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 5000})
    void status_databaseCutShort_isNeverTakenForNew(int length) throws Exception {
        Path database = home.resolve("store.db");
        byte[] whole = Files.readAllBytes(database);
        Files.write(database, Arrays.copyOf(whole, length));
        Cli.run("status", home).mustFail(1).saying("store.db");
        Files.write(database, whole);
        requireKept();
    }

    @Test
    void status_databaseOrKeysMissing_saysWhich() throws Exception {
        for (String name : List.of("store.db", "keys", "settings.json")) {
            Path file = home.resolve(name);
            Path away = folder.resolve("away");
            Files.move(file, away);
            Cli.run("status", home).mustFail(1).saying(name);
            assertFalse(Files.exists(file));
            Files.move(away, file);
        }
        requireKept();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"version\":2}", "{\"version\":1}"})
    void status_settingsDamaged_saysSo(String settings) throws Exception {
        Path file = home.resolve("settings.json");
        String whole = Files.readString(file);
        Files.writeString(file, settings);
        Cli.run("status", home).mustFail(1).saying("settings.json");
        Files.writeString(file, whole);
        requireKept();
    }

    @Test
    void keys_wrongPassphraseOrNone_areRefused() throws Exception {
        Path secret = folder.resolve("secret");
        Path right = Files.writeString(folder.resolve("right"), "correct horse battery staple\n");
        Path wrong = Files.writeString(folder.resolve("wrong"), "incorrect horse\n");
        Path empty = Files.writeString(folder.resolve("none"), "\n");
        Cli.ok("init", secret, "--relay", NO_RELAY, "--offline", "--passphrase-file", right);
        Cli.ok("put", secret, "notes", "one", "1", "--passphrase-file", right);
        Cli.run("get", secret, "notes", "one", "--passphrase-file", wrong)
                .mustFail(1)
                .saying("passphrase");
        Cli.run("get", secret, "notes", "one").mustFail(1).saying("--passphrase-file");
        Cli.run("get", secret, "notes", "one", "--passphrase-file", empty).mustFail(2);
        Cli.run("get", secret, "notes", "one", "--passphrase-file", folder.resolve("nofile"))
                .mustFail(1);
        assertEquals(
                "1",
                Cli.ok("get", secret, "notes", "one", "--passphrase-file", right)
                        .out()
                        .strip());
        byte[] keys = Files.readAllBytes(secret.resolve("keys"));
        keys[keys.length - 1] ^= 1;
        Files.write(secret.resolve("keys"), keys);
        Cli.run("get", secret, "notes", "one", "--passphrase-file", right)
                .mustFail(1)
                .saying("keys");
    }

    @Test
    void relay_unreachable_keepsWhatWaits() {
        Cli.run("init", folder.resolve("other"), "--relay", NO_RELAY)
                .mustFail(1)
                .saying("--offline");
        assertFalse(Files.exists(folder.resolve("other")));
        Cli.run("sync", home).mustFail(1).saying(NO_RELAY);
        Cli.run("sync", home, "--json").mustFail(1).saying("1 changes wait");
        Cli.run("pair", home, "--json").mustFail(1);
        requireKept();
        assertEquals("offline", Cli.ok("status", home).text("state"));
    }

    @Test
    void join_relayUnreachable_saysSoAtOnce() {
        String uri = "tidelock:pair?v=1&relay=http%3A%2F%2F127.0.0.1%3A1&secret=" + "A".repeat(43);
        Cli.run("join", folder.resolve("other"), uri)
                .mustFail(1)
                .saying(NO_RELAY)
                .saying("nothing was made");
        assertFalse(Files.exists(folder.resolve("other")));
    }

    @Test
    void relay_portInUseOrDataDamaged_saysWhich() throws Exception {
        Path damaged = Files.writeString(
                folder.resolve("relay.db"), "This is no database, and is longer than a header of one is");
        Cli.run("relay", "--port", "0", "--data", damaged).mustFail(1).saying("relay.db");
        Cli.run("relay", "--port", "70000").mustFail(2).saying("65535");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Cli.run("relay", "--port", taken.getLocalPort(), "--data", folder.resolve("other.db"))
                    .mustFail(1)
                    .saying(Integer.toString(taken.getLocalPort()));
        }
        Files.deleteIfExists(damaged);
    }

    @Test
    void relay_someOtherServer_isNamedAsSuch() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] page = "<html>Welcome".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        server.start();
        try {
            String url = "http://127.0.0.1:" + server.getAddress().getPort();
            Cli.run("init", folder.resolve("other"), "--relay", url).mustFail(1);
            assertFalse(Files.exists(folder.resolve("other")));
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "relay.example",
                "ftp://relay.example",
                "http://",
                "http://user@relay.example",
                "http://a/?q=1",
                "http://a b"
            })
    void init_relayThatIsNoUrl_isWrongUsage(String url) {
        Cli.run("init", folder.resolve("other"), "--relay", url).mustFail(2).saying("http");
        assertFalse(Files.exists(folder.resolve("other")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{nope}",
                "{\"a\":1,}",
                "hello",
                "[1,2",
                "{\"a\":1}{\"b\":2}",
                "{\"a\":1,\"a\":2}",
                "123456789012345678901234567890"
            })
    void put_textThatIsNotJson_isWrongUsage(String json) {
        Cli.run("put", home, "notes", "one", json).mustFail(2).saying("JSON");
        Cli.run("patch", home, "notes", "kept", json).mustFail(2).saying("JSON");
        Cli.run("op", home, "notes", "n", "add", json).mustFail(2).saying("JSON");
        requireKept();
        assertEquals(1, Cli.ok("ls", home).lines().size());
    }

    @Test
    void put_wrongUsage_saysWhatIsAccepted() {
        Cli.run().mustFail(2);
        Cli.run("frobnicate").mustFail(2);
        Cli.run("put", home, "notes").mustFail(2).saying("ID");
        Cli.run("put", home, "notes", "one", "1", "--frobnicate").mustFail(2);
        Cli.run("op", home, "notes", "one", "multiply", "2").mustFail(2).saying("set-remove");
        Cli.run("op", home, "notes", "kept", "add", "\"text\"").mustFail(1);
        Cli.run("put", home, "", "one", "1").mustFail(2).saying("1 to 200");
        Cli.run("put", home, "notes", "", "1").mustFail(2).saying("1 to 1000");
        Cli.run("run", home, "--interval", "soon").mustFail(2).saying("30s");
        Cli.run("run", home, "--interval", "1ms").mustFail(2);
        Cli.run("bench", "--records", "0").mustFail(2);
        Cli.run("bench", "--live", "--live-edit").mustFail(2).saying("choose one");
        Cli.run("init", folder.resolve("other"), "--relay", NO_RELAY, "--offline", "--transport", "pigeon")
                .mustFail(2)
                .saying("http and ws");
        Cli.run("simulate", "--devices", "1").mustFail(2);
        Cli.run("get", home, "notes", "nothing").mustFail(1).saying("no record 'nothing'");
        Cli.run("quarantine", home, "--retry", "x").mustFail(1).saying("no item");
        Cli.run("join", folder.resolve("other"), "tidelock:pair?v=1").mustFail(2);
        requireKept();
    }

    @Test
    void put_twentyMegabytes_isRefusedWithTheLimit() {
        InputStream before = System.in;
        try {
            System.setIn(
                    new ByteArrayInputStream(("\"" + "x".repeat(20 << 20) + "\"").getBytes(StandardCharsets.UTF_8)));
            Cli.run("put", home, "notes", "big", "-")
                    .mustFail(1)
                    .saying("20971522 bytes")
                    .saying("1048576");
        } finally {
            System.setIn(before);
        }
        requireKept();
    }

    @Test
    void import_twentyMegabyteLine_keepsTheBatchesBefore() throws Exception {
        Path file = folder.resolve("notes.jsonl");
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 1000; i++) {
            lines.add("{\"id\":\"n" + i + "\"}");
        }
        lines.add("{\"id\":\"small\"}");
        lines.add("{\"id\":\"big\",\"text\":\"" + "x".repeat(20 << 20) + "\"}");
        Files.write(file, lines);
        Cli.run("import", home, "notes", file)
                .mustFail(1)
                .saying("line 1002")
                .saying("1001 records before")
                .saying("1048576");
        requireKept();
        assertEquals(1002, Cli.ok("ls", home, "notes").lines().size());
    }

    @Test
    void import_lineThatIsNotJson_saysWhereAndWhatWasKept() throws Exception {
        Path file = folder.resolve("notes.jsonl");
        Files.writeString(file, "{\"id\":\"a\"}\n\n{\"id\":\"b\"\n");
        Cli.run("import", home, "notes", file).mustFail(1).saying("line 3").saying("nothing of it was kept");
        Files.writeString(file, "{\"id\":\"a\"}\n{\"name\":\"b\"}\n");
        Cli.run("import", home, "notes", file, "--id", "id")
                .mustFail(1)
                .saying("line 2")
                .saying("'id'");
        Cli.run("import", home, "notes", folder.resolve("nofile")).mustFail(1).saying("nofile");
        Cli.run("import", home, "notes", folder).mustFail(1).saying("folder");
        requireKept();
        assertEquals(1, Cli.ok("ls", home).lines().size());
    }

    @Test
    void tx_oneBadLine_keepsNothing() throws Exception {
        Path file = folder.resolve("changes.jsonl");
        String good = "{\"op\":\"put\",\"collection\":\"notes\",\"id\":\"one\",\"value\":1}\n";
        for (String bad : List.of(
                "nope",
                "[]",
                "{\"op\":\"put\",\"collection\":\"notes\",\"id\":\"two\"}",
                "{\"op\":\"multiply\",\"collection\":\"notes\",\"id\":\"two\",\"value\":2}",
                "{\"op\":\"put\",\"id\":\"two\",\"value\":2}",
                "{\"op\":\"put\",\"collection\":\"\",\"id\":\"two\",\"value\":2}",
                "{\"op\":\"append\",\"collection\":\"notes\",\"id\":\"one\",\"value\":2}")) {
            Files.writeString(file, good + bad + "\n");
            Cli.run("tx", home, file).mustFail(1).saying("line 2").saying("nothing");
        }
        requireKept();
        assertEquals(1, Cli.ok("ls", home).lines().size());
        Files.writeString(file, good + "{\"op\":\"rm\",\"collection\":\"notes\",\"id\":\"kept\"}\n");
        assertEquals(
                2,
                Cli.ok("tx", home, file).json().get("events").asArray().items().size());
        assertEquals(1, Cli.ok("ls", home).lines().size());
    }

    @Test
    void init_anything_leavesNoTemporaryFolder() throws Exception {
        try (Stream<Path> inside = Files.list(folder)) {
            assertEquals(List.of(home), inside.toList());
        }
    }
}
