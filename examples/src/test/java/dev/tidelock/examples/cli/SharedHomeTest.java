package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.cli.home.SharedHomeChild;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes write to one HOME as much as they can, and one of them syncs. That one is killed again and again; the other one takes over, and a new one
 * joins. Commands run beside them. Nothing that one of them was told is kept is lost, and none of them ever fails.
 *
 * <p>For ten minutes with {@code mvn -q -Plong -pl examples -am test -Dtest=SharedHomeTest -Dsurefire.failIfNoSpecifiedTests=false}.
 */
class SharedHomeTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int KILLS = 3;
    private static final Duration LONG_RUN = Duration.ofMinutes(10);
    private static final Duration FAILOVER_MAX = Duration.ofSeconds(5);
    private static final int WRITES_BETWEEN_KILLS = 50;

    @TempDir
    Path folder;

    private final ArrayDeque<Hammering> processes = new ArrayDeque<>();
    private final List<Long> written = new ArrayList<>();
    private final List<Duration> failovers = new ArrayList<>();
    private Path home;
    private Path elsewhere;

    @Test
    void leaderKilled_againAndAgain_anotherTakesOverAndNothingIsLost() throws Exception {
        home = folder.resolve("home");
        elsewhere = folder.resolve("elsewhere");
        long end = System.nanoTime() + LONG_RUN.toNanos();
        try (TestRelay relay = new TestRelay(folder)) {
            relay.makeDevices(home, elsewhere);
            processes.add(Hammering.start(home));
            processes.add(Hammering.start(home));
            for (int kills = 0; LONG ? System.nanoTime() < end : kills < KILLS; kills++) {
                killTheLeader("marker" + kills);
                processes.add(Hammering.start(home));
                useCommands(kills);
            }
            for (Hammering process : processes) {
                written.addAll(process.kill());
            }
            requireNothingIsLost();
        } finally {
            for (Hammering process : processes) {
                process.close();
            }
        }
        report();
    }

    /** The process that leads is the one that has run for longest. */
    private void killTheLeader(String marker) throws Exception {
        for (Hammering process : processes) {
            process.awaitWrites(WRITES_BETWEEN_KILLS);
        }
        assertFalse(processes.getLast().hasSynced(), "two processes sync by themselves");
        long killed = System.nanoTime();
        try (Hammering leader = processes.remove()) {
            written.addAll(leader.kill());
        }
        processes.element().awaitSync();
        Duration failover = Duration.ofNanos(System.nanoTime() - killed);
        failovers.add(failover);
        assertTrue(failover.compareTo(FAILOVER_MAX) < 0, () -> "the other process took over after " + failover);
        Cli.ok("put", elsewhere, SharedHomeChild.MARKERS, marker, "true");
        Cli.ok("sync", elsewhere);
        processes.element().awaitMarker(marker);
    }

    private void useCommands(int round) {
        Cli.ok("put", home, "commands", "last", round);
        assertEquals(
                Integer.toString(round),
                Cli.ok("get", home, "commands", "last").out().strip());
        Cli.ok("status", home);
        Cli.Result sync = Cli.run("sync", home, "--json"); // others write: some of that may be pending again
        assertEquals("", sync.err(), sync::toString);
    }

    private void requireNothingIsLost() throws SQLException {
        requireSound(home.resolve("store.db"));
        Set<Long> distinct = new HashSet<>(written);
        assertEquals(written.size(), distinct.size(), "two transactions were given the same number");
        long count = Long.parseLong(
                Cli.ok("get", home, SharedHomeChild.HAMMERED, "count").out().strip());
        assertTrue(Collections.max(written) <= count, "the last transaction is lost");
        for (long number = Math.max(1, count - SharedHomeChild.SLOTS + 1); number <= count; number++) {
            String slot = "slot" + number % SharedHomeChild.SLOTS;
            assertEquals(
                    Long.toString(number),
                    Cli.ok("get", home, SharedHomeChild.HAMMERED, slot).out().strip());
        }
        Cli.ok("sync", home);
        Cli.ok("sync", elsewhere);
        Cli.Result here = Cli.ok("status", home);
        Cli.Result there = Cli.ok("status", elsewhere);
        assertEquals(here.text("stateHash"), there.text("stateHash"));
        for (Cli.Result status : List.of(here, there)) {
            assertEquals("synced", status.text("state"));
            assertEquals(0, status.number("conflicts"), "one device does not contradict itself");
        }
    }

    private static void requireSound(Path database) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            assertTrue(rows.next());
            assertEquals("ok", rows.getString(1));
        }
    }

    private void report() {
        if (!LONG) {
            return;
        }
        Collections.sort(failovers);
        System.out.printf(
                "%d kills, %d transactions, failover %d ms in the middle, %d ms at most%n",
                failovers.size(),
                written.size(),
                failovers.get(failovers.size() / 2).toMillis(),
                failovers.get(failovers.size() - 1).toMillis());
    }
}
