package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.Collection;
import dev.tidelock.sync.model.EventId;
import java.io.IOException;
import picocli.CommandLine.Parameters;

/** A command that makes one durable local change to one record. */
abstract class ChangeCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection: free text.")
    private String collection;

    @Parameters(index = "2", paramLabel = "ID", description = "The record's id: free text.")
    private String id;

    @Override
    int run(DeviceHome device) throws IOException {
        EventId event = change(device.client().collection(collection), id);
        print(Json.object("event", event), "Kept as event " + event);
        return 0;
    }

    abstract EventId change(Collection in, String recordId) throws IOException;
}
