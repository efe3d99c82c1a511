package dev.tidelock.examples.cli;

import dev.tidelock.examples.bench.Bench;
import dev.tidelock.examples.bench.Figure;
import dev.tidelock.examples.cli.common.CliException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description =
                "Speeds and sizes, each beside its floor: what bare SQLite, a bare POST or bare compression do with the same notes, measured in the "
                        + "same run. The machine matters less for the ratio than for the value.")
final class BenchCommand extends BaseCommand {
    private static final int RECORDS_QUICK = 2_000;
    private static final int RECORDS_MAX = 1_000_000;

    @Option(names = "--records", paramLabel = "N", description = "How many notes; 10,000 unless given.")
    private int records = 10_000;

    @Option(names = "--quick", description = "2,000 notes: soon done, and colder.")
    private boolean quick;

    @Override
    public Integer call() throws Exception {
        if (records < 1 || records > RECORDS_MAX) {
            throw CliException.usage("--records is " + records + "; it must be 1 to " + RECORDS_MAX);
        }
        int count = quick ? RECORDS_QUICK : records;
        if (!isJson()) {
            out().printf(Locale.ROOT, "%,d notes, about 320 bytes of JSON each%n%s%n", count, Figure.head());
            out().flush();
        }
        Bench.measure(count, figure -> printNow(figure.toJson(), figure.toString()));
        return 0;
    }
}
