package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.examples.proxy.Direction;
import dev.tidelock.examples.proxy.RecordingProxy;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever byte of a push or of its answer is lost: pushed again until it is answered, the log holds each envelope once. */
class BrokenLineTest {
    private static final int ROUNDS = Boolean.getBoolean("tidelock.long") ? 500 : 40;

    @TempDir
    Path folder;

    @Test
    void push_cutAnywhere_andRepeated_appendsOnce() throws Exception {
        try (TestSpace space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")), 1);
                RecordingProxy proxy = RecordingProxy.start(space.url(), folder.resolve("line"))) {
            SpaceKeys own = space.keys(0);
            try (HttpRelay relay = HttpRelay.at(proxy.url(), System::currentTimeMillis)
                    .open(own.space(), own.identity().publicKey(), own::tokenAt)) {
                Transport transport = relay.transport();
                List<Envelope> all = space.next(0, 2 * ROUNDS, 3_000);
                for (int seed = 0; seed < ROUNDS; seed++) {
                    Random random = new Random(seed);
                    boolean up = random.nextBoolean();
                    proxy.cutOnce(up ? Direction.UP : Direction.DOWN, random.nextInt(up ? 6_500 : 400));
                    pushUntilAnswered(transport, all.subList(2 * seed, 2 * seed + 2), seed);
                }
                assertEquals(all.stream().map(Envelope::hash).collect(Collectors.toList()), readAll(transport));
            }
        }
    }

    private static List<EnvelopeHash> readAll(Transport transport) throws TransportException {
        List<EnvelopeHash> read = new ArrayList<>();
        PullResult.Page page = (PullResult.Page) transport.pull(PullRequest.missing(Map.of(), 0));
        page.entries().forEach(entry -> read.add(entry.hash()));
        while (page.more()) {
            page = (PullResult.Page) transport.pull(PullRequest.after(page.next()));
            page.entries().forEach(entry -> read.add(entry.hash()));
        }
        return read;
    }

    private static void pushUntilAnswered(Transport transport, List<Envelope> envelopes, int seed) {
        List<EnvelopeHash> hashes = envelopes.stream().map(Envelope::hash).collect(Collectors.toList());
        for (int attempt = 0; attempt < 4; attempt++) {
            try {
                PushReceipt receipt = transport.push(envelopes);
                assertEquals(hashes, receipt.accepted(), "seed " + seed);
                return;
            } catch (TransportException lost) {
                assertEquals(TransportException.Kind.OFFLINE, lost.kind(), "seed " + seed + ": " + lost);
            }
        }
        throw new AssertionError("seed " + seed + ": one cut cannot lose four answers");
    }
}
