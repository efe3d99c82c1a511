package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.http.wire.PageReader;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.ws.wire.LineMessage;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.XnioWorker;

/**
 * Many devices on one relay in a process of its own: every edit reaches every device of its space once and in order, in bounded memory, while one device of each space has stopped
 * reading. With {@code -Plong}: 1,000 devices, 50 spaces, 10,000 edits.
 */
class FanOutTest {
    private static final boolean LONG = Boolean.getBoolean("tidelock.long");
    private static final int SPACES = LONG ? 50 : 5;
    private static final int DEVICES_PER_SPACE = 20;
    private static final int EDITS_PER_SPACE = 10_000 / 50;
    private static final int ENVELOPE_BODY_BYTES = 400;
    private static final int MEMORY_MIB_MAX = 256;
    private static final int MINUTES_MAX = 10;

    /** As {@code examples/tidelock relay} has them. */
    private static final String[] RELAY_OPTIONS = {
        "-Xmx128m", "-XX:+UseSerialGC", "-Djdk.nio.maxCachedBufferSize=262144"
    };

    @TempDir
    Path folder;

    /** A space, and how many of its devices have read everything. */
    private static final class Space {
        private final KeyRing ring = KeyRing.newSpace();
        private final List<SpaceKeys> keys = new ArrayList<>();
        private final CountDownLatch listening = new CountDownLatch(DEVICES_PER_SPACE - 1);
        private final CountDownLatch complete = new CountDownLatch(DEVICES_PER_SPACE - 1);
        private final List<Device> devices = new ArrayList<>();
        private final List<String> wrong = new ArrayList<>();

        void register(String url) throws Exception {
            for (int i = 0; i < DEVICES_PER_SPACE; i++) {
                keys.add(SpaceKeys.of(ring, DeviceIdentity.generate()));
            }
            SpaceKeys first = keys.get(0);
            try (HttpRelay relay = HttpRelay.at(url, System::currentTimeMillis)
                    .open(ring.space(), first.identity().publicKey(), first::tokenAt)) {
                relay.registrar().createSpace();
                for (SpaceKeys other : keys.subList(1, keys.size())) {
                    relay.registrar().admit(other.identity().publicKey());
                }
            }
        }

        void connect(XnioWorker worker, String url) throws Exception {
            for (SpaceKeys own : keys) {
                RawLine line = RawLine.open(worker, url, "/v1/spaces/" + ring.space());
                Device device = new Device(this, line, devices.isEmpty());
                devices.add(device);
                device.begin(own);
            }
        }

        synchronized void isWrong(String what) {
            wrong.add(what);
        }
    }

    /** One device: answers as it should, except that a sleeper takes nothing. The first one of a space also writes. */
    private static final class Device {
        private final Space space;
        private final RawLine line;
        private final boolean writes;
        private final boolean sleeps;
        private Cursor cursor;
        private boolean pulledToTheEnd;

        // The writer's.
        private List<Envelope> toPush = List.of();
        private int pushed;

        Device(Space space, RawLine line, boolean writes) {
            this.space = space;
            this.line = line;
            this.writes = writes;
            this.sleeps = space.devices.size() == 1;
        }

        void begin(SpaceKeys own) {
            line.receive(this::received);
            byte[] token = own.tokenAt(System.currentTimeMillis()).getBytes(StandardCharsets.US_ASCII);
            line.send(Kind.AUTH, 1, token);
        }

        private void received(LineMessage message) {
            try {
                switch (message.kind()) {
                    case DONE -> pull(PullRequest.missing(Map.of(), 0));
                    case PAGE -> pulled(page(message));
                    case LIVE -> live(message);
                    case RECEIPT -> receipt(message);
                    default -> space.isWrong("a message of kind " + message.kind());
                }
            } catch (IOException | WireFormatException broken) {
                space.isWrong(broken.toString());
            }
        }

        private static PullResult.Page page(LineMessage message) throws IOException, WireFormatException {
            return PageReader.read(
                    new ByteArrayInputStream(message.body()), WireLimits.pageBytesMax(WireLimits.PULL_BYTES_MAX));
        }

        private void pull(PullRequest request) {
            line.send(Kind.PULL, 2, new PullBody(request, WireLimits.PULL_BYTES_DEFAULT).write());
        }

        private void pulled(PullResult.Page page) {
            if (pulledToTheEnd) {
                return;
            }
            if (cursor == null) {
                cursor = page.next();
                pull(PullRequest.after(cursor));
                return;
            }
            pulledToTheEnd = true;
            if (sleeps) {
                line.stopReading();
            } else {
                space.listening.countDown();
            }
        }

        private void live(LineMessage message) throws IOException, WireFormatException {
            PullResult.Page page = page(message);
            for (PullResult.LogEntry entry : page.entries()) {
                boolean own = entry instanceof PullResult.Own;
                if (own != writes) {
                    space.isWrong("an own envelope travelled whole, or another's by name");
                }
                cursor = cursor.after(entry.hash());
            }
            if (!cursor.equals(page.next())) {
                space.isWrong("a page that does not go on where the last one ended");
            }
            line.send(Kind.TAKEN, message.number(), new byte[0]);
            if (cursor.position() == EDITS_PER_SPACE) {
                space.complete.countDown();
            }
        }

        void write() {
            toPush = new ArrayList<>();
            EnvelopeHash previous = EnvelopeHash.NONE;
            for (int i = 0; i < EDITS_PER_SPACE; i++) {
                Envelope next = space.keys.get(0).sealer().seal(i + 1, 1, previous, new byte[ENVELOPE_BODY_BYTES]);
                previous = next.hash();
                toPush.add(next);
            }
            pushNext();
        }

        private void pushNext() {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            try {
                PushBody.write(toPush.subList(pushed, pushed + 1), body);
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
            line.send(Kind.PUSH, 10 + pushed, body.toByteArray());
        }

        private void receipt(LineMessage message) throws WireFormatException {
            if (!PushAnswer.read(message.body()).refusals().isEmpty() || message.number() != 10 + pushed) {
                space.isWrong("a push was refused");
            }
            pushed++;
            if (pushed < EDITS_PER_SPACE) {
                pushNext();
            }
        }
    }

    @Test
    void everyEdit_reachesEveryDeviceOnce_inBoundedMemory() throws Exception {
        XnioWorker worker = RawLine.worker();
        try (RelayProcess relay = RelayProcess.start(folder.resolve("relay.db"), RELAY_OPTIONS)) {
            List<Space> spaces = new ArrayList<>();
            for (int i = 0; i < SPACES; i++) {
                Space space = new Space();
                space.register(relay.url());
                spaces.add(space);
            }
            for (Space space : spaces) {
                space.connect(worker, relay.url());
            }
            for (Space space : spaces) {
                assertTrue(space.listening.await(MINUTES_MAX, TimeUnit.MINUTES), "all devices listen");
            }
            long idleMib = relay.memoryMib();
            long begun = System.nanoTime();
            spaces.forEach(space -> space.devices.get(0).write());
            for (Space space : spaces) {
                boolean complete = space.complete.await(MINUTES_MAX, TimeUnit.MINUTES);
                assertEquals(List.of(), space.wrong);
                assertTrue(
                        complete,
                        () -> "not all edits came; read so far: "
                                + Arrays.toString(space.devices.stream()
                                        .mapToLong(device -> device.cursor.position())
                                        .toArray()));
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            long peakMib = relay.peakMemoryMib();
            System.out.printf(
                    "%d devices, %d spaces, %d edits fanned out in %.1f s; the relay: %d MiB before, %d MiB at most%n",
                    SPACES * DEVICES_PER_SPACE, SPACES, SPACES * EDITS_PER_SPACE, seconds, idleMib, peakMib);
            assertTrue(peakMib < MEMORY_MIB_MAX, "the relay took " + peakMib + " MiB");
            for (Space space : spaces) {
                assertTrue(space.devices.get(1).line.isOpen(), "who stopped reading a little is not thrown out");
                space.devices.forEach(device -> device.line.close());
            }
        } finally {
            worker.shutdownNow();
        }
    }
}
