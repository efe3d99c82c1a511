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

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description =
                    "Only records that this holds for, as in 'tidelock find'; also prints when it ceases to hold for one, or one is deleted. May be given several times. Holds those records in memory.")
    private List<String> where = new ArrayList<>();

    @Option(names = "--all", description = "Print what is there first. Holds the whole collection in memory.")
    private boolean all;

    @Override
    int run(DeviceHome device) {
        Query query = query(); // refuses what it cannot read, before anything else happens
        CompletableFuture<Void> nobodyReads = new CompletableFuture<>();
        try (StopSignal stop = StopSignal.install(out());
                Observation watching = watch(device.client().collection(collection), query, nobodyReads)) {
            say("tidelock: watching '" + collection + "'; Ctrl-C stops");
            stop.awaitUnless(nobodyReads);
            watching.close();
            device.close();
            return 0;
        }
    }

    private Query query() {
        Query query = Query.all();
        for (String condition : where) {
            query = query.and(WhereText.parse(condition));
        }
        return query;
    }

    private Observation watch(Collection records, Query query, CompletableFuture<Void> nobodyReads) {
        if (!all && where.isEmpty()) {
            return records.addListener(changes -> print(changes, nobodyReads));
        }
        return records.observe(query, change -> {
            if (all || !change.isFirst()) {
                print(changes(change), nobodyReads);
            }
        });
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
