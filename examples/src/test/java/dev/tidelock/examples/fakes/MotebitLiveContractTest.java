package dev.tidelock.examples.fakes;

import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.KeyRing;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.motebit.MotebitIdentity;
import dev.tidelock.sync.motebit.MotebitRelay;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.testkit.LiveTransportContract;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** What every live transport must hold, held by another relay's line, which tells only that there is something to pull. */
class MotebitLiveContractTest extends LiveTransportContract {
    private final KeyRing ring = KeyRing.newSpace();
    private final Map<Integer, SpaceKeys> keys = new HashMap<>();
    private final SystemRuntime runtime = new SystemRuntime();
    private final MotebitPlace server = new MotebitPlace();
    private final MotebitIdentity identity = MotebitIdentity.generate();
    private final List<MotebitRelay> relays = new ArrayList<>();

    @AfterEach
    void stop() {
        relays.forEach(MotebitRelay::close);
        server.close();
        runtime.close();
    }

    @Override
    protected LiveTransport connect(int member) {
        MotebitRelay relay = MotebitRelay.at(server.url(), runtime)
                .okHttpClient(MotebitPlace.client())
                .open(ring.space(), identity, sealer(member).device());
        relays.add(relay);
        try {
            relay.register();
        } catch (TransportException failed) {
            throw new AssertionError(failed);
        }
        return relay.transport();
    }

    @Override
    protected Sealer sealer(int member) {
        return keys.computeIfAbsent(member, any -> SpaceKeys.of(ring, DeviceIdentity.generate()))
                .sealer();
    }
}
