package dev.tidelock.sync.internal.query;

import dev.tidelock.sync.spi.store.StoreReader;
import java.util.List;

/** A way to the candidates of a query: all of its results that the store holds, and as little else as possible. */
interface Access {
    /** Shows each candidate once, until the sink wants no more. */
    void visit(StoreReader reader, Sink sink);

    /** Whether the candidates come in the order of the query. */
    boolean isInOrder();

    /** How much of the work it saves, compared with other ways. */
    int merit();

    /** What it does, for people: one line for each step. */
    List<String> explain();
}
