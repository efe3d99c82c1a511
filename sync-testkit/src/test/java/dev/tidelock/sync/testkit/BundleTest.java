package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.status.SyncStatus;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that carry changes between devices. */
class BundleTest {
    private final VirtualTime time = new VirtualTime();
    private final Device one = new Device(1);
    private final Device other = new Device(2);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        one.client.close();
        other.client.close();
    }

    private final class Device {
        final MemoryDisk disk;
        final TestSealer sealer;
        final SyncClient client;

        Device(int number) {
            this(TestSealer.of(LinkWorld.SPACE, number), new OfflineTransport());
        }

        Device(TestSealer sealer, Transport transport) {
            this(sealer, transport, new MemoryDisk(), builder -> builder);
        }

        Device(TestSealer sealer, Transport transport, MemoryDisk disk, UnaryOperator<SyncClientBuilder> options) {
            this.disk = disk;
            this.sealer = sealer;
            this.client = options.apply(SyncClient.builder(new MemoryStore(disk), transport, sealer)
                            .runtime(new SimulatedRuntime(time, sealer.device().hashCode()))
                            .listenerExecutor(Runnable::run))
                    .open();
        }

        Device restoredFrom(MemoryDisk backup) {
            return new Device(sealer, new OfflineTransport(), backup, builder -> builder);
        }

        Device renewedAs(int number) {
            client.close();
            return new Device(
                    TestSealer.of(LinkWorld.SPACE, number),
                    new OfflineTransport(),
                    disk,
                    SyncClientBuilder::renewIdentity);
        }

        void put(String id, String text) {
            client.collection("notes").put(id, JsonValue.of(text));
        }

        String get(String id) {
            return client.collection("notes").get(id).map(JsonValue::toJson).orElse("absent");
        }

        Path export(String name) throws Exception {
            Path file = folder.resolve(name);
            try (OutputStream out = Files.newOutputStream(file)) {
                client.exportBundle(out);
            }
            return file;
        }

        Path exportMissingFrom(Path answered, String name) throws Exception {
            Path file = folder.resolve(name);
            try (OutputStream out = Files.newOutputStream(file)) {
                client.exportBundle(out, answered);
            }
            return file;
        }

        void assertQuiet() {
            SyncStatus status = client.status();
            assertEquals(List.of(), status.incidents());
            assertEquals(0, status.quarantined());
        }
    }

    @Test
    void bundles_carriedBackAndForth_makeBothTheSame() throws Exception {
        one.put("a", "from one");
        other.put("b", "from other");
        assertEquals(1, one.client.status().pending());
        BundleReport there = other.client.importBundle(one.export("there"));
        assertEquals(1, there.envelopes());
        assertEquals(1, there.added());
        assertEquals("\"from one\"", other.get("a"));
        Path answer = other.export("back");
        BundleReport back = one.client.importBundle(answer);
        assertEquals(2, back.envelopes());
        assertEquals(1, back.added());
        assertEquals(one.client.stateHash(), other.client.stateHash());
        assertEquals(0, one.client.status().pending(), "the other device has it, as its bundle says");
        other.client.importBundle(one.export("there again"));
        assertEquals(0, other.client.status().pending());
        one.assertQuiet();
        other.assertQuiet();
    }

    @Test
    void import_twice_changesNothing() throws Exception {
        one.client.collection("notes").op("n", "add", JsonValue.of(3));
        Path file = one.export("file");
        other.client.importBundle(file);
        BundleReport again = other.client.importBundle(file);
        assertEquals(1, again.envelopes());
        assertEquals(0, again.added());
        assertEquals("3", other.get("n"));
        assertEquals(0, one.client.importBundle(file).added());
        assertEquals(1, one.client.status().pending(), "one's own bundle says nothing of others");
    }

    @Test
    void export_missingFromAnAnswer_leavesOutWhatIsThere() throws Exception {
        for (int i = 0; i < 10; i++) {
            one.put("note-" + i, "x".repeat(1000));
            other.client.importBundle(one.export("bundle-" + i));
        }
        Path answer = other.export("answer");
        one.put("late", "news");
        Path news = one.exportMissingFrom(answer, "news");
        BundleReport report = other.client.importBundle(news);
        assertEquals(1, report.envelopes());
        assertEquals(1, report.added());
        assertEquals("\"news\"", other.get("late"));
        assertTrue(Files.size(news) < Files.size(answer) / 3);
    }

    @Test
    void import_whatFollowsIsMissing_isRefusedAndComesLater() throws Exception {
        Device third = new Device(3);
        one.put("a", "first");
        other.client.importBundle(one.export("first"));
        Path answer = other.export("answer");
        one.put("b", "second");
        Path second = one.exportMissingFrom(answer, "second");
        BundleReport early = third.client.importBundle(second);
        assertEquals(1, early.refused());
        assertEquals(0, early.added());
        third.assertQuiet();
        third.client.importBundle(folder.resolve("first"));
        assertEquals(1, third.client.importBundle(second).added());
        assertEquals("\"second\"", third.get("b"));
        third.client.close();
    }

    @Test
    void import_fromWhoHasAnotherBranchOfOurs_confirmsNothingAndNoWriteIsLost() throws Exception {
        one.put("common", "before the backup");
        one.export("sealed");
        MemoryDisk backup = one.disk.copy();
        one.put("a", "after the backup");
        other.client.importBundle(one.export("old branch"));
        Device restored = one.restoredFrom(backup);
        restored.put("b", "after the restore");
        restored.export("sealed too");
        restored.client.importBundle(other.export("what other has"));
        assertEquals(2, restored.client.status().pending(), "other's last word on this device is another branch");
        assertEquals(1, restored.client.status().quarantined());
        Device renewed = restored.renewedAs(7);
        assertEquals("\"after the restore\"", renewed.get("b"));
        other.client.importBundle(renewed.export("news"));
        renewed.client.importBundle(other.export("answer"));
        assertEquals("\"after the restore\"", other.get("b"));
        assertEquals("\"before the backup\"", other.get("common"));
        assertEquals("\"after the backup\"", renewed.get("a"));
        assertEquals(renewed.client.stateHash(), other.client.stateHash());
        assertEquals(0, renewed.client.status().pending());
        renewed.client.close();
    }

    @Test
    void import_fromWhoHasTheBeginningOfOurs_confirmsThatMuch() throws Exception {
        one.put("a", "there already");
        other.client.importBundle(one.export("first"));
        one.put("b", "not there yet");
        one.export("sealed");
        one.client.importBundle(other.export("answer"));
        assertEquals(1, one.client.status().pending());
    }

    @Test
    void export_missingFromWhoHasAnotherBranch_leavesNothingOfOursOut() throws Exception {
        MemoryDisk backup = one.disk.copy();
        one.put("a", "one branch");
        other.client.importBundle(one.export("old branch"));
        Device restored = one.restoredFrom(backup);
        restored.put("b", "the other branch");
        Path news = restored.exportMissingFrom(other.export("answered"), "news");
        assertEquals(1, other.client.importBundle(news).refused(), "the fork shows where it matters");
        assertEquals(1, other.client.status().quarantined());
        restored.client.close();
    }

    @Test
    void import_longHistory_isWhole() throws Exception {
        for (int i = 0; i < 400; i++) {
            one.put("note-" + i, "x".repeat(5_000) + i);
        }
        BundleReport report = other.client.importBundle(one.export("long"));
        assertEquals(report.envelopes(), report.added());
        assertEquals(one.client.stateHash(), other.client.stateHash());
    }

    @Test
    void import_cutAnywhere_isRefusedWhole() throws Exception {
        one.put("a", "from one");
        one.put("b", "x".repeat(3_000));
        byte[] whole = Files.readAllBytes(one.export("whole"));
        for (int length = 0; length < whole.length; length += length < 100 ? 1 : 37) {
            refused(Arrays.copyOf(whole, length));
        }
        refused(Arrays.copyOf(whole, whole.length + 1));
        assertEquals("absent", other.get("a"));
        other.assertQuiet();
    }

    @Test
    void import_anyByteChanged_isRefusedWhole() throws Exception {
        one.put("a", "from one");
        byte[] whole = Files.readAllBytes(one.export("whole"));
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            refused(changed);
        }
        assertEquals("absent", other.get("a"));
        other.assertQuiet();
    }

    private BundleException refused(byte[] bytes) throws Exception {
        Path file = folder.resolve("refused");
        Files.write(file, bytes);
        return assertThrows(BundleException.class, () -> other.client.importBundle(file));
    }

    @Test
    void import_blocksInAnotherOrder_isRefused() throws Exception {
        for (int i = 0; i < 200; i++) {
            one.put("note-" + i, "x".repeat(5_000) + i);
        }
        byte[] whole = Files.readAllBytes(one.export("whole"));
        byte[] swapped = swapSecondAndThirdBlock(whole);
        assertEquals(BundleException.Kind.DAMAGED, refused(swapped).kind());
    }

    private static byte[] swapSecondAndThirdBlock(byte[] whole) {
        int first = 48;
        int second = end(whole, first);
        int third = end(whole, second);
        int rest = end(whole, third);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(whole, 0, second);
        out.write(whole, third, rest - third);
        out.write(whole, second, third - second);
        out.write(whole, rest, whole.length - rest);
        return out.toByteArray();
    }

    private static int end(byte[] whole, int block) {
        return block + 5 + ByteBuffer.wrap(whole).getInt(block + 1);
    }

    @Test
    void import_somethingElse_saysWhatItIs() throws Exception {
        assertEquals(BundleException.Kind.NOT_A_BUNDLE, refused(new byte[0]).kind());
        byte[] text = "just some text, and more of it".getBytes(StandardCharsets.UTF_8);
        assertEquals(BundleException.Kind.NOT_A_BUNDLE, refused(text).kind());
        one.put("a", "from one");
        byte[] newer = Files.readAllBytes(one.export("newer"));
        newer[15] = 2;
        assertEquals(BundleException.Kind.UNSUPPORTED_VERSION, refused(newer).kind());
        byte[] foreign = Files.readAllBytes(one.export("foreign"));
        foreign[16] ^= 1;
        assertEquals(BundleException.Kind.OTHER_SPACE, refused(foreign).kind());
        Device locked = new Device(TestSealer.of(LinkWorld.SPACE, 7).withKeys(Map.of(1, 5L)), new OfflineTransport());
        assertEquals(
                BundleException.Kind.DAMAGED,
                assertThrows(BundleException.class, () -> locked.client.importBundle(one.export("ours")))
                        .kind());
        locked.client.close();
    }

    @Test
    void export_always_showsNothingOfWhatIsInIt() throws Exception {
        one.put("needle-id", "needle-value");
        String file = new String(Files.readAllBytes(one.export("file")), StandardCharsets.ISO_8859_1);
        assertFalse(file.contains("needle"));
        assertFalse(file.contains(new String(one.sealer.device().toByteArray(), StandardCharsets.ISO_8859_1)));
    }

    @Test
    void import_whereThereIsARelay_isPassedOnToIt() throws Exception {
        SimulatedRelay relay = SimulatedRelay.forTestSealers(LinkWorld.SPACE, 1, time::millis);
        TestSealer sealer = TestSealer.of(LinkWorld.SPACE, 4);
        relay.admit(sealer.publicKey());
        relay.admit(one.sealer.publicKey());
        Device connected = new Device(sealer, new SimulatedTransport(relay, sealer.device()));
        one.put("a", "by file");
        connected.client.importBundle(one.export("file"));
        assertEquals("\"by file\"", connected.get("a"));
        assertEquals(1, connected.client.status().passingOn());
        for (int round = 0; round < 2; round++) {
            var done = connected.client.syncAsync();
            time.runDue();
            done.get();
        }
        assertEquals(1, relay.size());
        assertEquals(0, connected.client.status().passingOn());
        assertEquals(
                List.of(),
                connected.client.status().incidents().stream()
                        .filter(Incident::open)
                        .toList());
        connected.assertQuiet();
        connected.client.close();
    }

    @Test
    void import_manyRoundsBothWays_convergesAndCountsOnce() throws Exception {
        SeededRandom random = new SeededRandom(5);
        int sum = 0;
        Path last = null;
        for (int round = 0; round < 40; round++) {
            Device from = random.chance(0.5) ? one : other;
            Device to = from == one ? other : one;
            for (Device device : List.of(from, to)) {
                int amount = random.nextInt(10);
                device.client.collection("notes").op("n", "add", JsonValue.of(amount));
                device.put("note-" + random.nextInt(5), "round " + round);
                sum += amount;
            }
            if (random.chance(0.7)) {
                last = from.export("round-" + round);
                to.client.importBundle(last);
            } else if (last != null) {
                to.client.importBundle(last);
            }
        }
        other.client.importBundle(one.export("last there"));
        one.client.importBundle(other.export("last back"));
        other.client.importBundle(one.export("thanks"));
        assertEquals(String.valueOf(sum), one.get("n"));
        assertEquals(one.client.stateHash(), other.client.stateHash());
        assertEquals(0, one.client.status().pending() + other.client.status().pending());
        one.assertQuiet();
        other.assertQuiet();
    }
}
