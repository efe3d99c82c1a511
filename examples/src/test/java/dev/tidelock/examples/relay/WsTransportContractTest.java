package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.testkit.TransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every transport must hold, held over an open line. */
class WsTransportContractTest extends TransportContract {
    @TempDir
    Path folder;

    private TestSpace space;

    @BeforeEach
    void startRelay() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")), MEMBERS);
    }

    @AfterEach
    void stopRelay() throws Exception {
        space.close();
    }

    @Override
    protected Transport connect(int member) {
        LiveTransport transport = space.connectLive(member).transport();
        try {
            LiveProbe.on(transport).awaitLive();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
        return transport;
    }

    @Override
    protected Sealer sealer(int device) {
        return space.keys(device).sealer();
    }
}
