package dev.tidelock.sync;

import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.internal.typed.RecordCodec;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.QueryChange;
import dev.tidelock.sync.live.QueryListener;
import dev.tidelock.sync.live.RecordChange;
import dev.tidelock.sync.query.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decodes what a live query tells: each record once for each of its changes. */
final class TypedObserver<T> implements QueryListener {
    private final RecordCodec<T> codec;
    private final TypedQueryListener<T> listener;

    /** What the listener has been told; touched in one callback at a time. */
    private final Map<String, Decoded<T>> told = new HashMap<>();

    TypedObserver(RecordCodec<T> codec, TypedQueryListener<T> listener) {
        this.codec = codec;
        this.listener = listener;
    }

    /** A record, or why it is none. */
    private record Decoded<T>(
            @Nullable TypedRecord<T> record, @Nullable CodecException failure) {}

    @Override
    public boolean isReady() {
        return listener.isReady();
    }

    @Override
    public void onError(Exception failure) {
        listener.onError(failure);
    }

    @Override
    public void onChange(QueryChange change) {
        Map<String, Decoded<T>> fresh = new HashMap<>();
        change.added().forEach(one -> decode(one, fresh));
        change.updated().forEach(one -> decode(one, fresh));
        List<TypedRecord<T>> added = new ArrayList<>();
        List<TypedRecord<T>> updated = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        fresh.forEach((id, now) -> {
            TypedRecord<T> record = now.record;
            if (record == null) {
                addIfTold(removed, id);
            } else {
                (isTold(id) ? updated : added).add(record);
            }
        });
        change.removed().forEach(one -> addIfTold(removed, one.id()));
        List<TypedRecord<T>> result = new ArrayList<>(change.result().size());
        Map<String, CodecException> undecodable = new HashMap<>();
        for (Found found : change.result()) {
            Decoded<T> decoded = Objects.requireNonNull(fresh.getOrDefault(found.id(), told.get(found.id())));
            if (decoded.record != null) {
                result.add(decoded.record);
            } else if (decoded.failure != null) {
                undecodable.put(found.id(), decoded.failure);
            }
        }
        listener.onChange(new TypedQueryChange<>(change, result, added, updated, removed, undecodable));
        told.putAll(fresh);
        change.removed().forEach(one -> told.remove(one.id()));
    }

    private void decode(RecordChange change, Map<String, Decoded<T>> into) {
        JsonValue value = Objects.requireNonNull(change.value());
        Decoded<T> decoded;
        try {
            decoded = new Decoded<>(new TypedRecord<>(change.id(), codec.decode(value)), null);
        } catch (CodecException failure) {
            decoded = new Decoded<>(null, failure);
        }
        into.put(change.id(), decoded);
    }

    private boolean isTold(String id) {
        Decoded<T> before = told.get(id);
        return before != null && before.record != null;
    }

    private void addIfTold(List<String> ids, String id) {
        if (isTold(id)) {
            ids.add(id);
        }
    }
}
