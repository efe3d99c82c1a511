package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;

/** A link to somebody who holds a log, over a line that is good, and over one that is not. */
class LinkTransportContractTest {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    abstract static class OverALine extends TransportContract {
        private final VirtualTime time = new VirtualTime();
        private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, time::millis);
        private int lines;

        OverALine() {
            for (int member = 0; member < MEMBERS; member++) {
                relay.admit(TestSealer.of(SPACE, member).publicKey());
            }
        }

        abstract void setFaults(SimulatedLine line);

        @Override
        protected Transport connect(int member) {
            SimulatedLine line = new SimulatedLine(time, ++lines);
            transport(line, 1, MEMBERS).serve(new PeerLog() {
                @Override
                public PushReceipt push(List<Envelope> envelopes) {
                    return relay.push(envelopes);
                }

                @Override
                public PullResult pull(PullRequest request, int bytesMax) {
                    return request.after() != null
                            ? new PullResult.CursorRefused(relay.id(), 0)
                            : relay.pull(DeviceId.of(new byte[DeviceId.BYTES]), request, bytesMax);
                }
            });
            LinkTransport transport = transport(line, 0, member);
            transport.serve(new NothingHeld());
            setFaults(line);
            return transport;
        }

        private LinkTransport transport(SimulatedLine line, int side, int device) {
            return LinkTransport.builder(line.end(side), sealer(device), new SimulatedRuntime(time, 10L * lines + side))
                    .build();
        }

        @Override
        protected Sealer sealer(int device) {
            return TestSealer.of(SPACE, device);
        }
    }

    @Nested
    class GoodTest extends OverALine {
        @Override
        void setFaults(SimulatedLine line) {
            // none
        }
    }

    @Nested
    class BadTest extends OverALine {
        @Override
        void setFaults(SimulatedLine line) {
            line.setFaults(0.05, 0.2, 0.2, Duration.ofSeconds(1));
        }
    }

    private static final class NothingHeld implements PeerLog {
        @Override
        public PushReceipt push(List<Envelope> envelopes) {
            throw new AssertionError("nobody pushes to this end");
        }

        @Override
        public PullResult pull(PullRequest request, int bytesMax) {
            throw new AssertionError("nobody pulls from this end");
        }
    }
}
