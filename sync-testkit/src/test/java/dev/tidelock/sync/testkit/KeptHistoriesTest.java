package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that failed once. */
class KeptHistoriesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                // A device had got the beginning of a transaction that a copy of it wrote, wrote on, and took another
                // identity: its own write was lost.
                "part-of-a-copys-transaction",
                "part-of-a-copys-transaction-changed-answer",
                // Stamps from the future were not put right, as they followed what had been voided under an identity
                // that was given up.
                "copy-with-a-future-clock-writes-on",
                // What came in time made void what waited for its time, which nobody noticed.
                "reissue-from-the-future-that-another-one-precedes",
                // A device put its stamps right only one sync after it had learned that the stamp they followed was
                // taken back.
                "what-was-seen-in-the-future-is-taken-back",
                // Stamps that followed a right one, just beyond what this device takes for possible, were put right
                // again and again, to the same.
                "clock-behind-what-it-had-seen",
            })
    void history_holds(String name) throws Exception {
        try (InputStream in = KeptHistoriesTest.class.getResourceAsStream("/histories/" + name + ".txt")) {
            SimulationScript script = SimulationScript.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            assertNull(Simulation.seeded(script.seed()).replaying(script).run().failure());
        }
    }
}
