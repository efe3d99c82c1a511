package dev.tidelock.examples.demo;

import dev.tidelock.sync.Collection;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.crypto.KeyFile;
import dev.tidelock.sync.crypto.PairingInvitation;
import dev.tidelock.sync.crypto.PairingJoin;
import dev.tidelock.sync.crypto.PairingUri;
import dev.tidelock.sync.crypto.PassphraseProtector;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The programs of the README: their regions are its text, and a test runs them. */
public final class QuickStart {
    private QuickStart() {}

    /** The first device of a new space writes a note, and sends it. */
    static SpaceKeys firstDevice(String relayUrl, Path folder) throws Exception {
        // region first-device
        SpaceKeys keys = SpaceKeys.createSpace();
        HttpRelay relay = HttpRelay.at(relayUrl, System::currentTimeMillis)
                .open(keys.space(), keys.identity().publicKey(), keys::tokenAt);
        relay.registrar().createSpace();

        Path file = folder.resolve("notes.db");
        try (SyncClient client = SyncClient.builder(SqliteStore.open(file), relay.transport(), keys.sealer())
                .open()) {
            Collection notes = client.collection("notes");
            notes.put("first", "{\"title\":\"Hello\"}"); // durable when it returns, with or without a network
            client.sync(); // or client.start(): then it stays in sync by itself
            System.out.println(notes.get("first").orElseThrow());
        }
        // endregion
        return keys;
    }

    /** Records as values of the app's own class. */
    static void typed(SyncClient client) {
        // region typed
        record Note(String title, boolean done) {}

        TypedCollection<Note> notes = client.collection("notes", Note.class);
        notes.put("second", new Note("Hello again", false));
        notes.update("second", note -> new Note(note.title(), true));
        notes.find(Query.matching(Condition.equal("done", true)))
                .forEach(found -> System.out.println(found.value().title()));
        // endregion

        // region live
        notes.observe(
                Query.all().orderBy("title"),
                change -> change.result()
                        .forEach(found -> System.out.println(found.value().title()))); // now, and after each change
        // endregion
    }

    /** Keeps the keys for the next start. */
    static void keepKeys(SpaceKeys keys, Path folder, char[] passphrase) throws Exception {
        // region keep-keys
        KeyFile keyFile = KeyFile.at(folder.resolve("keys"));
        keyFile.create(keys, PassphraseProtector.takeOver(passphrase)); // later: keyFile.open(...)
        // endregion
    }

    /** A device of the space lets another one in. */
    static void invite(HttpRelay relay, SpaceKeys keys, String relayUrl, Consumer<String> screen) throws Exception {
        // region invite
        PairingInvitation invitation = PairingInvitation.builder(
                        keys, relay.mailboxes(), relay.registrar(), System::nanoTime)
                .label("Laptop")
                .open(relayUrl);
        screen.accept(invitation.uri().exportUnprotectedUri()); // as a QR code
        invitation.await(asking -> true); // ask your user: asking.label(), asking.device()
        // endregion
    }

    /** The other one joins. */
    static SpaceKeys join(String scanned) throws Exception {
        // region join
        PairingUri uri = PairingUri.parse(scanned);
        Mailboxes mailboxes =
                HttpRelay.at(uri.relayUrl(), System::currentTimeMillis).openAsGuest();
        PairingJoin join = PairingJoin.builder(uri, mailboxes, System::nanoTime)
                .label("Phone")
                .build();
        SpaceKeys keys = join.await().keys();
        // endregion
        return keys;
    }
}
