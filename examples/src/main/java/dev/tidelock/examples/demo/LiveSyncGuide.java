package dev.tidelock.examples.demo;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.ws.WsRelay;

/** The program of {@code docs/live.md}: its region is the text, and a test runs it. */
final class LiveSyncGuide {
    private LiveSyncGuide() {}

    /** A device that keeps a line open. */
    static SyncClient run(String url, SpaceKeys keys, Store store) {
        // region run
        WsRelay relay = WsRelay.at(url).open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
        SyncClient client =
                SyncClient.builder(store, relay.transport(), keys.sealer()).open();
        client.start(); // opens the line, and keeps it open
        // endregion
        return client;
    }
}
