package dev.tidelock.examples.demo;

import dev.tidelock.sync.cell.StateCell;
import dev.tidelock.sync.cell.StateCells;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.List;

/** The program of {@code docs/state-cells.md}: its region is its text, and a test runs it. */
public final class StateCellsGuide {
    private StateCellsGuide() {}

    /** Writes and reads a value. */
    public static List<StateCell> run(HttpRelay relay, SpaceKeys keys) throws TransportException {
        // region cells
        StateCells cells = new StateCells(relay.cells(), keys.sealer(), System::currentTimeMillis);
        cells.put("timer", JsonValue.parse("{\"running\":true,\"until\":1800000000000}"));

        StateCell timer = cells.get("timer").orElseThrow(); // on any device of the space
        StateCell later = cells.refresh(timer); // the same one, and nothing travels, if nobody has written
        // endregion
        return List.of(timer, later);
    }
}
