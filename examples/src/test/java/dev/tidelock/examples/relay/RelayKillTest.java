package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class RelayKillTest {
    @TempDir
    Path folder;

    private static HttpRelay connect(String url, SpaceKeys keys) {
        return HttpRelay.at(url, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
    }

    @Test
    void relay_killedWhilePushed_keepsWhatItAccepted() throws Exception {
        Path dataFile = folder.resolve("relay.db");
        SpaceKeys keys = SpaceKeys.createSpace();
        Set<EnvelopeHash> accepted = new HashSet<>();
        CountDownLatch some = new CountDownLatch(20);
        try (RelayProcess relay = RelayProcess.start(dataFile);
                HttpRelay connection = connect(relay.url(), keys)) {
            connection.registrar().createSpace();
            CompletableFuture<Void> pushing =
                    CompletableFuture.runAsync(() -> pushUntilItFails(connection, keys, accepted, some));
            some.await();
            relay.kill();
            pushing.get();
        }
        try (RelayProcess relay = RelayProcess.start(dataFile);
                HttpRelay connection = connect(relay.url(), keys)) {
            PullResult.Page page = (PullResult.Page) connection.transport().pull(PullRequest.missing(Map.of(), 0));
            Set<EnvelopeHash> kept = new HashSet<>();
            page.entries().forEach(entry -> kept.add(entry.hash()));
            assertTrue(kept.containsAll(accepted), "accepted " + accepted.size() + ", kept " + kept.size());
            assertEquals(kept.size(), page.next().position());
        }
    }

    private static void pushUntilItFails(
            HttpRelay connection, SpaceKeys keys, Set<EnvelopeHash> accepted, CountDownLatch some) {
        EnvelopeHash previous = EnvelopeHash.NONE;
        for (int counter = 1; counter < 5_000; counter++) {
            Envelope envelope = keys.sealer().seal(counter, 1, previous, new byte[100]);
            try {
                accepted.addAll(connection.transport().push(List.of(envelope)).accepted());
            } catch (TransportException killed) {
                return;
            }
            previous = envelope.hash();
            some.countDown();
        }
    }

    @Test
    void secondProcess_onTheSameFile_isRefused_untilTheFirstIsGone() throws Exception {
        Path dataFile = folder.resolve("relay.db");
        try (RelayProcess relay = RelayProcess.start(dataFile)) {
            IOException refused = assertThrows(IOException.class, () -> RelayServer.start(RelaySettings.of(dataFile)));
            assertTrue(refused.getMessage().contains("another relay is using"), refused.getMessage());
            relay.kill();
        }
        RelayServer.start(RelaySettings.of(dataFile)).close();
    }
}
