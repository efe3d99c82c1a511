package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.json.JsonValue;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PairTest {
    @TempDir
    Path folder;

    private Path home;

    private Pairing pairing(TestRelay relay, String answer, String... options) throws Exception {
        home = folder.resolve("laptop");
        Cli.ok("init", home, "--relay", relay.url());
        System.setIn(new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)));
        return Pairing.start(home, options);
    }

    @Test
    void join_approved_makesADeviceThatBothKnowByLabel() throws Exception {
        InputStream before = System.in;
        try (TestRelay relay = new TestRelay(folder);
                Pairing pairing = pairing(relay, "y\n")) {
            Path phone = folder.resolve("phone");
            Cli.Result joined = Cli.ok("join", phone, pairing.uri(), "--name", "My phone");
            String let =
                    JsonValue.parse(pairing.finish()).asObject().get("device").asString();
            assertEquals(joined.text("device"), let);
            assertEquals(0, pairing.exit());
            assertTrue(Cli.ok("devices", home).out().contains("\"label\":\"My phone\""));
            assertTrue(Cli.ok("devices", phone).out().contains("\"label\":\"laptop\""));
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void join_notApproved_makesNothing() throws Exception {
        InputStream before = System.in;
        try (TestRelay relay = new TestRelay(folder);
                Pairing pairing = pairing(relay, "\n")) {
            Path phone = folder.resolve("phone");
            Cli.Result refused = Cli.run("join", phone, pairing.uri(), "--json");
            refused.mustFail(1);
            assertFalse(Files.exists(phone));
            assertNull(pairing.finish());
            assertEquals(1, pairing.exit());
            assertTrue(pairing.err().contains("not approved"));
            assertEquals(1, Cli.ok("devices", home).lines().size());
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void join_uriThatWasChanged_getsNothingAndLeavesTheInvitationGood() throws Exception {
        Path other = Files.createDirectory(folder.resolve("elsewhere"));
        try (TestRelay relay = new TestRelay(folder);
                TestRelay wrong = new TestRelay(other);
                Pairing pairing = pairing(relay, "", "--yes")) {
            Path thief = folder.resolve("thief");
            int secret = pairing.uri().indexOf("secret=") + "secret=".length();
            char changed = pairing.uri().charAt(secret) == 'A' ? 'B' : 'A';
            String otherSecret =
                    pairing.uri().substring(0, secret) + changed + pairing.uri().substring(secret + 1);
            Cli.run("join", thief, otherSecret, "--json").mustFail(1).saying("nothing was made");
            Cli.run("join", thief, pairing.uri().substring(0, secret + 9), "--json")
                    .mustFail(2);
            Cli.run("join", thief, pairing.uri(), "--relay", wrong.url(), "--json")
                    .mustFail(1)
                    .saying("nothing was made");
            assertFalse(Files.exists(thief));
            Cli.ok("join", folder.resolve("phone"), pairing.uri());
            pairing.finish();
        }
    }

    @Test
    void join_secondTimeWithTheSameUri_isRefused() throws Exception {
        try (TestRelay relay = new TestRelay(folder);
                Pairing pairing = pairing(relay, "", "--yes")) {
            Cli.ok("join", folder.resolve("phone"), pairing.uri());
            pairing.finish();
            Cli.run("join", folder.resolve("thief"), pairing.uri(), "--json").mustFail(1);
            assertFalse(Files.exists(folder.resolve("thief")));
        }
    }
}
