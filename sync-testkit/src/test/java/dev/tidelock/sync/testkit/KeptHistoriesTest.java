package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that failed once. */
class KeptHistoriesTest {
    /** A device had got the beginning of a transaction that a copy of it wrote, wrote on, and took another identity: its own write was lost. */
    @ParameterizedTest
    @ValueSource(strings = {"part-of-a-copys-transaction", "part-of-a-copys-transaction-changed-answer"})
    void history_holds(String name) throws Exception {
        try (InputStream in = KeptHistoriesTest.class.getResourceAsStream("/histories/" + name + ".txt")) {
            SimulationScript script = SimulationScript.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertNull(Simulation.seeded(script.seed()).replaying(script).run().failure());
        }
    }
}
