package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.transport.LiveTransport;

/** What every live transport must hold, held where no WebSocket gets through. */
class ChangeStreamContractTest extends WsLiveContractTest {
    @Override
    protected LiveTransport connect(int member) {
        return space().connectLive(member, BlockedWays.blocked(BlockedWays::isUpgrade))
                .transport();
    }
}
