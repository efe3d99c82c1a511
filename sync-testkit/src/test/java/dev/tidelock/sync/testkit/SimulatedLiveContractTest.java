package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveTransport;
import java.time.Duration;

class SimulatedLiveContractTest extends LiveTransportContract {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final VirtualTime time = new VirtualTime();
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(SPACE, 1, time::millis);

    SimulatedLiveContractTest() {
        for (int member = 0; member < MEMBERS; member++) {
            relay.admit(TestSealer.of(SPACE, member).publicKey());
        }
    }

    @Override
    protected LiveTransport connect(int member) {
        FaultyTransport.Surroundings around = new FaultyTransport.Surroundings() {
            @Override
            public void later(Duration delay, Runnable what) {
                time.schedule(delay, what);
            }
        };
        return new SimulatedLiveLine(
                relay,
                new SimulatedTransport(relay, sealer(member).device()),
                new FaultDice(FaultPlan.NONE, 1),
                around);
    }

    @Override
    protected Sealer sealer(int member) {
        return TestSealer.of(SPACE, member);
    }

    @Override
    protected void passTime() {
        time.advance(Duration.ofMillis(10));
    }
}
