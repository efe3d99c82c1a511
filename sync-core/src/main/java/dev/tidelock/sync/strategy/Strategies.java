package dev.tidelock.sync.strategy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The strategies and reducers that an app has registered. Immutable. */
public final class Strategies {
    /** Last-writer-wins for every collection, and the built-in named ops. */
    public static final Strategies DEFAULTS = new Strategies(Map.of(), Reducers.BUILT_IN);

    private final Map<String, Strategy> byCollection;
    private final Map<String, Reducer> reducers;

    private Strategies(Map<String, Strategy> byCollection, Map<String, Reducer> reducers) {
        this.byCollection = byCollection;
        this.reducers = reducers;
    }

    /** A copy in which this collection has this strategy. */
    public Strategies withStrategy(String collection, Strategy strategy) {
        Map<String, Strategy> changed = new HashMap<>(byCollection);
        changed.put(collection, strategy);
        return new Strategies(Map.copyOf(changed), reducers);
    }

    /** A copy that has this reducer; it replaces one of the same name. */
    public Strategies withReducer(String name, Reducer reducer) {
        Map<String, Reducer> changed = new HashMap<>(reducers);
        changed.put(name, reducer);
        return new Strategies(byCollection, Map.copyOf(changed));
    }

    /** The strategy of a collection: the one that was registered, or last-writer-wins. */
    public Strategy strategy(String collection) {
        return byCollection.getOrDefault(collection, Strategy.lastWriterWins());
    }

    /** The reducer of that name; null if there is none. */
    public @Nullable Reducer reducer(String name) {
        return reducers.get(name);
    }
}
