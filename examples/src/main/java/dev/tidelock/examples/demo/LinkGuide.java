package dev.tidelock.examples.demo;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.crypto.DirectInvitation;
import dev.tidelock.sync.crypto.PairingException;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.monolith.MonolithLink;
import dev.tidelock.sync.spi.link.Link;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.Store;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The programs of {@code docs/links.md}: their regions are its text, and a test runs them. */
final class LinkGuide {
    private LinkGuide() {}

    /** A client whose other end is another device. */
    static SyncClient link(Store store, SpaceKeys keys, Link link, SyncRuntime runtime) {
        // region link
        LinkTransport transport =
                LinkTransport.builder(link, keys.sealer(), runtime).build();
        SyncClient client = SyncClient.builder(store, transport, keys.sealer())
                .runtime(runtime)
                .open();
        client.start(); // syncs whenever the other device is there
        // endregion
        return client;
    }

    /** A link over a relay that other people wrote. */
    static Link monolith(String url, String session, SpaceKeys keys, SyncRuntime runtime) {
        // region monolith
        Link link = MonolithLink.builder(url, session, keys.device().toString(), runtime)
                .build();
        // endregion
        return link;
    }

    /** What the second device scans. */
    static SpaceKeys invitation(SpaceKeys keys, String url, String session) throws PairingException {
        // region invitation
        String uri = DirectInvitation.of(keys.ring(), Map.of("relay", url, "session", session))
                .exportUnprotectedUri(); // holds the keys: for the other device's camera only

        DirectInvitation scanned = DirectInvitation.parse(uri);
        SpaceKeys otherKeys = scanned.join();
        // endregion
        return otherKeys;
    }

    /** A device without any relay. */
    static SyncClient offline(Store store, SpaceKeys keys) {
        // region offline
        SyncClient client =
                SyncClient.builder(store, new OfflineTransport(), keys.sealer()).open();
        // endregion
        return client;
    }

    /** There. */
    static void export(SyncClient laptop, Path stick) throws IOException, InterruptedException {
        // region export
        try (OutputStream out = Files.newOutputStream(stick.resolve("laptop.bundle"))) {
            laptop.exportBundle(out);
        }
        // endregion
    }

    /** And back. */
    static BundleReport answer(SyncClient phone, Path stick) throws IOException, BundleException, InterruptedException {
        // region answer
        BundleReport report = phone.importBundle(stick.resolve("laptop.bundle"));
        try (OutputStream out = Files.newOutputStream(stick.resolve("phone.bundle"))) {
            phone.exportBundle(out, stick.resolve("laptop.bundle")); // only what the laptop does not have
        }
        // endregion
        return report;
    }
}
