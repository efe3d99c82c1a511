package dev.tidelock.sync.strategy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The strategies and reducers that an app has registered. Immutable. */
public final class Strategies {
    /** Last-writer-wins for every collection, and the built-in named ops. */
    public static final Strategies DEFAULTS = new Strategies(Map.of(), Reducers.BUILT_IN, Map.of());

    private final Map<String, Strategy> byCollection;
    private final Map<String, Reducer> reducers;

    /** Of those whose version is not 1. */
    private final Map<String, Integer> reducerVersions;

    private Strategies(
            Map<String, Strategy> byCollection, Map<String, Reducer> reducers, Map<String, Integer> reducerVersions) {
        this.byCollection = byCollection;
        this.reducers = reducers;
        this.reducerVersions = reducerVersions;
    }

    /** A copy in which this collection has this strategy. */
    public Strategies withStrategy(String collection, Strategy strategy) {
        Map<String, Strategy> changed = new HashMap<>(byCollection);
        changed.put(collection, strategy);
        return new Strategies(Map.copyOf(changed), reducers, reducerVersions);
    }

    /** A copy that has version 1 of this reducer; it replaces one of the same name. */
    public Strategies withReducer(String name, Reducer reducer) {
        return withReducer(name, 1, reducer);
    }

    /** A copy that has this reducer; it replaces one of the same name. */
    public Strategies withReducer(String name, int version, Reducer reducer) {
        Map<String, Reducer> changed = new HashMap<>(reducers);
        changed.put(name, reducer);
        Map<String, Integer> versions = new HashMap<>(reducerVersions);
        versions.put(name, Strategy.requireVersion(version));
        versions.values().removeIf(one -> one == 1);
        return new Strategies(byCollection, Map.copyOf(changed), Map.copyOf(versions));
    }

    /** The strategy of a collection: the one that was registered, or last-writer-wins. */
    public Strategy strategy(String collection) {
        return byCollection.getOrDefault(collection, Strategy.lastWriterWins());
    }

    /** The collections that have a strategy of their own, in the order of their names. */
    public List<String> collections() {
        return new ArrayList<>(new TreeSet<>(byCollection.keySet()));
    }

    /** The version of the reducer of that name; 1 if there is none. */
    public int reducerVersion(String name) {
        return reducerVersions.getOrDefault(name, 1);
    }

    /** The reducers whose version is not 1, in the order of their names. */
    public List<String> versionedReducers() {
        return new ArrayList<>(new TreeSet<>(reducerVersions.keySet()));
    }

    /** The reducer of that name; null if there is none. */
    public @Nullable Reducer reducer(String name) {
        return reducers.get(name);
    }
}
