package dev.tidelock.examples.cli;

import dev.tidelock.examples.bench.Bench;
import dev.tidelock.examples.bench.Figure;
import dev.tidelock.examples.cli.common.CliException;
import java.util.Locale;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description =
                "Speeds and sizes, each beside its floor: what bare SQLite, a bare POST or bare compression do with the same notes, measured in the "
                        + "same run. The machine matters less for the ratio than for the value.")
final class BenchCommand extends BaseCommand {
    private static final int RECORDS_QUICK = 2_000;
    private static final int RECORDS = 10_000;
    private static final int RECORDS_LIVE = 100_000;
    private static final int RECORDS_MAX = 1_000_000;

    @Option(
            names = "--records",
            paramLabel = "N",
            description = "How many notes; 10,000 unless given, 100,000 for --live.")
    private Integer records;

    @Option(names = "--quick", description = "2,000 notes: soon done, and colder.")
    private boolean quick;

    @Option(
            names = "--live",
            description =
                    "Only what a live query over the notes costs who writes: the floor is the same writer without it.")
    private boolean live;

    @Option(
            names = "--queries",
            description =
                    "Queries on indexes instead, and what these cost. With --records 1000000, some minutes and 3 GB of disk.")
    private boolean queries;

    @Override
    public Integer call() throws Exception {
        if (records != null && (records < 1 || records > RECORDS_MAX)) {
            throw CliException.usage("--records is " + records + "; it must be 1 to " + RECORDS_MAX);
        }
        int chosen = live ? RECORDS_LIVE : RECORDS;
        if (live && queries) {
            throw CliException.usage("--live and --queries were given; choose one");
        }
        int count = quick ? RECORDS_QUICK : records == null ? chosen : records;
        if (!isJson()) {
            out().printf(Locale.ROOT, "%,d notes, about 320 bytes of JSON each%n%s%n", count, Figure.head());
            out().flush();
        }
        Consumer<Figure> printing = figure -> printNow(figure.toJson(), figure.toString());
        if (live) {
            Bench.measureLive(count, printing);
        } else if (queries) {
            Bench.measureQueries(count, printing);
        } else {
            Bench.measure(count, printing);
        }
        return 0;
    }
}
