package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.Transport;

class SimulatedTransportContractTest extends TransportContract {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, () -> 1_000);

    SimulatedTransportContractTest() {
        for (int member = 0; member < MEMBERS; member++) {
            relay.admit(TestSealer.of(SPACE, member).publicKey());
        }
    }

    @Override
    protected Transport connect(int member) {
        return new SimulatedTransport(relay, sealer(member).device());
    }

    @Override
    protected Sealer sealer(int device) {
        return TestSealer.of(SPACE, device);
    }
}
