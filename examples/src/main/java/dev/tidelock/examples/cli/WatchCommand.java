package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.Collection;
import dev.tidelock.sync.live.Observation;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description =
                "Prints each change of a collection as it becomes visible, from now on, until it is stopped (Ctrl-C or SIGTERM). It does not sync: 'tidelock run HOME' "
                        + "beside it does, and what that receives, or any other command writes, is printed within a second. Several changes of one record in a shorter time are one.")
final class WatchCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection; it may be empty yet.")
    private String collection;

    @Option(names = "--all", description = "Print what is there first. Holds the whole collection in memory.")
    private boolean all;

    @Override
    int run(DeviceHome device) {
        CompletableFuture<Void> nobodyReads = new CompletableFuture<>();
        try (StopSignal stop = StopSignal.install(out());
                Observation watching = watch(device.client().collection(collection), nobodyReads)) {
            say("tidelock: watching '" + collection + "'; Ctrl-C stops");
            stop.awaitUnless(nobodyReads);
            watching.close();
            device.close();
            return 0;
        }
    }

    private Observation watch(Collection records, CompletableFuture<Void> nobodyReads) {
        return all
                ? records.observe(Query.all(), change -> print(changes(change), nobodyReads))
                : records.addListener(changes -> print(changes, nobodyReads));
    }

    private static List<RecordChange> changes(QueryChange change) {
        List<RecordChange> changes = new ArrayList<>(change.added());
        changes.addAll(change.updated());
        changes.addAll(change.removed());
        return changes;
    }

    /** In the order of their times, as far as clocks agree. */
    private void print(List<RecordChange> changes, CompletableFuture<Void> nobodyReads) {
        List<RecordChange> sorted = new ArrayList<>(changes);
        sorted.sort(Comparator.comparingLong(RecordChange::millis).thenComparing(RecordChange::id));
        for (RecordChange change : sorted) {
            String at = Json.time(change.millis());
            String value = change.isDeleted() ? "deleted" : change.value().toJson();
            print(
                    Json.object(
                            "id", change.id(),
                            "value", change.value(),
                            "deleted", change.isDeleted(),
                            "device", change.device(),
                            "at", at),
                    change.id() + "\t" + value + "\t" + change.device() + "\t" + at);
        }
        if (out().checkError()) { // flushes
            nobodyReads.complete(null);
        }
    }
}
