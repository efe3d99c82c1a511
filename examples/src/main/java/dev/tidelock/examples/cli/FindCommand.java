package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.sync.Collection;
import dev.tidelock.sync.query.Order;
import dev.tidelock.sync.query.Path;
import dev.tidelock.sync.query.Query;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "find",
        description = "Lists the records of a collection that all conditions hold for.",
        footer = {
            "",
            "A PATH names a member: title, author.name, tags[0], \"odd name\", or $ for the whole value. A VALUE is JSON, or else text:",
            "stars=5 compares with a number, title=Hello and 'title=\"5\"' with texts. PATH~WORDS looks for words, whatever their case and",
            "accents; a word followed by * stands for all that begin with it."
        })
final class FindCommand extends HomeCommand {
    @Parameters(index = "1", paramLabel = "COLLECTION", description = "The collection.")
    private String collection;

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description =
                    "PATH=VALUE, or with !=, <, <=, > or >= instead of =, or PATH~WORDS. May be given several times.")
    private List<String> where = new ArrayList<>();

    @Option(
            names = "--order",
            paramLabel = "PATH",
            description = "Ordered by that member, lowest first; by id unless given. May be given several times.")
    private List<String> order = new ArrayList<>();

    @Option(names = "--desc", description = "The highest first.")
    private boolean descending;

    @Option(names = "--limit", paramLabel = "N", description = "No more than so many.")
    private Long limit;

    @Option(names = "--offset", paramLabel = "N", description = "Leaves out so many first.")
    private long offset;

    @Option(names = "--count", description = "Says how many there are, instead.")
    private boolean counts;

    @Option(names = "--explain", description = "Says how they are found, instead.")
    private boolean explains;

    @Override
    int run(DeviceHome device) {
        Query query = query();
        Collection records = device.client().collection(collection);
        if (explains) {
            records.explain(query).forEach(step -> print(Json.object("step", step), step));
        } else if (counts) {
            long count = records.count(query);
            print(Json.object("count", count), Long.toString(count));
        } else {
            records.find(
                    query,
                    (id, value) -> print(
                            Json.object("collection", collection, "id", id, "value", value),
                            id + "\t" + value.toJson()));
        }
        return 0;
    }

    private Query query() {
        if (counts && explains) {
            throw CliException.usage("--count and --explain were given; choose one");
        }
        if (descending && order.isEmpty()) {
            throw CliException.usage("--desc was given without --order; name the member to order by");
        }
        Query query = Query.all().offset(offset);
        for (String condition : where) {
            query = query.and(WhereText.parse(condition));
        }
        for (String path : order) {
            query = query.orderBy(new Order(Path.parse(path), descending));
        }
        return limit == null ? query : query.limit(limit);
    }
}
