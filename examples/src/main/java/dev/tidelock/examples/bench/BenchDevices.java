package dev.tidelock.examples.bench;

import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.NewHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.sync.crypto.DeviceIdentity;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.json.JsonValue;
import java.nio.file.Path;
import java.util.List;

/**
 * Two devices of a new space: one that has written all notes and sent none, and one that has nothing yet.
 *
 * @param writer the folder of the one
 * @param reader the folder of the other
 */
record BenchDevices(Path writer, Path reader) {
    private static final int BATCH = 1000;

    static BenchDevices make(BenchFolder folder, String relayUrl, List<Notes.Note> notes) throws Exception {
        return make(folder, relayUrl, RelayWay.HTTP, notes);
    }

    static BenchDevices make(BenchFolder folder, String relayUrl, RelayWay way, List<Notes.Note> notes)
            throws Exception {
        SpaceKeys keys = SpaceKeys.createSpace();
        SpaceKeys readerKeys = SpaceKeys.of(keys.ring(), DeviceIdentity.generate());
        Path writer = folder.place("writer");
        Path reader = folder.place("reader");
        NewHome.register(relayUrl, keys);
        NewHome.at(writer, new Passphrase()).create(keys, relayUrl, way, true, "writer");
        NewHome.at(reader, new Passphrase()).create(readerKeys, relayUrl, way, true, "reader");
        try (DeviceHome device = DeviceHome.open(writer, new Passphrase())) {
            device.registrar().admit(readerKeys.identity().publicKey());
            for (int from = 0; from < notes.size(); from += BATCH) {
                List<Notes.Note> batch = notes.subList(from, Math.min(notes.size(), from + BATCH));
                device.client().transaction(tx -> {
                    batch.forEach(note -> tx.put("notes", note.id(), JsonValue.parse(note.json())));
                    return batch.size();
                });
            }
        }
        return new BenchDevices(writer, reader);
    }
}
