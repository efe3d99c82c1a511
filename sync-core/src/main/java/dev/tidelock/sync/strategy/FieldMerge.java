package dev.tidelock.sync.strategy;

import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Merges objects member by member, however deep: three-way, with what the later author had seen as the base. A member that both have changed, and not to the same,
 * is the later author's.
 */
final class FieldMerge implements Strategy.Merge {
    @Override
    public JsonValue merge(Strategy.@Nullable Side base, Strategy.Side local, Strategy.Side remote) {
        return Objects.requireNonNull(merged(base == null ? null : base.value(), local.value(), remote.value()));
    }

    @Override
    public boolean loses(Strategy.@Nullable Side base, Strategy.Side local, Strategy.Side remote, JsonValue merged) {
        return contradicts(base == null ? null : base.value(), local.value(), remote.value());
    }

    /** What a member becomes; null stands for one that is not there. */
    private static @Nullable JsonValue merged(
            @Nullable JsonValue base, @Nullable JsonValue local, @Nullable JsonValue remote) {
        if (Objects.equals(local, remote) || Objects.equals(base, local)) {
            return remote;
        }
        if (Objects.equals(base, remote)) {
            return local;
        }
        JsonObject ours = local == null ? null : local.asObject();
        JsonObject theirs = remote == null ? null : remote.asObject();
        if (ours == null || theirs == null) {
            return remote;
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (String name : names(ours, theirs)) {
            JsonValue member = merged(member(base, name), ours.get(name), theirs.get(name));
            if (member != null) {
                members.put(name, member);
            }
        }
        return JsonValue.object(members);
    }

    private static boolean contradicts(
            @Nullable JsonValue base, @Nullable JsonValue local, @Nullable JsonValue remote) {
        if (Objects.equals(local, remote) || Objects.equals(base, local) || Objects.equals(base, remote)) {
            return false;
        }
        JsonObject ours = local == null ? null : local.asObject();
        JsonObject theirs = remote == null ? null : remote.asObject();
        return ours == null
                || theirs == null
                || names(ours, theirs).stream()
                        .anyMatch(name -> contradicts(member(base, name), ours.get(name), theirs.get(name)));
    }

    private static TreeSet<String> names(JsonObject ours, JsonObject theirs) {
        TreeSet<String> names = new TreeSet<>(ours.members().keySet());
        names.addAll(theirs.members().keySet());
        return names;
    }

    private static @Nullable JsonValue member(@Nullable JsonValue of, String name) {
        JsonObject object = of == null ? null : of.asObject();
        return object == null ? null : object.get(name);
    }
}
