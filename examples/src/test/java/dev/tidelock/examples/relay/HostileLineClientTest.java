package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.ws.wire.LineError;
import dev.tidelock.sync.ws.wire.LineLimits;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xnio.XnioWorker;

/** Whatever a client says on a line, or does not: it gets a typed refusal or is shown out, and others do not notice. */
class HostileLineClientTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration TICK = Duration.ofMillis(20);

    private static XnioWorker worker;

    @TempDir
    Path folder;

    private TestSpace space;

    @BeforeAll
    static void startWorker() throws IOException {
        worker = RawLine.worker();
    }

    @AfterAll
    static void stopWorker() {
        worker.shutdownNow();
    }

    @BeforeEach
    void start() throws Exception {
        space = TestSpace.start(
                RelaySettings.of(folder.resolve("relay.db")),
                new LinePatience(LONG, LONG, LONG, LONG, LONG, SHORT, TICK),
                2);
    }

    @AfterEach
    void othersDidNotNotice() throws Exception {
        Transport transport = space.connect(0).transport();
        assertEquals(1, transport.push(space.next(0, 1, 100)).accepted().size());
        space.close();
    }

    /** A relay that loses patience soon in one respect, and a space at it. */
    private void startImpatient(LinePatience patience) throws Exception {
        space.close();
        space = TestSpace.start(RelaySettings.of(folder.resolve("impatient.db")), patience, 2);
    }

    private RawLine line() throws IOException {
        return RawLine.open(worker, space.url(), space.path());
    }

    private RawLine lineLetIn(int device) throws Exception {
        RawLine line = line();
        line.send(Kind.AUTH, 1, token(space.keys(device)));
        assertEquals(Kind.DONE, line.next().kind());
        return line;
    }

    /** A line that the relay counts: it does so a moment after it has answered the upgrade, and surely before it answers a message. */
    private RawLine lineOfAStranger() throws Exception {
        RawLine line = line();
        line.send(Kind.PULL, 1, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
        refused(line, 1, ErrorCode.TOKEN_MISSING);
        return line;
    }

    private static byte[] token(SpaceKeys keys) {
        return keys.tokenAt(System.currentTimeMillis()).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] pull(PullRequest request, int bytesMax) {
        return new PullBody(request, bytesMax).write();
    }

    private static void refused(RawLine line, int number, ErrorCode code) throws Exception {
        LineMessage message = line.next();
        assertEquals(Kind.ERROR, message.kind());
        assertEquals(number, message.number());
        LineError error = LineError.read(message.body());
        assertEquals(code.code(), error.answer().code());
        assertEquals(code.status(), error.status());
    }

    @Test
    void requestBeforeTheToken_isRefused() throws Exception {
        try (RawLine line = line()) {
            line.send(Kind.PULL, 7, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            refused(line, 7, ErrorCode.TOKEN_MISSING);
            line.send(Kind.AUTH, 8, token(space.keys(0)));
            assertEquals(Kind.DONE, line.next().kind());
        }
    }

    @Test
    void tokens_thatAreNotGood_areRefused_andTheSecondEndsTheLine() throws Exception {
        byte[] forged = token(space.keys(0));
        int place = forged.length - 10;
        forged[place] = (byte) (forged[place] == 'A' ? 'B' : 'A'); // still a letter of the alphabet
        refusedTwice("nonsense".getBytes(StandardCharsets.US_ASCII), ErrorCode.TOKEN_MALFORMED);
        refusedTwice(token(SpaceKeys.createSpace()), ErrorCode.TOKEN_INVALID); // another space's
        refusedTwice(token(space.keys(5)), ErrorCode.NOT_A_MEMBER);
        refusedTwice(forged, ErrorCode.TOKEN_INVALID);
    }

    private void refusedTwice(byte[] token, ErrorCode code) throws Exception {
        try (RawLine line = line()) {
            line.send(Kind.AUTH, 1, token);
            refused(line, 1, code);
            line.send(Kind.AUTH, 2, token);
            refused(line, 2, code);
            assertEquals(LineLimits.CLOSE_TOKEN, line.closeCode());
        }
    }

    @Test
    void tokens_afterTheFirst_areTheSameDevices() throws Exception {
        try (RawLine line = line()) {
            line.send(Kind.AUTH, 1, "nonsense".getBytes(StandardCharsets.US_ASCII));
            refused(line, 1, ErrorCode.TOKEN_MALFORMED);
            line.send(Kind.AUTH, 2, token(space.keys(0)));
            assertEquals(Kind.DONE, line.next().kind());
            line.send(Kind.AUTH, 3, token(space.keys(1)));
            refused(line, 3, ErrorCode.TOKEN_INVALID); // another device's
            line.send(Kind.AUTH, 4, token(space.keys(0)));
            assertEquals(Kind.DONE, line.next().kind());
        }
    }

    @Test
    void linesWithoutAToken_areSoMany_oneMoreTakesThePlaceOfTheOldest() throws Exception {
        // Whoever has shown no token is late at once, though nobody looks.
        startImpatient(new LinePatience(Duration.ZERO, LONG, LONG, LONG, LONG, SHORT, LONG));
        List<RawLine> strangers = new ArrayList<>();
        try (RawLine member = lineLetIn(0)) {
            for (int i = 0; i < RelayLimits.LINES_WITHOUT_TOKEN_MAX; i++) {
                strangers.add(lineOfAStranger());
            }
            assertEquals(
                    RelayLimits.LINES_WITHOUT_TOKEN_MAX + 1,
                    space.server().lines().count());
            for (int i = 0; i < 3; i++) {
                strangers.add(lineOfAStranger());
                strangers.get(i).closeCode(); // waits for it
            }
            assertTrue(strangers.get(3).isOpen());
            assertTrue(space.server().lines().awaitAtMost(RelayLimits.LINES_WITHOUT_TOKEN_MAX + 1, 30_000));
            try (RawLine another = lineLetIn(1)) { // however many stand at the door
                another.send(Kind.PULL, 3, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
                assertEquals(Kind.PAGE, another.next().kind());
            }
            member.send(Kind.PULL, 3, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            assertEquals(Kind.PAGE, member.next().kind());
        } finally {
            strangers.forEach(RawLine::close);
        }
    }

    @Test
    void linesWithoutAToken_thatAreAllNew_keepTheirPlaces() throws Exception {
        List<RawLine> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < RelayLimits.LINES_WITHOUT_TOKEN_MAX; i++) {
                strangers.add(lineOfAStranger());
            }
            assertThrows(IOException.class, this::line);
            assertTrue(strangers.get(0).isOpen());
            strangers.get(0).send(Kind.AUTH, 2, token(space.keys(1)));
            assertEquals(Kind.DONE, strangers.get(0).next().kind());
            strangers.add(lineOfAStranger()); // that made room
        } finally {
            strangers.forEach(RawLine::close);
        }
    }

    @Test
    void linesOfOneDevice_areSoMany_andOthersGetTheirs() throws Exception {
        List<RawLine> lines = new ArrayList<>();
        try {
            for (int i = 0; i < RelayLimits.LINES_PER_DEVICE_MAX; i++) {
                lines.add(lineLetIn(0));
            }
            RawLine oneMore = line();
            lines.add(oneMore);
            oneMore.send(Kind.AUTH, 1, token(space.keys(0)));
            refused(oneMore, 1, ErrorCode.THROTTLED);
            lines.add(lineLetIn(1));
            lines.remove(0).close();
            assertTrue(space.server().lines().awaitAtMost(RelayLimits.LINES_PER_DEVICE_MAX + 1, 30_000));
            oneMore.send(Kind.AUTH, 2, token(space.keys(0)));
            assertEquals(Kind.DONE, oneMore.next().kind());
        } finally {
            lines.forEach(RawLine::close);
        }
    }

    @Test
    void linesThatAreCutWhileTheTokenIsRead_areForgotten() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (RawLine line = line()) {
                line.send(Kind.AUTH, 1, token(space.keys(0)));
                if (i % 4 > 0) {
                    space.connect(1).transport().pull(PullRequest.missing(Map.of(), 0)); // a moment
                }
            }
        }
        LiveLines lines = space.server().lines();
        assertTrue(lines.awaitAtMost(0, 30_000), "the line is still there");
        space.stop(); // waits for what is under way
        assertEquals(0, lines.listening());
        space.restart();
    }

    @Test
    void lineOfASpaceThatIsDeleted_ends() throws Exception {
        startImpatient(new LinePatience(LONG, LONG, LONG, LONG, LONG, SHORT, TICK));
        try (RawLine line = lineLetIn(1)) {
            space.connect(0).registrar().deleteSpace();
            assertEquals(LineLimits.CLOSE_NOT_A_MEMBER, line.closeCode());
        }
        space.connect(0).registrar().createSpace();
    }

    @Test
    void spaceThatIsNotThere_isRefused() throws Exception {
        SpaceKeys stranger = SpaceKeys.createSpace();
        try (RawLine line = RawLine.open(worker, space.url(), "/v1/spaces/" + stranger.space())) {
            line.send(Kind.AUTH, 1, token(stranger));
            refused(line, 1, ErrorCode.UNKNOWN_SPACE);
        }
    }

    @Test
    void bodiesThatAreNone_areRefused_andTheLineGoesOn() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            line.send(Kind.PUSH, 2, new byte[] {1, 2, 3});
            refused(line, 2, ErrorCode.MALFORMED);
            line.send(Kind.PULL, 3, new byte[] {'{'});
            refused(line, 3, ErrorCode.MALFORMED);
            line.send(Kind.PULL, 4, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            assertEquals(Kind.PAGE, line.next().kind());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5})
    void messagesThatAreNone_endTheLine(int length) throws Exception {
        try (RawLine line = lineLetIn(0)) {
            byte[] message = new byte[length];
            if (length == 5) {
                message[0] = 20; // a relay's kind
            }
            line.send(message);
            assertEquals(LineLimits.CLOSE_PROTOCOL, line.closeCode());
        }
    }

    @Test
    void text_endsTheLine() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            line.sendText("{}");
            assertEquals(LineLimits.CLOSE_PROTOCOL, line.closeCode());
        }
    }

    @Test
    void longMessageBeforeTheToken_endsTheLine() throws Exception {
        try (RawLine line = line()) {
            line.send(Kind.AUTH, 1, new byte[LineLimits.TOKEN_BYTES_MAX + 1]);
            assertEquals(LineLimits.CLOSE_TOO_LONG, line.closeCode());
        }
    }

    @Test
    void messageThatIsTooLong_endsTheLine() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            line.send(Kind.PUSH, 2, new byte[WireLimits.PUSH_BYTES_MAX + 1]);
            assertTrue(List.of(LineLimits.CLOSE_TOO_LONG, 1006).contains(line.closeCode()));
        }
    }

    @Test
    void longestMessage_isTaken() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            line.send(Kind.PUSH, 2, new byte[WireLimits.PUSH_BYTES_MAX]);
            refused(line, 2, ErrorCode.MALFORMED);
        }
    }

    /** Sixteen such messages would take all the memory for large bodies. */
    @Test
    void messagesThatStopInTheMiddle_keepNoMemory() throws Exception {
        byte[] half = LineMessage.of(Kind.PUSH, 2, new byte[WireLimits.PUSH_BYTES_MAX / 2])
                .write();
        for (int i = 0; i < 20; i++) {
            try (RawLine line = lineLetIn(0)) {
                line.sendHalf(half);
            }
            assertTrue(space.server().lines().awaitAtMost(0, 30_000), "the line is still there");
        }
        longestMessage_isTaken();
    }

    @Test
    void takenForNothing_changesNothing() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            line.send(Kind.TAKEN, 99, new byte[0]);
            line.send(Kind.PULL, 3, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            assertEquals(Kind.PAGE, line.next().kind());
        }
    }

    @Test
    void manyRequestsAtOnce_areAnsweredInOrder() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            for (int i = 0; i < 100; i++) {
                line.send(Kind.PULL, 100 + i, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            }
            for (int i = 0; i < 100; i++) {
                assertEquals(100 + i, line.next().number());
            }
        }
    }

    @Test
    void clientThatShowsNoToken_isShownOut() throws Exception {
        startImpatient(new LinePatience(SHORT, LONG, LONG, LONG, LONG, SHORT, TICK));
        try (RawLine line = line()) {
            assertEquals(LineLimits.CLOSE_TOKEN, line.closeCode());
        }
    }

    @Test
    void clientThatIsNotHeard_isCutOff() throws Exception {
        startImpatient(new LinePatience(LONG, LONG, LONG, SHORT, LONG, SHORT, TICK));
        try (RawLine silent = lineLetIn(0);
                RawLine lively = lineLetIn(1)) {
            silent.stopReading(); // and so answers no pings
            awaitMembersGone(1);
            assertTrue(lively.isOpen());
            lively.send(Kind.PULL, 3, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            assertEquals(Kind.PAGE, lively.next().kind());
        }
    }

    @Test
    void clientThatDoesNotRead_isCutOff_andOthersAreServed() throws Exception {
        startImpatient(new LinePatience(LONG, LONG, SHORT, LONG, LONG, SHORT, TICK));
        Transport writer = space.connect(0).transport();
        for (int i = 0; i < 4; i++) {
            writer.push(space.next(0, 1, 1 << 20));
        }
        try (RawLine stuck = lineLetIn(1);
                RawLine lively = lineLetIn(1)) {
            stuck.stopReading();
            for (int i = 0; i < 20; i++) {
                stuck.send(Kind.PULL, 2 + i, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MAX));
            }
            awaitMembersGone(1);
            for (int i = 0; i < 5; i++) {
                lively.send(Kind.PULL, 2 + i, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MAX));
                assertEquals(Kind.PAGE, lively.next().kind());
            }
        }
    }

    /** However little they ask for, the first envelope of a page comes whole. */
    @Test
    void longPagesForShortRequests_takeTheirShareOfTheMemory() throws Exception {
        space.connect(0).transport().push(space.next(0, 1, (2 << 20) - 1_000));
        int count = RelayLimits.BODY_BYTES_MAX / (2 << 20) + 2;
        List<RawLine> lines = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                lines.add(lineLetIn(1));
            }
            for (RawLine line : lines) {
                line.stopReading();
            }
            int sent = 0;
            for (int round = 0; round < 8; round++) {
                for (RawLine line : lines) {
                    line.send(Kind.PULL, 2 + round, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
                    sent++;
                }
            }
            int refused = 0;
            for (RawLine line : lines) {
                line.goOnReading();
            }
            for (RawLine line : lines) {
                for (int round = 0; round < 8; round++) {
                    refused += line.next().kind() == Kind.ERROR ? 1 : 0;
                }
            }
            assertTrue(refused > 0 && refused < sent, refused + " of " + sent + " were refused");
        } finally {
            lines.forEach(RawLine::close);
        }
    }

    /** It is heard all the time, and holds memory that others need. */
    @Test
    void messageThatDrips_endsTheLine() throws Exception {
        startImpatient(new LinePatience(LONG, SHORT, LONG, LONG, LONG, SHORT, TICK));
        try (RawLine line = lineLetIn(0)) {
            line.sendHalf(LineMessage.of(Kind.PUSH, 2, new byte[1_000]).write());
            assertEquals(LineLimits.CLOSE_TOO_SLOW, line.closeCode());
        }
    }

    @Test
    void takenMessages_areNoMessageThatDrips() throws Exception {
        startImpatient(new LinePatience(LONG, SHORT, LONG, LONG, LONG, SHORT, TICK));
        try (RawLine line = lineLetIn(0)) {
            line.send(Kind.TAKEN, 99, new byte[0]);
            try (RawLine later = lineLetIn(1)) {
                later.sendHalf(LineMessage.of(Kind.PUSH, 2, new byte[1_000]).write());
                assertEquals(LineLimits.CLOSE_TOO_SLOW, later.closeCode());
            }
            line.send(Kind.PULL, 3, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            assertEquals(Kind.PAGE, line.next().kind());
        }
    }

    @Test
    void pings_areAnsweredWithWhatTheySay() throws Exception {
        try (RawLine line = lineLetIn(0)) {
            for (int i = 0; i < 20; i++) {
                assertEquals("ping " + i, line.ping("ping " + i));
            }
        }
    }

    /** Waits until the relay has got rid of so many lines. */
    private void awaitMembersGone(int count) throws Exception {
        assertTrue(space.server().lines().awaitAtMost(2 - count, 30_000), "the line is still there");
    }

    @Test
    void livePage_afterAPullThatIsRefused_doesNotCome() throws Exception {
        try (RawLine line = lineLetIn(0);
                HttpRelay other = space.connect(1)) {
            line.send(Kind.PULL, 2, pull(PullRequest.missing(Map.of(), 0), WireLimits.PULL_BYTES_MIN));
            line.next();
            Cursor wrong = new Cursor(new LogId("another"), 3, EnvelopeHash.NONE);
            line.send(Kind.PULL, 3, pull(PullRequest.after(wrong), WireLimits.PULL_BYTES_MIN));
            refused(line, 3, ErrorCode.CURSOR_REFUSED);
            other.transport().push(space.next(1, 1, 100));
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            PushBody.write(space.next(0, 1, 100), body);
            line.send(Kind.PUSH, 4, body.toByteArray());
            assertEquals(Kind.RECEIPT, line.next().kind());
        }
    }
}
