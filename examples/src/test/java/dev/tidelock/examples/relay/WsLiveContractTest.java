package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.testkit.LiveTransportContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What every live transport must hold, held by the line. */
class WsLiveContractTest extends LiveTransportContract {
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
    protected LiveTransport connect(int member) {
        return space.connectLive(member).transport();
    }

    @Override
    protected Sealer sealer(int member) {
        return space.keys(member).sealer();
    }

    final TestSpace space() {
        return space;
    }
}
