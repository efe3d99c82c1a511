package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.home.RelayWay;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the names of the relays that other people wrote. */
final class Dialects implements ITypeConverter<RelayWay> {
    @Override
    public RelayWay convert(String text) {
        return RelayWay.dialect(text)
                .filter(way -> way != RelayWay.NONE)
                .orElseThrow(() -> new TypeConversionException(
                        "'" + text + "' is not a dialect; accepted are motebit and monolith"));
    }
}
