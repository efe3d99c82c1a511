package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.TransportContract;
import dev.tidelock.sync.testkit.VirtualTime;
import dev.tidelock.sync.testkit.motebit.MotebitModel;

/** The contract, over a model of the relay. It knows no members: whoever has the seed is one. */
class MotebitTransportContractTest extends TransportContract {
    private static final SpaceId SPACE = SpaceId.of(new byte[SpaceId.BYTES]);

    private final VirtualTime time = new VirtualTime();
    private final MotebitModel model = new MotebitModel(time::millis);
    private final MotebitIdentity identity = MotebitIdentity.ofUnprotectedSeed(new byte[32]);

    @Override
    protected boolean knowsMembers() {
        return false;
    }

    @Override
    protected Transport connect(int member) {
        TestSealer sealer = TestSealer.of(SPACE, member);
        MotebitRelay relay = MotebitRelay.at("http://relay.test", new SimulatedRuntime(time, member))
                .okHttpClient(new ModelInterceptor(model).client())
                .signatures(TestSealer.of(SPACE, 0)::isSigned)
                .open(SPACE, identity, sealer.device());
        try {
            relay.register();
        } catch (TransportException failed) {
            throw new AssertionError(failed);
        }
        return relay.transport();
    }

    @Override
    protected Sealer sealer(int device) {
        return TestSealer.of(SPACE, device);
    }
}
