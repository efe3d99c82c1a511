package dev.tidelock.examples.demo;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.crypto.PairingInvitation;
import dev.tidelock.sync.crypto.PairingJoin;
import dev.tidelock.sync.crypto.PairingUri;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/** Two devices of one user: what the laptop writes, the phone shows. */
public final class TwoDevices {
    record Note(String title, boolean done) {}

    public static void main(String[] args) throws Exception {
        String url = args[0];
        Path folder = Files.createTempDirectory("two-devices");
        SpaceKeys laptopKeys = SpaceKeys.createSpace();
        HttpRelay laptopRelay = relay(url, laptopKeys);
        laptopRelay.registrar().createSpace();

        PairingInvitation invitation = PairingInvitation.builder(
                        laptopKeys, laptopRelay.mailboxes(), laptopRelay.registrar(), System::nanoTime)
                .open(url);
        ForkJoinTask<?> approved = ForkJoinPool.commonPool().submit(() -> invitation.await(asking -> true));
        PairingUri scanned = PairingUri.parse(invitation.uri().exportUnprotectedUri()); // the phone's camera
        Mailboxes mailboxes =
                HttpRelay.at(scanned.relayUrl(), System::currentTimeMillis).openAsGuest();
        SpaceKeys phoneKeys = PairingJoin.builder(scanned, mailboxes, System::nanoTime)
                .build()
                .await()
                .keys();
        approved.get();

        try (SyncClient laptop = open(folder.resolve("laptop.db"), laptopRelay, laptopKeys);
                SyncClient phone = open(folder.resolve("phone.db"), relay(url, phoneKeys), phoneKeys)) {
            TypedCollection<Note> shown = phone.collection("notes", Note.class);
            shown.observe(Query.all().orderBy("title"), change -> System.out.println("shows " + change.result()));
            laptop.collection("notes", Note.class).put("first", new Note("Hello", false));
            laptop.sync(); // an app calls start() instead, once
            phone.sync();
            System.out.println("holds " + shown.get("first").orElseThrow());
        }
    }

    private static HttpRelay relay(String url, SpaceKeys keys) {
        return HttpRelay.at(url, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
    }

    private static SyncClient open(Path file, HttpRelay relay, SpaceKeys keys) {
        return SyncClient.builder(SqliteStore.open(file), relay.transport(), keys.sealer())
                .open();
    }
}
