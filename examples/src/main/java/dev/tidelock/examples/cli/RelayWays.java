package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.home.RelayWay;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code http} and {@code ws}. */
final class RelayWays implements ITypeConverter<RelayWay> {
    @Override
    public RelayWay convert(String text) {
        for (RelayWay way : RelayWay.values()) {
            if (way.word().equals(text) && !way.isDialect()) {
                return way;
            }
        }
        throw new TypeConversionException("'" + text + "' is not a transport; accepted are http and ws");
    }
}
