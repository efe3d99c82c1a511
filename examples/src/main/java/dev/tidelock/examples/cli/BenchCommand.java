package dev.tidelock.examples.cli;

import dev.tidelock.examples.bench.Bench;
import dev.tidelock.examples.bench.Figure;
import dev.tidelock.examples.cli.common.CliException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
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
    private static final int EDITS_QUICK = 200;
    private static final int EDITS = 2_000;
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
            names = "--live-edit",
            description =
                    "How soon an edit on one device is told on another one that runs, over a WebSocket; and whether each is told once while the line is cut "
                            + "200 times. --records is how many edits, 2,000 unless given, one every 20 ms. The floor is a bare WebSocket round trip and two commits.")
    private boolean liveEdit;

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
        if (Stream.of(live, liveEdit, queries).filter(chosen -> chosen).count() > 1) {
            throw CliException.usage("--live, --live-edit and --queries measure different things; choose one");
        }
        int count = count();
        if (!isJson()) {
            out().printf(Locale.ROOT, "%,d notes, about 320 bytes of JSON each%n%s%n", count, Figure.head());
            out().flush();
        }
        Consumer<Figure> printing = figure -> printNow(figure.toJson(), figure.toString());
        if (liveEdit) {
            Bench.measureLiveEdits(count, printing);
        } else if (live) {
            Bench.measureLive(count, printing);
        } else if (queries) {
            Bench.measureQueries(count, printing);
        } else {
            Bench.measure(count, printing);
        }
        return 0;
    }

    private int count() {
        if (liveEdit) {
            return quick ? EDITS_QUICK : records == null ? EDITS : records;
        }
        int usual = live ? RECORDS_LIVE : RECORDS;
        return quick ? RECORDS_QUICK : records == null ? usual : records;
    }
}
