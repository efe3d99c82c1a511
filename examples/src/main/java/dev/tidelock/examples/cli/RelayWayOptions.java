package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.home.RelayWay;
import picocli.CommandLine.Option;

/** How a new HOME is to reach its relay, as far as that was said. */
final class RelayWayOptions {
    @Option(
            names = "--transport",
            paramLabel = "http|ws",
            converter = RelayWays.class,
            description =
                    "How to reach the relay: http (the default), or ws for a line over which 'tidelock run' hears of changes at once.")
    private RelayWay transport;

    @Option(
            names = "--dialect",
            paramLabel = "motebit|monolith",
            converter = Dialects.class,
            description =
                    "The relay is of another kind: motebit, or monolith, which links two devices and keeps nothing. Then 'pair' shows a URI that holds the keys themselves, and says the kind.")
    private RelayWay dialect;

    /** The dialect that was named, or null. */
    RelayWay dialect() {
        return dialect;
    }

    /** The way to a relay of ours. */
    RelayWay ours() {
        return transport == null ? RelayWay.HTTP : transport;
    }

    /** The first option that was given, or null. */
    String given() {
        if (dialect != null) {
            return "--dialect";
        }
        return transport == null ? null : "--transport";
    }

    /** Such a relay is reached as its kind wants it. */
    RelayWay requireFits(RelayWay kind) {
        if (kind == RelayWay.NONE && transport != null) {
            throw CliException.usage("the space has no relay; leave '--transport' out");
        }
        if (transport == RelayWay.HTTP) {
            throw CliException.usage(
                    "a " + kind.word() + " relay is not reached by http alone; leave '--transport http' out");
        }
        return kind;
    }
}
