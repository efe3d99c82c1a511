package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpLimits;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import dev.tidelock.sync.spi.transport.Registrar.Member;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RelayLogTest {
    private static final PullRequest EVERYTHING = PullRequest.missing(Map.of(), 0);

    @TempDir
    Path folder;

    private Path dataFile;
    private TestSpace space;

    @BeforeEach
    void startRelay() throws Exception {
        dataFile = folder.resolve("data/relay.db");
        space = TestSpace.start(RelaySettings.of(dataFile), 2);
    }

    @AfterEach
    void stopRelay() throws Exception {
        space.close();
    }

    private static PullResult.Page page(Transport transport, PullRequest request) throws TransportException {
        return assertInstanceOf(PullResult.Page.class, transport.pull(request));
    }

    @Test
    void restart_keepsLogMembersAndChains() throws Exception {
        List<Envelope> envelopes = space.next(0, 5, 100);
        space.connect(0).transport().push(envelopes.subList(0, 3));
        Cursor before = page(space.connect(1).transport(), EVERYTHING).next();

        space.restart();

        Transport reader = space.connect(1).transport();
        assertEquals(before, page(reader, EVERYTHING).next());
        assertEquals(List.of(), page(reader, PullRequest.after(before)).entries());
        assertEquals(
                List.of(space.keys(0).device(), space.keys(1).device()),
                space.connect(1).registrar().members().stream()
                        .map(Member::device)
                        .collect(Collectors.toList()));
        PushReceipt receipt = space.connect(0).transport().push(envelopes);
        assertEquals(5, receipt.accepted().size());
        assertEquals(5, page(reader, EVERYTHING).next().position());
    }

    @Test
    void dataFile_rolledBack_refusesLaterCursors() throws Exception {
        Transport writer = space.connect(0).transport();
        writer.push(space.next(0, 2, 100));
        Cursor early = page(writer, EVERYTHING).next();
        space.stop();
        Path copy = folder.resolve("copy.db");
        Files.copy(dataFile, copy);
        space.restart();
        writer = space.connect(0).transport();
        writer.push(space.next(0, 2, 100));
        Cursor late = page(writer, EVERYTHING).next();
        space.stop();
        Files.copy(copy, dataFile, StandardCopyOption.REPLACE_EXISTING);
        space.restart();

        Transport reader = space.connect(1).transport();
        assertEquals(List.of(), page(reader, PullRequest.after(early)).entries());
        PullResult refused = reader.pull(PullRequest.after(late));
        assertEquals(
                late.log(),
                assertInstanceOf(PullResult.CursorRefused.class, refused).log());
    }

    @Test
    void dataFile_replaced_hasAnotherLog() throws Exception {
        Cursor before = page(space.connect(0).transport(), EVERYTHING).next();
        space.stop();
        Files.delete(dataFile);
        space.restart();
        HttpRelay relay = space.connect(0);
        assertThrows(TransportException.class, () -> relay.transport().pull(EVERYTHING));
        relay.registrar().createSpace();
        assertNotEquals(before.log(), page(relay.transport(), EVERYTHING).next().log());
    }

    @Test
    void space_ofOthers_cannotBeTaken() {
        SpaceKeys stranger = SpaceKeys.of(
                KeyRing.ofUnprotectedKeys(space.keys(0).space(), Map.of(1, new byte[32]), 1),
                DeviceIdentity.generate());
        try (HttpRelay relay = HttpRelay.at(space.url(), System::currentTimeMillis)
                .open(stranger.space(), stranger.identity().publicKey(), stranger::tokenAt)) {
            TransportException refused = assertThrows(
                    TransportException.class, () -> relay.registrar().createSpace());
            assertEquals(TransportException.Kind.REJECTED, refused.kind());
            refused = assertThrows(
                    TransportException.class, () -> relay.transport().pull(EVERYTHING));
            assertEquals(TransportException.Kind.UNAUTHORIZED, refused.kind());
        }
    }

    @Test
    void deviceWithAWrongClock_isHelpedByTheRelaysTime() throws Exception {
        SpaceKeys own = space.keys(0);
        for (long wrongBy : new long[] {-100_000_000, 100_000_000}) {
            try (HttpRelay relay = HttpRelay.at(space.url(), () -> System.currentTimeMillis() + wrongBy)
                    .open(own.space(), own.identity().publicKey(), own::tokenAt)) {
                assertEquals(0, page(relay.transport(), EVERYTHING).next().position());
            }
        }
    }

    @Test
    void pages_keepToTheBytesThatWereAskedFor() throws Exception {
        Transport writer = space.connect(0).transport();
        List<Envelope> envelopes = space.next(0, 20, 5000);
        writer.push(envelopes);
        List<EnvelopeHash> read = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        SpaceKeys own = space.keys(1);
        try (HttpRelay relay = HttpRelay.at(space.url(), System::currentTimeMillis)
                .limits(HttpLimits.DEFAULTS.withPullBytesMax(16 << 10))
                .open(own.space(), own.identity().publicKey(), own::tokenAt)) {
            PullResult.Page page = page(relay.transport(), EVERYTHING);
            while (true) {
                page.entries().forEach(entry -> read.add(entry.hash()));
                sizes.add(page.entries().size());
                if (!page.more()) {
                    break;
                }
                page = page(relay.transport(), PullRequest.after(page.next()));
            }
        }
        assertEquals(envelopes.stream().map(Envelope::hash).collect(Collectors.toList()), read);
        assertEquals(List.of(3, 3, 3, 3, 3, 3, 2), sizes);
    }

    @Test
    void pull_ownEnvelopes_comeByName() throws Exception {
        Transport writer = space.connect(0).transport();
        writer.push(space.next(0, 3, 100_000));
        Cursor start = new Cursor(page(writer, EVERYTHING).next().log(), 0, EnvelopeHash.NONE);
        page(writer, PullRequest.after(start))
                .entries()
                .forEach(entry -> assertInstanceOf(PullResult.Own.class, entry));
    }

    @Test
    void pull_beyondTheEnd_endsAtTheEnd() throws Exception {
        Transport writer = space.connect(0).transport();
        writer.push(space.next(0, 3, 100));
        Cursor end = page(writer, EVERYTHING).next();
        PullResult.Page page = page(writer, PullRequest.missing(Map.of(), 1_000_000));
        assertEquals(end, page.next());
        assertEquals(List.of(), page.entries());
    }

    @Test
    void pull_knownDevicesThatTheLogDoesNotHave_changeNothing() throws Exception {
        Transport writer = space.connect(0).transport();
        writer.push(space.next(0, 3, 100));
        DeviceId elsewhere = DeviceIdentity.generate().device();
        assertEquals(
                3,
                page(writer, PullRequest.missing(Map.of(elsewhere, 9L), 0))
                        .entries()
                        .size());
    }

    @Test
    void quota_refusesAndKeepsWhatIsThere() throws Exception {
        try (TestSpace small = TestSpace.start(
                RelaySettings.of(folder.resolve("small.db")).withQuotas(RelayQuotas.DEFAULT.withBytesMax(5_000)), 2)) {
            Transport writer = small.connect(0).transport();
            List<Envelope> envelopes = small.next(0, 3, 2_000);
            PushReceipt receipt = writer.push(envelopes);
            assertEquals(2, receipt.accepted().size());
            assertEquals(RefusalReason.QUOTA, receipt.refusals().get(0).reason());
            PushReceipt others = small.connect(1).transport().push(small.next(1, 1, 100));
            assertEquals(1, others.accepted().size());
            assertEquals(3, page(writer, EVERYTHING).entries().size());
        }
    }

    @Test
    void admit_again_changesNothing() throws Exception {
        byte[] key = space.keys(2).identity().publicKey();
        space.connect(1).registrar().admit(key);
        space.connect(0).registrar().admit(key);
        assertEquals(3, space.connect(2).registrar().members().size());
        space.connect(2).registrar().createSpace();
    }

    @Test
    void secondRelay_onTheSameFile_isRefused() throws Exception {
        IOException refused = assertThrows(IOException.class, () -> RelayServer.start(RelaySettings.of(dataFile)));
        assertTrue(refused.getMessage().contains("another relay is using"), refused.getMessage());
        assertEquals(0, page(space.connect(0).transport(), EVERYTHING).next().position());
    }

    @Test
    void secondRelay_onTheSamePort_isRefused() {
        int port = java.net.URI.create(space.url()).getPort();
        Path other = folder.resolve("other.db");
        IOException refused = assertThrows(
                IOException.class,
                () -> RelayServer.start(RelaySettings.of(other).withPort(port)));
        assertTrue(refused.getMessage().contains("cannot listen on 127.0.0.1 port " + port), refused.getMessage());
    }

    @Test
    void dataFile_ofSomethingElse_isRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text.db"), "not a database ".repeat(1000));
        IOException refused = assertThrows(IOException.class, () -> RelayServer.start(RelaySettings.of(text)));
        assertTrue(refused.getMessage().contains(text.toString()), refused.getMessage());
        Path foreign = folder.resolve("foreign.db");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + foreign);
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE notes (id)");
        }
        refused = assertThrows(IOException.class, () -> RelayServer.start(RelaySettings.of(foreign)));
        assertTrue(refused.getMessage().contains("is not the data file of a relay"), refused.getMessage());
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + foreign);
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE notes");
        }
    }

    @Test
    void close_twice_isHarmless() throws Exception {
        space.server().close();
        space.server().close();
    }
}
