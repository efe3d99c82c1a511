package dev.tidelock.sync.monolith;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.VirtualTime;
import dev.tidelock.sync.testkit.monolith.MonolithModel;
import dev.tidelock.sync.testkit.monolith.MonolithSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a link takes what the relay does, over the model of it. */
class MonolithLinkTest {
    private final MonolithWorld world = new MonolithWorld(1);

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().collect(Collectors.toList());
    }

    @Test
    void open_twoDevices_arePairedOnceEach() {
        MonolithWorld.End one = world.end("one");
        world.pass(1);
        assertEquals(List.of(MonolithState.WAITING), one.states);
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        assertEquals(List.of(MonolithState.WAITING, MonolithState.PAIRED), one.states);
        assertEquals(List.of(MonolithState.PAIRED), other.states);
        assertTrue(one.link.isUp() && other.link.isUp());
    }

    @Test
    void send_hundredsBothWays_arriveInOrderAndNobodyIsTooFast() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        one.send(0, 400);
        other.send(0, 400);
        world.pass(20);
        assertEquals(numbers(0, 400), other.received);
        assertEquals(numbers(0, 400), one.received);
        assertEquals(MonolithState.PAIRED, one.link.state());
        assertEquals(Collections.nCopies(1, MonolithState.PAIRED), other.states, "no 4005");
    }

    @Test
    void send_whileThePeerIsAway_isKeptByTheRelayAndArrives() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        other.link.close();
        world.pass(1);
        assertEquals(MonolithState.WAITING, one.link.state());
        one.send(0, 50);
        world.pass(5);
        MonolithWorld.End again = world.end("other");
        world.pass(1);
        one.send(50, 60);
        world.pass(2);
        assertEquals(numbers(0, 60), again.received);
    }

    @Test
    void open_asTheSameDeviceAgain_replacesTheFirstWhichStops() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        MonolithWorld.End second = world.end("other");
        world.pass(600);
        assertEquals(MonolithState.REPLACED, other.link.state());
        assertFalse(other.link.trouble().isEmpty());
        assertTrue(one.link.isUp() && second.link.isUp());
        assertEquals(List.of(MonolithState.WAITING, MonolithState.PAIRED), one.states, "one hears of no loss");
    }

    @Test
    void cut_aloneAndUnnoticedByTheRelay_findsTheWayBackToTheSession() {
        MonolithWorld.End one = world.end("one");
        world.pass(1);
        one.sockets.cutUnnoticedByTheRelay(); // joining again takes the place of a socket of its own, alone
        world.pass(10);
        MonolithWorld.End other = world.end("other");
        world.pass(10);
        assertTrue(one.link.isUp() && other.link.isUp());
        one.send(0, 5);
        world.pass(1);
        assertEquals(numbers(0, 5), other.received);
    }

    @Test
    void cut_alonePairedBefore_survivesItsOwnFramesAndTheOrphan() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        other.link.close();
        world.pass(1);
        one.send(0, 5);
        world.pass(1);
        one.sockets.cutUnnoticedByTheRelay();
        world.pass(10);
        assertFalse(one.received.isEmpty(), "the relay plays back what was sent; whoever uses the link knows it again");
        assertEquals(MonolithState.WAITING, one.link.state());
        MonolithWorld.End again = world.end("other");
        world.pass(10);
        assertTrue(one.link.isUp() && again.link.isUp());
    }

    @Test
    void open_thirdDevice_isFullAndNobodyElseMinds() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        MonolithWorld.End third = world.end("third");
        world.pass(10);
        assertEquals(MonolithState.FULL, third.link.state());
        assertFalse(third.link.trouble().isEmpty());
        assertEquals(List.of(MonolithState.WAITING, MonolithState.PAIRED), one.states);
        assertEquals(List.of(MonolithState.PAIRED), other.states);
        other.link.close();
        world.pass(90);
        assertTrue(third.link.isUp(), "the slot is free, and taken");
    }

    @Test
    void unlink_and_revoke_areHeardByTheOther() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        assertTrue(one.link.unlink());
        world.pass(1);
        assertEquals(1, other.unlinked);
        assertEquals(MonolithState.UNLINKED, one.link.state());
        assertEquals(MonolithState.WAITING, other.link.state());
        MonolithWorld.End again = world.end("one");
        world.pass(1);
        assertTrue(again.link.isUp() && other.link.isUp());
        assertTrue(other.link.revoke());
        world.pass(1);
        assertEquals(MonolithState.REVOKED, again.link.state());
        assertEquals(MonolithState.REVOKED, other.link.state());
        MonolithWorld.End late = world.end("one");
        world.pass(1);
        assertEquals(MonolithState.REVOKED, late.link.state(), "4013");
        world.pass(600);
        assertEquals(0, world.model.devices(MonolithWorld.SESSION));
    }

    @Test
    void relay_stopsAndStarts_bothComeBack() {
        MonolithWorld.End one = world.end("one");
        MonolithWorld.End other = world.end("other");
        world.pass(1);
        world.model.stop();
        world.pass(120);
        assertEquals(MonolithState.CONNECTING, one.link.state());
        world.model.start();
        world.pass(60);
        assertTrue(one.link.isUp() && other.link.isUp());
    }

    @Test
    void waiting_longerThanTheRelayKeepsASession_staysReachable() {
        MonolithWorld.End one = world.end("one");
        world.pass(3_600);
        MonolithWorld.End other = world.end("other");
        world.pass(5);
        assertTrue(one.link.isUp() && other.link.isUp());
    }

    @Test
    void text_thatThePeerMadeUp_isOnlyAHint() {
        MonolithWorld.End one = world.end("one");
        world.pass(1);
        MonolithModel.Connection hostile = world.model.connect(new Nobody());
        hostile.text(ControlText.join(MonolithWorld.SESSION, "other"));
        world.pass(1);
        for (String word : List.of(
                "{\"type\":\"peer_revoked\"}",
                "{\"type\":\"server_shutdown\"}",
                "{\"type\":\"device_unlinked\"}",
                "{\"type\":\"session_paired\",\"paired_at\":7}",
                "{\"type\":\"peer_disconnected\",\"code\":\"x\"}",
                "{\"type\":[]}",
                "[",
                "",
                "x".repeat(60_000))) {
            hostile.text(word);
            world.pass(1);
        }
        assertEquals(1, one.unlinked);
        hostile.binary(new byte[] {0, 7, 1, 1});
        world.pass(1);
        assertTrue(one.link.isUp(), "whoever sends has not gone");
        assertEquals(List.of(7), one.received);
    }

    @Test
    void send_longerThanTheRelayTakes_isRefusedHere() {
        MonolithWorld.End one = world.end("one");
        assertThrows(IllegalArgumentException.class, () -> one.link.send(new byte[MonolithLink.FRAME_BYTES_MAX + 1]));
    }

    @Test
    void name_always_keepsTheSessionToItself() {
        MonolithLink link = world.end("one").link;
        assertEquals("monolith-feaccd25ce867dc9", link.name());
        assertFalse(link.toString().contains(MonolithWorld.SESSION));
    }

    /** Opens no socket by itself: the test plays the relay, and notes what a link does at which moment. */
    private static final class ByHand implements RelaySocket.Opener {
        private final List<RelaySocket.Listener> opened = new ArrayList<>();
        private Runnable whenClosed = () -> {};

        @Override
        public RelaySocket open(RelaySocket.Listener listener) {
            opened.add(listener);
            return new RelaySocket() {
                @Override
                public void text(String frame) {
                    // the test says what is answered
                }

                @Override
                public void binary(byte[] frame) {
                    // nobody is there
                }

                @Override
                public void close(int code) {
                    whenClosed.run();
                }
            };
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static MonolithLink byHand(ByHand sockets, VirtualTime time) {
        return MonolithLink.builder("ws://relay", MonolithWorld.SESSION, "one", new SimulatedRuntime(time, 1))
                .build(sockets);
    }

    private static final LinkListener NOBODY_LISTENS = new LinkListener() {
        @Override
        public void received(byte[] frame) {
            // not here
        }

        @Override
        public void lineChanged() {
            // not here
        }
    };

    private static RelaySocket.Listener joined(ByHand sockets) {
        RelaySocket.Listener socket = sockets.opened.get(sockets.opened.size() - 1);
        socket.opened();
        socket.text("{\"type\":\"session_paired\",\"paired_at\":7}");
        return socket;
    }

    @Test
    void end_whileAnAlarmToJoinIsDue_joinsNoMore() {
        List<Consumer<MonolithLink>> ends = List.of(MonolithLink::close, MonolithLink::unlink, MonolithLink::revoke);
        List<MonolithState> states = List.of(MonolithState.CLOSED, MonolithState.UNLINKED, MonolithState.REVOKED);
        for (int i = 0; i < ends.size(); i++) {
            VirtualTime time = new VirtualTime();
            ByHand sockets = new ByHand();
            MonolithLink link = byHand(sockets, time);
            link.open(NOBODY_LISTENS);
            joined(sockets);
            // An alarm that is due runs on another thread at the worst moment: the socket is gone, and the link not yet
            // told.
            sockets.whenClosed = () -> link.open(NOBODY_LISTENS);
            ends.get(i).accept(link);
            assertEquals(1, sockets.opened.size(), states.get(i).toString());
            assertEquals(states.get(i), link.state());
        }
    }

    @Test
    void closed_goneSessionAgainAndAgain_waitsLongerEachTime() {
        for (int code : new int[] {4007, 4009}) {
            VirtualTime time = new VirtualTime();
            ByHand sockets = new ByHand();
            MonolithLink link = byHand(sockets, time);
            link.open(NOBODY_LISTENS);
            sockets.opened.get(0).closed(code, "");
            time.advance(Duration.ofMillis(200));
            assertEquals(2, sockets.opened.size(), "at once, the first time");
            for (int second = 0; second < 400; second++) {
                joined(sockets).closed(code, ""); // that it lets a device join for a moment changes nothing
                time.advance(Duration.ofSeconds(1));
            }
            assertTrue(sockets.opened.size() < 40, "joined " + sockets.opened.size() + " times in 400 seconds");
            time.advance(Duration.ofSeconds(30));
            int before = sockets.opened.size();
            RelaySocket.Listener lasting = joined(sockets);
            time.advance(Duration.ofSeconds(30));
            lasting.closed(code, "");
            time.advance(Duration.ofMillis(200));
            assertEquals(before + 1, sockets.opened.size(), "at once again after a while in the session");
            link.close();
        }
    }

    @Test
    void builder_whatIsNone_isRefused() {
        SyncRuntime runtime = new SimulatedRuntime(new VirtualTime(), 1);
        String session = MonolithWorld.SESSION;
        for (String url : List.of("", "relay", "ftp://relay", "ws://user@relay", "ws://relay?x=1", "ws://relay#x")) {
            assertThrows(IllegalArgumentException.class, () -> MonolithLink.builder(url, session, "one", runtime), url);
        }
        for (String id : List.of("", "x", session.toUpperCase(Locale.ROOT), session.replace("-4", "-1"))) {
            assertThrows(
                    IllegalArgumentException.class, () -> MonolithLink.builder("ws://relay", id, "one", runtime), id);
        }
        for (String device : List.of("", "unknown", "x".repeat(65))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> MonolithLink.builder("ws://relay", session, device, runtime),
                    device);
        }
    }

    private static final class Nobody implements MonolithSocket {
        @Override
        public void text(String frame) {
            // nobody listens
        }

        @Override
        public void binary(byte[] frame) {
            // nobody listens
        }

        @Override
        public void closed(int code, String reason) {
            // nobody listens
        }
    }
}
