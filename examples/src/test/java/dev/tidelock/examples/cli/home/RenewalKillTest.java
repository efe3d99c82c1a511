package dev.tidelock.examples.cli.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.relay.RelayServer;
import dev.tidelock.examples.relay.RelaySettings;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The process dies before each step of a renewal; the folder opens and goes on, and the next renewal ends it. */
class RenewalKillTest {
    private static final int KILLED = 137;

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void renewal_killedBeforeAnyStep_opensAndIsCompleted(Renewal.Step step) throws Exception {
        Path home = folder.resolve("home");
        try (RelayServer relay = RelayServer.start(RelaySettings.of(folder.resolve("relay.db")))) {
            SpaceKeys keys = SpaceKeys.createSpace();
            NewHome.register(relay.url(), keys);
            NewHome.at(home, new Passphrase()).create(keys, relay.url(), RelayWay.HTTP, true, "label");
            add(home, 1);
            sync(home);
            add(home, 10);

            killBefore(step, home);

            try (DeviceHome opened = DeviceHome.open(home, new Passphrase())) {
                assertEquals(
                        step == Renewal.Step.REGISTER || step == Renewal.Step.TAKE_STORE_OVER, opened.needsRenewal());
                assertEquals("11", count(opened));
            }
            add(home, 100);
            DeviceId device = sync(home);
            assertFalse(Files.exists(home.resolve(Renewal.NEXT_KEYS)));
            assertEquals(step == Renewal.Step.WRITE_NEXT_KEYS, device.equals(keys.device()));
            try (DeviceHome opened = DeviceHome.open(home, new Passphrase())) {
                assertEquals("111", count(opened));
                assertEquals("label", opened.settings().label());
                assertEquals(device, opened.client().device());
                assertEquals(0, opened.client().status().pending());
            }
        }
    }

    private static void add(Path home, int amount) throws Exception {
        try (DeviceHome opened = DeviceHome.open(home, new Passphrase())) {
            opened.client().collection("counters").op("n", "add", JsonValue.of(amount));
        }
    }

    private static String count(DeviceHome opened) {
        return opened.client().collection("counters").get("n").orElseThrow().toJson();
    }

    /** As the command does it. */
    private static DeviceId sync(Path home) throws Exception {
        try (DeviceHome opened = DeviceHome.open(home, new Passphrase())) {
            if (opened.needsRenewal()) {
                DeviceId former = opened.client().device();
                opened.renew();
                assertNotEquals(former, opened.client().device());
            }
            opened.client().sync();
            return opened.client().device();
        }
    }

    private static void killBefore(Renewal.Step step, Path home) throws Exception {
        try (CliProcess process =
                CliProcess.start(List.of("-Xshare:auto"), Dying.class.getName(), home.toString(), step.name())) {
            CliProcess.Result killed = process.finish();
            assertEquals(KILLED, killed.exit(), killed::toString);
        }
    }

    /** A process that renews, and dies on the way. */
    static final class Dying {
        private Dying() {}

        public static void main(String[] args) throws Exception {
            Renewal.Step last = Renewal.Step.valueOf(args[1]);
            new Renewal(Path.of(args[0]), new Passphrase(), step -> {
                        if (step == last) {
                            Runtime.getRuntime().halt(KILLED);
                        }
                    })
                    .run();
        }
    }
}
