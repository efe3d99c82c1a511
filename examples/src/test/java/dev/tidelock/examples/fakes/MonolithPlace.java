package dev.tidelock.examples.fakes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidelock.sync.testkit.monolith.MonolithModel;
import org.jspecify.annotations.Nullable;

/** Where devices meet in a test: at the stand-in for the relay, or at the relay that {@code -Dtidelock.monolith.relay=ws://HOST:PORT} names. */
public final class MonolithPlace implements AutoCloseable {
    private static final @Nullable String REAL = System.getProperty("tidelock.monolith.relay");

    private final @Nullable MonolithServer standIn = REAL == null ? MonolithServer.start() : null;

    /** Its URL. */
    public String url() {
        return standIn == null ? String.valueOf(REAL) : standIn.url();
    }

    /** What the stand-in can be told to do; a test that needs it is skipped at another relay. */
    public MonolithModel model() {
        assumeTrue(standIn != null, "only the stand-in can be told what to do");
        return standIn.model();
    }

    @Override
    public void close() {
        if (standIn != null) {
            standIn.close();
        }
    }
}
