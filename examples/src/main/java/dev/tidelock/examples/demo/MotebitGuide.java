package dev.tidelock.examples.demo;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.DirectInvitation;
import dev.tidelock.sync.crypto.PairingException;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.motebit.MotebitIdentity;
import dev.tidelock.sync.motebit.MotebitRelay;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.Map;

/** The programs of {@code docs/motebit.md}: their regions are its text, and a test runs them. */
final class MotebitGuide {
    private MotebitGuide() {}

    /** A device at the relay. */
    static SyncClient open(String url, Store store, SpaceKeys keys) throws TransportException {
        // region open
        byte[] first = keys.ring().exportUnprotectedKey(keys.ring().epochs().first());
        MotebitIdentity identity = MotebitIdentity.derivedFrom(first); // the same on every device of the space
        SyncRuntime runtime = new SystemRuntime();
        MotebitRelay relay = MotebitRelay.at(url, runtime).open(keys.space(), identity, keys.device());
        relay.register(); // once; harmless if done again
        SyncClient client = SyncClient.builder(store, relay.transport(), keys.sealer())
                .runtime(runtime)
                .open();
        client.start(); // keeps the live line open as well
        // endregion
        return client;
    }

    /** Another device of the space. */
    static SpaceKeys pair(String url, SpaceKeys keys) throws PairingException {
        // region pair
        DirectInvitation invitation = DirectInvitation.of(keys.ring(), Map.of("dialect", "motebit", "relay", url));
        String shown = invitation.exportUnprotectedUri(); // as a QR code: it holds the keys themselves

        DirectInvitation scanned = DirectInvitation.parse(shown); // on the other device
        String relayUrl = scanned.parameters().get("relay");
        SpaceKeys otherKeys = scanned.join(); // keep them in a KeyFile
        // endregion
        assert relayUrl.equals(url);
        return otherKeys;
    }
}
