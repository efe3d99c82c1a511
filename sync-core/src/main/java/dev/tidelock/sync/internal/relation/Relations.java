package dev.tidelock.sync.internal.relation;

import dev.tidelock.sync.internal.query.QueryRun;
import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.query.Condition;
import dev.tidelock.sync.query.Query;
import dev.tidelock.sync.relation.Relation;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** The relations that an app has declared. Immutable. */
public final class Relations {
    /** None. */
    public static final Relations NONE = new Relations(List.of());

    private final List<Relation> all;
    private final Map<String, List<Relation>> byChild = new HashMap<>();
    private final Map<String, List<Relation>> byOwner = new HashMap<>();

    public Relations(Collection<Relation> relations) {
        this.all = List.copyOf(new LinkedHashSet<>(relations));
        for (Relation relation : all) {
            byChild.computeIfAbsent(relation.child(), first -> new ArrayList<>())
                    .add(relation);
            byOwner.computeIfAbsent(relation.owner(), first -> new ArrayList<>())
                    .add(relation);
        }
    }

    /** These, and one more. */
    public Relations with(Relation another) {
        List<Relation> more = new ArrayList<>(all);
        more.add(another);
        return new Relations(more);
    }

    public List<Relation> all() {
        return all;
    }

    /** Whether records of a collection may be hidden. */
    public boolean mayHide(String collection) {
        return byChild.containsKey(collection);
    }

    /** Whether something may go with a record of a collection. */
    public boolean mayOwn(String collection) {
        return byOwner.containsKey(collection);
    }

    /** What shows, as of one moment. */
    public Visibility visibility(StoreReader reader) {
        return visibility(reader::record);
    }

    /**
     * What shows, as of one moment.
     *
     * @param states what each record comes to at that moment
     */
    public Visibility visibility(Function<RecordKey, RecordState> states) {
        return byChild.isEmpty() ? Visibility.ALL : new Cascade(states);
    }

    /**
     * Shows the records that are hidden, or show again, now that others were deleted or are back: children, and their children.
     *
     * @param changed records that were deleted, are back, or have other owners
     */
    public void affected(StoreReader reader, Collection<RecordKey> changed, Consumer<RecordKey> visitor) {
        Set<RecordKey> met = new HashSet<>(changed);
        Deque<RecordKey> open = new ArrayDeque<>(changed);
        while (!open.isEmpty()) {
            RecordKey owner = open.poll();
            for (Relation relation : byOwner.getOrDefault(owner.collection(), List.of())) {
                Query children =
                        Query.matching(Condition.equal(relation.member().toString(), owner.id()));
                new QueryRun(reader, relation.child(), Visibility.ALL).find(children, (id, value) -> {
                    RecordKey child = new RecordKey(relation.child(), id);
                    if (met.add(child)) {
                        visitor.accept(child);
                        if (mayOwn(relation.child())) {
                            open.add(child);
                        }
                    }
                    return true;
                });
            }
        }
    }

    /** Looks up the owners of a record, and theirs. What it has found of an owner, it keeps for the next record. */
    private final class Cascade implements Visibility {
        private static final int KEPT_MAX = 10_000;

        private final Function<RecordKey, RecordState> states;
        private final Map<RecordKey, Boolean> isGone = new HashMap<>();

        Cascade(Function<RecordKey, RecordState> states) {
            this.states = states;
        }

        @Override
        public boolean isVisible(RecordKey key, JsonValue value) {
            for (RecordKey owner : owners(key, value)) {
                Boolean known = isGone.get(owner);
                boolean gone = known == null ? isGone(owner) : known;
                if (known == null && isGone.size() < KEPT_MAX) {
                    isGone.put(owner, gone);
                }
                if (gone) {
                    return false;
                }
            }
            return true;
        }

        /** Whether a record, or one that it goes with, is deleted. Level by level, so that loops and long rows end. */
        private boolean isGone(RecordKey record) {
            Set<RecordKey> met = new HashSet<>();
            met.add(record);
            List<RecordKey> level = List.of(record);
            for (int depth = 1; depth <= Relation.DEPTH_MAX && !level.isEmpty(); depth++) {
                List<RecordKey> next = new ArrayList<>();
                for (RecordKey key : level) {
                    RecordState state = states.apply(key);
                    JsonValue value = state.value();
                    if (state.isDeleted()) {
                        return true;
                    } else if (value != null) {
                        owners(key, value).stream().filter(met::add).forEach(next::add);
                    }
                }
                level = next;
            }
            return false;
        }

        private List<RecordKey> owners(RecordKey key, JsonValue value) {
            List<RecordKey> owners = new ArrayList<>(1);
            for (Relation relation : byChild.getOrDefault(key.collection(), List.of())) {
                JsonValue id = relation.member().in(value);
                String name = id == null ? null : id.asString();
                if (name != null && RecordKey.isId(name)) {
                    owners.add(new RecordKey(relation.owner(), name));
                }
            }
            return owners;
        }
    }
}
