package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What whoever runs a relay can rely on: quotas, rates, figures, deletion, retention, copies. */
class RelayCareTest {
    private static final PullRequest EVERYTHING = PullRequest.missing(Map.of(), 0);

    @TempDir
    private Path folder;

    private RelaySettings settings() {
        return RelaySettings.of(folder.resolve("relay.db"));
    }

    private static int entries(Transport transport) throws TransportException {
        return ((PullResult.Page) transport.pull(EVERYTHING)).entries().size();
    }

    @Test
    void quotas_ofEventsAndLengths_refuseAndSayWhy() throws Exception {
        RelayQuotas quotas =
                RelayQuotas.DEFAULT.withEventsMax(3).withEnvelopeBytesMax(1_000).withDevicesMax(2);
        try (TestSpace space = TestSpace.start(settings().withQuotas(quotas), 2)) {
            Transport writer = space.connect(0).transport();
            PushReceipt tooLong = writer.push(space.next(0, 1, 2_000));
            assertEquals(RefusalReason.TOO_LARGE, tooLong.refusals().get(0).reason());
            assertTrue(String.valueOf(tooLong.refusals().get(0).detail()).contains("1000"));
            Transport other = space.connect(1).transport();
            PushReceipt receipt = other.push(space.next(1, 4, 100));
            assertEquals(3, receipt.accepted().size());
            assertEquals(RefusalReason.QUOTA, receipt.refusals().get(0).reason());
            assertTrue(String.valueOf(receipt.refusals().get(0).detail()).contains("3 of 3 events"));
            TransportException full = assertThrows(
                    TransportException.class,
                    () -> space.connect(0)
                            .registrar()
                            .admit(space.keys(2).identity().publicKey()));
            assertEquals(Kind.REJECTED, full.kind());
            assertTrue(String.valueOf(full.getMessage()).contains("2 devices"));
        }
    }

    @Test
    void deviceThatAsksTooOften_isThrottled_andOthersAreNot() throws Exception {
        try (TestSpace space = TestSpace.start(settings().withRequestsPerSecond(5), 2)) {
            Transport greedy = space.connect(0).transport();
            TransportException refused = assertThrows(TransportException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    greedy.pull(EVERYTHING);
                }
            });
            assertEquals(Kind.THROTTLED, refused.kind());
            assertEquals(Duration.ofSeconds(1), refused.retryAfter());
            assertEquals(0, entries(space.connect(1).transport()));
        }
    }

    @Test
    void addressThatAsksTooOften_isThrottled() throws Exception {
        try (TestSpace space = TestSpace.start(settings().withAddressRequestsPerSecond(5), 1)) {
            TransportException refused = assertThrows(TransportException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    space.connect(5 + i % 3).transport().pull(EVERYTHING); // strangers
                }
            });
            while (refused.kind() == Kind.UNAUTHORIZED) {
                refused = assertThrows(
                        TransportException.class,
                        () -> space.connect(5).transport().pull(EVERYTHING));
            }
            assertEquals(Kind.THROTTLED, refused.kind());
        }
    }

    @Test
    void bucket_fillsAgain_andManyAreForgotten() throws Exception {
        AtomicLong nanos = new AtomicLong();
        RateLimit<Integer> limit = new RateLimit<>("one", 2, nanos::get);
        for (int i = 0; i < 4; i++) {
            limit.require(1);
        }
        assertThrows(RefusedException.class, () -> limit.require(1));
        limit.require(2);
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        limit.require(1);
        assertThrows(RefusedException.class, () -> limit.require(1));
        nanos.addAndGet(Duration.ofDays(400).toNanos());
        for (int i = 0; i < 4; i++) {
            limit.require(1);
        }
        assertThrows(RefusedException.class, () -> limit.require(1));
        for (int i = 10; i < 100_000; i++) {
            limit.require(i);
        }
        limit.require(1);
    }

    @Test
    void metrics_countWhatHappened_andNameNobody() throws Exception {
        try (TestSpace space = TestSpace.start(settings().withMetricsPort(0), 1)) {
            Transport writer = space.connect(0).transport();
            List<Envelope> envelopes = space.next(0, 3, 100);
            writer.push(envelopes);
            URI uri = URI.create(String.valueOf(space.server().metricsUrl()));
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            String text = answer.body();
            assertTrue(text.contains("\ntidelock_envelopes_appended_total 3\n"), text);
            assertTrue(text.contains("# TYPE tidelock_requests_total counter\n"), text);
            assertTrue(
                    text.contains("tidelock_requests_total{route=\"POST /v1/spaces/{space}/push\",status=\"200\"} 1\n"),
                    text);
            assertTrue(text.contains("\ntidelock_spaces 1\n"), text);
            assertFalse(text.contains(space.keys(0).space().toString()), text);
            assertFalse(text.contains(space.keys(0).device().toString()), text);
            HttpResponse<String> other = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(space.url() + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertEquals(404, other.statusCode(), "not where everybody asks");
        }
    }

    @Test
    void deleteSpace_leavesNothingOfItInTheFile_andItCanBeMadeAnew() throws Exception {
        try (TestSpace space = TestSpace.start(settings(), 2)) {
            Transport writer = space.connect(0).transport();
            List<Envelope> envelopes = space.next(0, 3, 5_000);
            writer.push(envelopes);
            space.connect(0).cells().write(new byte[16], new byte[] {1}, null);
            space.connect(1).registrar().deleteSpace();
            space.connect(1).registrar().deleteSpace(); // once more changes nothing
            TransportException gone = assertThrows(TransportException.class, () -> writer.push(envelopes));
            assertEquals(Kind.UNKNOWN_SPACE, gone.kind());
            space.stop();
            for (Path file : Files.list(folder).toList()) {
                String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                for (Envelope envelope : envelopes) {
                    String body = new String(envelope.toByteArray(), 200, 200, StandardCharsets.ISO_8859_1);
                    assertFalse(bytes.contains(body), file.toString());
                }
            }
            space.restart();
            space.connect(0).registrar().createSpace();
            assertEquals(
                    3, space.connect(0).transport().push(envelopes).accepted().size());
            assertTrue(space.connect(0).cells().read(new byte[16], null).isEmpty());
            assertEquals(1, space.connect(0).registrar().members().size());
        }
    }

    @Test
    void retention_deletesOnlyWhatNobodyAsksFor() throws Exception {
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        RelaySettings kept = settings().withRetention(Duration.ofDays(30)).withWallMillis(now::get);
        try (TestSpace abandoned = TestSpace.start(kept, 1)) {
            abandoned.connect(0).transport().push(abandoned.next(0, 1, 100));
            now.addAndGet(Duration.ofDays(29).toMillis());
            abandoned.restart();
            assertEquals(1, entries(abandoned.connect(0).transport()));
            now.addAndGet(Duration.ofDays(29).toMillis());
            abandoned.restart();
            assertEquals(1, entries(abandoned.connect(0).transport()), "it was asked for 29 days ago");
        }
        assertThrows(IllegalArgumentException.class, () -> settings().withRetention(Duration.ofDays(29)));
    }

    /** A space at a data file, without a relay. */
    private static Space newSpace(Membership membership, SpaceKeys keys) throws Exception {
        membership.createSpace(keys.space(), keys.identity().publicKey());
        return membership.space(keys.space()).orElseThrow();
    }

    @Test
    void retention_countsOnlyTimeInWhichTheRelayRan() throws Exception {
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        RelaySettings kept = settings().withRetention(Duration.ofDays(30)).withWallMillis(now::get);
        try (RelayDatabase database = RelayDatabase.open(kept.dataFile(), now::get)) {
            Membership membership = new Membership(database, 2, now::get);
            Space abandoned = newSpace(membership, SpaceKeys.createSpace());
            Space used = newSpace(membership, SpaceKeys.createSpace());
            now.addAndGet(Duration.ofDays(100).toMillis());
            Retention retention = new Retention(membership, new LiveLines(LinePatience.DEFAULT), kept);
            retention.run();
            now.addAndGet(Duration.ofDays(30).toMillis());
            retention.run();
            assertEquals(2, membership.spaces(), "nobody could ask for a hundred days");
            membership.use(used);
            now.addAndGet(1);
            retention.run();
            assertTrue(membership.space(abandoned.id()).isEmpty());
            assertTrue(membership.space(used.id()).isPresent());
            assertFalse(membership.retire(used, now.get() - 1), "it was asked for meanwhile");
        }
    }

    @Test
    void retention_afterAFormerVersion_beginsToCount() throws Exception {
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        Path file = folder.resolve("former.db");
        SpaceId id = SpaceKeys.createSpace().space();
        RelayDatabase.open(file, now::get).close();
        try (Connection former = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = former.createStatement()) {
            statement.executeUpdate("INSERT INTO space (id, log, position, prefix, bytes, created_millis) VALUES (x'"
                    + id + "', 'log', 0, zeroblob(32), 0, 1)");
            statement.executeUpdate("ALTER TABLE space DROP COLUMN used_millis");
            statement.executeUpdate("DROP TABLE cell");
            statement.executeUpdate("PRAGMA user_version = 1");
        }
        try (RelayDatabase database = RelayDatabase.open(file, now::get)) {
            Space space = new Membership(database, 1, now::get).space(id).orElseThrow();
            assertEquals(now.get(), space.usedMillis());
        }
    }

    @Test
    void requestUnderWay_whenItsSpaceIsDeleted_changesAndReadsNothing() throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        try (RelayDatabase database = RelayDatabase.open(folder.resolve("under-way.db"), now::get)) {
            Membership membership = new Membership(database, 2, now::get);
            Space space = newSpace(membership, keys);
            Member member = membership.member(space, keys.device()).orElseThrow();
            Caller caller = new Caller(space, member, Long.MAX_VALUE);
            List<Candidate> pushed = new EnvelopeCheck(membership)
                    .check(
                            caller,
                            List.of(keys.sealer()
                                    .seal(1, 1, EnvelopeHash.NONE, new byte[9])
                                    .toByteArray()));
            assertTrue(membership.retire(space));
            assertFalse(membership.retire(space), "it is gone");
            CellShelf shelf = new CellShelf(database);
            LogWriter writer =
                    new LogWriter(database, RelayQuotas.DEFAULT, new RelayMeter(), new LiveLines(LinePatience.DEFAULT));
            PullBody pull = new PullBody(EVERYTHING, WireLimits.PULL_BYTES_MIN);
            gone(() -> shelf.write(space, new byte[16], new byte[] {1}, there -> true));
            gone(() -> membership.admit(space, DeviceIdentity.generate().publicKey()));
            gone(() -> writer.append(space, pushed, now.get()));
            gone(() -> new LogReader(database).pull(space, member, pull, now.get()));
            membership.empty(space.number());
            newSpace(membership, keys);
            gone(() -> shelf.write(space, new byte[16], new byte[] {1}, there -> true));
            for (String table : List.of("cell", "entry", "body")) {
                assertEquals(0, count(database, table), table);
            }
        }
    }

    @Test
    void deletedSpace_ofManyEntries_isEmptiedInSteps_andAfterACrash() throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        SpaceKeys others = SpaceKeys.createSpace();
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        try (RelayDatabase database = RelayDatabase.open(settings().dataFile(), now::get)) {
            Membership membership = new Membership(database, 2, now::get);
            Space space = newSpace(membership, keys);
            Space other = newSpace(membership, others);
            append(database, membership, other, others, 3);
            append(database, membership, space, keys, 2_500);
            new CellShelf(database).write(space, new byte[16], new byte[] {1}, there -> true);
            new CellShelf(database).write(other, new byte[16], new byte[] {1}, there -> true);
            assertTrue(membership.retire(space));
            assertEquals(2_503, count(database, "body"), "nothing was deleted yet");
            membership.finishEmptying(); // as after a start
            assertEquals(3, count(database, "entry"));
            assertEquals(3, count(database, "body"));
            assertEquals(1, count(database, "member"));
            assertEquals(1, count(database, "cell"));
            membership.finishEmptying();
            assertEquals(3, new LogReader(database).end(other));
        }
    }

    @Test
    void pull_ofWhatIsKnownAlmost_passesOverSoMuchAtATime() throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        AtomicLong now = new AtomicLong(1_800_000_000_000L);
        int length = 2 * RelayLimits.PASSED_OVER_MAX + 7;
        try (RelayDatabase database = RelayDatabase.open(settings().dataFile(), now::get)) {
            Membership membership = new Membership(database, 2, now::get);
            Space space = newSpace(membership, keys);
            Member member = membership.member(space, keys.device()).orElseThrow();
            database.write(sql -> {
                sql.update(
                        "INSERT INTO entry (space, position, member, first_counter, last_counter, hash, prefix, length)"
                                + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                                + " SELECT ?, i, ?, i, i, zeroblob(32), randomblob(32), 100 FROM n",
                        length,
                        space.number(),
                        member.number());
                sql.update("INSERT INTO body SELECT number, zeroblob(100) FROM entry WHERE position = ?", length);
                sql.update("UPDATE member SET last_counter = ? WHERE number = ?", length, member.number());
                return sql.update("UPDATE space SET position = ? WHERE number = ?", length, space.number());
            });
            Map<DeviceId, Long> known = Map.of(keys.device(), length - 1L);
            LogReader reader = new LogReader(database);
            long position = 0;
            for (int page = 1; page <= 2; page++) {
                PullBody pull = new PullBody(PullRequest.missing(known, position), WireLimits.PULL_BYTES_MIN);
                LogPage passed = reader.page(space, member, pull, now.get());
                assertTrue(passed.more());
                position = passed.next().position();
                assertEquals((long) page * RelayLimits.PASSED_OVER_MAX, position);
            }
            PullBody pull = new PullBody(PullRequest.missing(known, position), WireLimits.PULL_BYTES_MIN);
            LogPage last = reader.page(space, member, pull, now.get());
            assertFalse(last.more());
            assertEquals(length, last.next().position());
            assertTrue(last.bytes().length > 100, "the one that is not known is in it");
        }
    }

    private static void append(
            RelayDatabase database, Membership membership, Space space, SpaceKeys keys, int envelopes)
            throws Exception {
        Member member = membership.member(space, keys.device()).orElseThrow();
        List<byte[]> pushed = new ArrayList<>();
        EnvelopeHash previous = EnvelopeHash.NONE;
        for (int i = 1; i <= envelopes; i++) {
            Envelope next = keys.sealer().seal(i, 1, previous, new byte[9]);
            pushed.add(next.toByteArray());
            previous = next.hash();
        }
        List<Candidate> candidates =
                new EnvelopeCheck(membership).check(new Caller(space, member, Long.MAX_VALUE), pushed);
        PushReceipt receipt = new LogWriter(
                        database, RelayQuotas.DEFAULT, new RelayMeter(), new LiveLines(LinePatience.DEFAULT))
                .append(space, candidates, 1);
        assertEquals(envelopes, receipt.accepted().size());
    }

    private static long count(RelayDatabase database, String table) throws Exception {
        return database.read(sql -> sql.one("SELECT count(*) FROM " + table, row -> row.getLong(1)))
                .orElseThrow();
    }

    private static void gone(Executable request) {
        assertEquals(
                ErrorCode.UNKNOWN_SPACE,
                assertThrows(RefusedException.class, request).code());
    }

    @Test
    void backup_whileItRuns_isWholeAndCanBeRunOn() throws Exception {
        Path copy = folder.resolve("copy.db");
        List<Envelope> later;
        try (TestSpace space = TestSpace.start(settings(), 1)) {
            Transport writer = space.connect(0).transport();
            writer.push(space.next(0, 3, 1_000));
            assertTrue(RelayBackup.copy(folder.resolve("relay.db"), copy) > 3_000);
            later = space.next(0, 2, 1_000);
            writer.push(later);
            assertEquals(5, entries(writer));
            assertThrows(IOException.class, () -> RelayBackup.copy(folder.resolve("relay.db"), copy));
            assertThrows(IOException.class, () -> RelayBackup.copy(folder.resolve("none.db"), folder.resolve("x.db")));
        }
        try (RelayDatabase restored = RelayDatabase.open(copy, System::currentTimeMillis)) {
            long entries = restored.read(sql -> sql.one("SELECT count(*) FROM entry", row -> row.getLong(1)))
                    .orElseThrow();
            assertEquals(3, entries);
        }
    }
}
