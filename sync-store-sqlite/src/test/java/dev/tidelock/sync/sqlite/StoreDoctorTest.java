package dev.tidelock.sync.sqlite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreException;
import dev.tidelock.sync.spi.store.StoreIdentity;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.sqlite.StoreCheckup.Kind;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store of two devices' history, with unsent changes at its end, damaged in every page in turn. */
class StoreDoctorTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);
    private static final TestSealer OWN = TestSealer.of(SPACE, 1);
    private static final TestSealer OTHER = TestSealer.of(SPACE, 2);
    private static final StoreIdentity OWNER = new StoreIdentity(SPACE, OWN.device());
    private static final int PAGE = DamagedFile.PAGE_BYTES;
    private static final int ROUNDS = 12;
    private static final int UNSENT = 30;

    @TempDir
    static Path shared;

    private static SimulatedRelay relay;
    private static byte[] whole;
    private static byte[] withoutLog;
    private static byte[] log;
    private static int envelopes;

    @TempDir
    Path folder;

    private Path file;

    @BeforeAll
    static void makeHistory() throws Exception {
        relay = SimulatedRelay.forTestSealers(SPACE, 1, System::currentTimeMillis);
        relay.admit(OWN.publicKey());
        relay.admit(OTHER.publicKey());
        Path file = shared.resolve("store.db");
        try (SyncClient own = client(SqliteStore.open(file), OWN);
                SyncClient other = client(new MemoryStore(), OTHER)) {
            for (int round = 0; round < ROUNDS; round++) {
                fill(own, "own", round);
                own.sync();
                fill(other, "other", round);
                other.sync();
            }
            own.sync();
        }
        try (SyncClient own = client(SqliteStore.open(file), OWN)) {
            for (int i = 0; i < UNSENT; i++) {
                own.collection("notes").put("unsent-" + i, JsonValue.of("only here " + i));
            }
            withoutLog = Files.readAllBytes(file);
            log = Files.readAllBytes(shared.resolve("store.db-wal"));
        }
        whole = Files.readAllBytes(file);
        envelopes = relay.size();
    }

    private static SyncClient client(Store store, TestSealer sealer) {
        return client(store, new SimulatedTransport(relay, sealer.device()), sealer);
    }

    private static SyncClient client(Store store, Transport transport, TestSealer sealer) {
        return SyncClient.builder(store, transport, sealer).open();
    }

    /** Some short and some long values, so that there are rows within a page and beyond one. */
    private static void fill(SyncClient client, String who, int round) {
        for (int i = 0; i < 8; i++) {
            String text = who + " wrote " + round + "." + i + "x".repeat(i == 7 ? 6000 : 200);
            client.collection("notes").put(who + "-" + i + "-" + round % 4, JsonValue.of(text));
        }
    }

    @BeforeEach
    void nameFile() {
        file = folder.resolve("store.db");
    }

    private static byte[] damaged(int page, boolean zeroed) {
        byte[] bytes = whole.clone();
        int start = (page - 1) * PAGE;
        if (zeroed) {
            Arrays.fill(bytes, start, start + PAGE, (byte) 0);
        } else {
            Random random = new Random(page);
            for (int i = 0; i < 64; i++) {
                bytes[start + random.nextInt(PAGE)] ^= (byte) (1 + random.nextInt(255));
            }
            bytes[start] ^= 0x55;
        }
        return bytes;
    }

    /** Every use is right or refused as damaged; never something else. */
    private boolean worksOrIsRefused() {
        try (SqliteStore store = SqliteStore.open(file)) {
            store.read(reader -> {
                reader.records(
                        null, (key, value) -> reader.events(key, EventState.APPLIED, Integer.MAX_VALUE, event -> {}));
                reader.chains();
                reader.outbox("simulated", Set.of(), 10_000, Long.MAX_VALUE);
                return reader.unsealed(Integer.MAX_VALUE, Long.MAX_VALUE);
            });
            return true;
        } catch (StoreException typed) {
            assertEquals(StoreException.Kind.CORRUPT, typed.kind(), typed.getMessage());
            return false;
        }
    }

    @Test
    void check_soundStore_findsNothingAndChangesNothing() throws IOException {
        Files.write(file, withoutLog);
        Files.write(folder.resolve("store.db-wal"), log);
        assertEquals("[]", StoreDoctor.check(file).findings().toString());
        assertArrayEquals(withoutLog, Files.readAllBytes(file));
        assertArrayEquals(log, Files.readAllBytes(folder.resolve("store.db-wal")));
        Set<String> left = new HashSet<>();
        try (var files = Files.list(folder)) {
            files.forEach(each -> left.add(each.getFileName().toString()));
        }
        assertEquals(Set.of("store.db", "store.db-wal", "store.db-lock"), left);
    }

    @Test
    void salvage_soundStore_savesAll_alsoWhatIsInTheLog() throws IOException {
        Files.write(file, withoutLog);
        Files.write(folder.resolve("store.db-wal"), log);
        try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
            assertEquals(envelopes, salvage.envelopes());
            assertEquals(UNSENT, salvage.unsent().size());
            assertEquals(0, salvage.damagedPages() + salvage.envelopesLost() + salvage.unsentLost());
            assertFalse(salvage.needsNewIdentity());
        }
    }

    @Test
    void everyPageDamaged_isNoticed_andTheOtherPagesAreSaved() throws IOException {
        int pages = whole.length / PAGE;
        int noticed = 0;
        for (int page = 2; page <= pages; page++) {
            for (boolean zeroed : new boolean[] {true, false}) {
                Files.write(file, damaged(page, zeroed));
                boolean works = worksOrIsRefused();
                Files.write(file, damaged(page, zeroed)); // as it was: to open a store may move its log
                boolean sound = StoreDoctor.check(file).isSound();
                assertTrue(works || !sound, "page " + page + " is refused, and the doctor sees nothing");
                noticed += sound ? 0 : 1;
                assertOnlyThatPageIsLost(page);
            }
        }
        assertTrue(noticed >= 2 * (pages - 1) * 9 / 10, noticed + " of " + 2 * (pages - 1));
    }

    /** A leaf has its own rows only, a part of a long row that one, and any other page none that is not elsewhere as well. */
    private void assertOnlyThatPageIsLost(int page) {
        int type = whole[(page - 1) * PAGE];
        int cells = ByteBuffer.wrap(whole).getShort((page - 1) * PAGE + 3);
        int mayBeLost = type == 0x0d ? cells : type == 0 ? 1 : 0;
        try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
            int lost = UNSENT - salvage.unsent().size();
            assertTrue(lost <= mayBeLost, "page " + page + " has cost " + lost + " unsent changes of " + mayBeLost);
            int found = salvage.envelopes() + salvage.envelopesLost();
            assertTrue(
                    envelopes - found <= mayBeLost, "page " + page + " has cost " + (envelopes - found) + " envelopes");
        }
    }

    @Test
    void salvage_anyPageZeroed_andTheRelay_makeTheDeviceWhole() throws Exception {
        String expected;
        try (SyncClient reference = client(new MemoryStore(), new SalvageOf(whole).transport(), OWN)) {
            reference.sync();
            for (int i = 0; i < UNSENT; i++) {
                reference.collection("notes").put("unsent-" + i, JsonValue.of("only here " + i));
            }
            expected = reference.stateHash();
        }
        int healed = 0;
        for (int page = 2; page <= whole.length / PAGE; page += 3) {
            Files.write(file, damaged(page, true));
            try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
                if (salvage.needsNewIdentity() || salvage.unsent().size() < UNSENT) {
                    continue;
                }
                Path fresh = folder.resolve("fresh-" + page + ".db");
                try (SyncClient again = client(SqliteStore.open(fresh), salvage.transport(), OWN)) {
                    again.sync();
                    assertEquals(UNSENT, salvage.makeAgain(again));
                }
                SimulatedRelay copy = copyOfRelay();
                try (SyncClient again =
                        client(SqliteStore.open(fresh), new SimulatedTransport(copy, OWN.device()), OWN)) {
                    again.sync();
                    assertEquals(0, again.status().quarantined());
                    assertEquals(expected, again.stateHash(), "page " + page);
                    assertTrue(copy.size() > envelopes, "what was unsent is sent");
                }
                assertTrue(StoreDoctor.check(fresh).isSound());
                healed++;
            }
        }
        assertTrue(healed > 10, "only " + healed);
    }

    private static SimulatedRelay copyOfRelay() {
        SimulatedRelay copy = SimulatedRelay.forTestSealers(SPACE, 2, System::currentTimeMillis);
        copy.admit(OWN.publicKey());
        copy.admit(OTHER.publicKey());
        relay.log().forEach(envelope -> copy.push(java.util.List.of(envelope)));
        return copy;
    }

    /** A salvage of a file that is written for it. */
    private final class SalvageOf {
        private final Path path = folder.resolve("reference.db");

        SalvageOf(byte[] bytes) throws IOException {
            Files.write(path, bytes);
        }

        Transport transport() {
            return StoreDoctor.salvage(path, OWNER).transport(); // open until the process ends
        }
    }

    @Test
    void salvage_ownEnvelopeLost_needsANewIdentity() throws IOException {
        int withNewIdentity = 0;
        for (int page = 2; page <= whole.length / PAGE; page++) {
            Files.write(file, damaged(page, true));
            try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
                boolean lost = salvage.envelopes() < envelopes;
                withNewIdentity += salvage.needsNewIdentity() ? 1 : 0;
                assertTrue(!salvage.needsNewIdentity() || lost || page <= 6, "page " + page);
            }
        }
        assertTrue(withNewIdentity > 3);
    }

    @Test
    void truncatedAtEveryPage_isRefused_andWhatIsLeftIsSaved() throws IOException {
        int before = 0;
        for (int pages = 1; pages < whole.length / PAGE; pages++) {
            Files.write(file, Arrays.copyOf(whole, pages * PAGE));
            assertFalse(worksOrIsRefused(), "only " + pages + " pages");
            assertEquals(
                    Kind.UNOPENABLE, StoreDoctor.check(file).findings().get(0).kind());
            try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
                int found = salvage.envelopes() + salvage.envelopesLost();
                assertTrue(found >= before, "a longer file has less");
                before = found;
            }
        }
    }

    @Test
    void garbageEmptyMissingAndNewer_areNamed() throws IOException {
        assertEquals(Kind.MISSING, StoreDoctor.check(file).findings().get(0).kind());
        Files.createFile(file);
        assertEquals(Kind.MISSING, StoreDoctor.check(file).findings().get(0).kind());
        byte[] garbage = new byte[50_000];
        new Random(3).nextBytes(garbage);
        Files.write(file, garbage);
        assertEquals(Kind.UNOPENABLE, StoreDoctor.check(file).findings().get(0).kind());
        try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
            assertEquals(0, salvage.envelopes() + salvage.unsent().size());
            assertTrue(salvage.needsNewIdentity());
        }
        byte[] newer = whole.clone();
        ByteBuffer.wrap(newer).putInt(60, Schema.VERSION + 1);
        Files.write(file, newer);
        assertEquals(
                Kind.NEWER_VERSION, StoreDoctor.check(file).findings().get(0).kind());
    }

    @Test
    void logDeleted_isAnEarlierStateOrRefused() throws IOException {
        Files.write(file, withoutLog);
        if (worksOrIsRefused()) {
            try (StoreSalvage salvage = StoreDoctor.salvage(file, OWNER)) {
                assertEquals(0, salvage.damagedPages());
            }
        }
    }

    @Test
    void envelopeChanged_isFoundThoughSqliteCannotTell() throws IOException {
        byte[] envelope = relay.log().get(3).toByteArray();
        byte[] signatureEnd = Arrays.copyOfRange(envelope, envelope.length - 30, envelope.length);
        byte[] changed = whole.clone();
        for (int at = indexOf(changed, signatureEnd); at >= 0; at = indexOf(changed, signatureEnd)) {
            changed[at] ^= 1; // wherever it has been
        }
        Files.write(file, changed);
        assertTrue(StoreDoctor.check(file).findings().stream().anyMatch(finding -> finding.kind() == Kind.ENVELOPES));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at <= bytes.length - part.length; at++) {
            if (Arrays.equals(part, Arrays.copyOfRange(bytes, at, at + part.length))) {
                return at;
            }
        }
        return -1;
    }

    @Test
    void openStore_andStoreOfAnother_areRefused() throws IOException {
        Files.write(file, whole);
        SqliteStore open = SqliteStore.open(file);
        try {
            assertEquals(
                    StoreException.Kind.LOCKED,
                    assertThrows(StoreException.class, () -> StoreDoctor.check(file))
                            .kind());
        } finally {
            open.close();
        }
        StoreIdentity stranger = new StoreIdentity(SPACE, OTHER.device());
        assertEquals(
                StoreException.Kind.CORRUPT,
                assertThrows(StoreException.class, () -> StoreDoctor.salvage(file, stranger))
                        .kind());
    }
}
