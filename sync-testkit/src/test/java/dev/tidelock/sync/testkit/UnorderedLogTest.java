package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PullResult.LogEntry;
import dev.tidelock.sync.spi.transport.PullResult.Page;
import dev.tidelock.sync.spi.transport.PullResult.Sent;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine does with a remote whose log has no order that stays: it asks by what it has, always, and takes nothing of that for a sign of trouble. */
class UnorderedLogTest {
    private final TestSpace space = new TestSpace();
    private final Shuffled[] transports = new Shuffled[3];
    private final TestSpace.Device[] devices = new TestSpace.Device[3];

    UnorderedLogTest() {
        for (int i = 0; i < devices.length; i++) {
            int number = i;
            devices[i] = space.through(i + 1, inner -> transports[number] = new Shuffled(inner));
        }
    }

    @AfterEach
    void close() {
        space.close();
    }

    /** Gives out a log in another order each time, and part of it only to those who ask thoroughly. */
    private static final class Shuffled implements Transport {
        private final Transport inner;
        private final Set<EnvelopeHash> late = new HashSet<>();
        private final List<Boolean> asked = new ArrayList<>();
        private boolean backwards;

        Shuffled(Transport inner) {
            this.inner = inner;
        }

        @Override
        public boolean isOrdered() {
            return false;
        }

        @Override
        public String remote() {
            return inner.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            return inner.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            Cursor cursor = request.after();
            assertEquals(null, cursor, "a cursor says nothing here");
            asked.add(request.isThorough());
            Page whole = (Page) inner.pull(PullRequest.missing(Map.of(), 0));
            Map<DeviceId, Long> heads = new HashMap<>();
            List<LogEntry> entries = new ArrayList<>();
            for (LogEntry entry : whole.entries()) {
                EnvelopeHeader header =
                        Envelope.parse(((Sent) entry).toByteArray()).header();
                if (late.contains(entry.hash()) && !request.isThorough()) {
                    continue;
                }
                late.remove(entry.hash());
                heads.merge(header.device(), header.lastCounter(), Math::max);
                if (header.lastCounter() > request.known().getOrDefault(header.device(), 0L)) {
                    entries.add(backwards ? 0 : entries.size(), entry);
                }
            }
            backwards = !backwards;
            Cursor next = new Cursor(new LogId("unordered"), whole.next().position(), EnvelopeHash.NONE);
            return new Page(entries, next, false, heads, whole.remoteMillis());
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    @Test
    void sync_inEveryOrder_convergesWithoutIncidents() throws Exception {
        for (int round = 0; round < 10; round++) {
            for (TestSpace.Device device : devices) {
                device.add("n", 1);
                device.sync();
            }
        }
        TestSpace.syncAll(devices);
        for (TestSpace.Device device : devices) {
            assertEquals("30", device.get("n"));
            assertEquals(List.of(), device.client.status().incidents());
            assertEquals(0, device.client.status().quarantined());
        }
    }

    @Test
    void sync_whatIsKnownToExistIsNotGivenOut_asksThoroughlyAndNamesNothing() throws Exception {
        devices[0].put("a", "first");
        devices[0].sync();
        devices[1].sync();
        devices[1].put("b", "knows of a");
        devices[1].sync();
        transports[2].late.addAll(hashesOf(devices[0]));
        devices[2].sync();
        assertEquals("\"first\"", devices[2].get("a"));
        assertEquals(List.of(), devices[2].client.status().incidents());
        devices[2].sync();
        assertEquals(
                List.of(true),
                transports[2].asked.stream().filter(asked -> asked).toList(),
                "once, and no more often");
    }

    private static Set<EnvelopeHash> hashesOf(TestSpace.Device device) {
        return Set.of(device.store
                .read(reader -> reader.chain(device.sealer.device()))
                .lastHash());
    }

    @Test
    void sync_theLogLosesSome_namesItAndSendsThemAgain() throws Exception {
        devices[0].put("a", "first");
        devices[0].sync();
        devices[1].sync();
        space.relay.rollBackTo(0);
        devices[0].sync();
        assertTrue(devices[0].client.status().incidents().stream()
                .anyMatch(incident -> incident.kind() == Incident.Kind.ROLLED_BACK && !incident.open()));
        devices[2].sync();
        assertEquals("\"first\"", devices[2].get("a"));
        assertFalse(devices[2].client.status().incidents().stream().anyMatch(Incident::open));
    }
}
