package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of an {@link ObjectCodec}, while it is being defined. Each must be there and be of its type, unless {@link Member#orElse} or {@link Member#orNull}
 * says what stands for an absent one.
 *
 * @param <T> the app's type
 */
public final class Members<T> {
    private final String type;
    private final List<Member<T, ?>> members = new ArrayList<>();
    private boolean ended;

    Members(String type) {
        this.type = type;
    }

    /** A member of any type that there is a codec for: another object's, or one of the app's own. */
    public <V> Member<T, V> member(String name, Function<? super T, ? extends @Nullable V> getter, Codec<V> codec) {
        requireOpen();
        Objects.requireNonNull(name, "name");
        if (members.stream().anyMatch(other -> other.name().equals(name))) {
            throw new IllegalArgumentException("the codec of " + type + " names the member '" + name + "' twice");
        }
        Member<T, V> member = new Member<>(
                this,
                members.size(),
                name,
                Objects.requireNonNull(getter, "getter"),
                Objects.requireNonNull(codec, "codec"));
        members.add(member);
        return member;
    }

    /** As {@link Codecs#STRING}. */
    public Member<T, String> string(String name, Function<? super T, ? extends @Nullable String> getter) {
        return member(name, getter, Codecs.STRING);
    }

    /** As {@link Codecs#BOOLEAN}. */
    public Member<T, Boolean> flag(String name, Function<? super T, ? extends @Nullable Boolean> getter) {
        return member(name, getter, Codecs.BOOLEAN);
    }

    /** As {@link Codecs#INT}. */
    public Member<T, Integer> intNumber(String name, Function<? super T, ? extends @Nullable Integer> getter) {
        return member(name, getter, Codecs.INT);
    }

    /** As {@link Codecs#LONG}. */
    public Member<T, Long> longNumber(String name, Function<? super T, ? extends @Nullable Long> getter) {
        return member(name, getter, Codecs.LONG);
    }

    /** As {@link Codecs#DOUBLE}. */
    public Member<T, Double> doubleNumber(String name, Function<? super T, ? extends @Nullable Double> getter) {
        return member(name, getter, Codecs.DOUBLE);
    }

    /** As {@link Codecs#INSTANT}: text. For milliseconds, use {@link #member} with {@link Codecs#INSTANT_MILLIS}. */
    public Member<T, Instant> instant(String name, Function<? super T, ? extends @Nullable Instant> getter) {
        return member(name, getter, Codecs.INSTANT);
    }

    /** As {@link Codecs#enumeration(Enum[])}. */
    public <E extends Enum<E>> Member<T, E> enumeration(
            String name, Function<? super T, ? extends @Nullable E> getter, E[] constants) {
        return member(name, getter, Codecs.enumeration(constants));
    }

    /** As {@link Codecs#list}. */
    public <E> Member<T, List<E>> list(
            String name, Function<? super T, ? extends @Nullable List<E>> getter, Codec<E> items) {
        return member(name, getter, Codecs.list(items));
    }

    /** As {@link Codecs#map}. */
    public <V> Member<T, Map<String, V>> map(
            String name, Function<? super T, ? extends @Nullable Map<String, V>> getter, Codec<V> values) {
        return member(name, getter, Codecs.map(values));
    }

    /** As {@link Codecs#JSON}: whatever is there, as it is. */
    public Member<T, JsonValue> json(String name, Function<? super T, ? extends @Nullable JsonValue> getter) {
        return member(name, getter, Codecs.JSON);
    }

    <V extends @Nullable Object> Member<T, V> replace(Member<T, V> by) {
        requireOpen();
        members.set(by.index(), by);
        return by;
    }

    /** A member that came later would be in no codec. */
    private void requireOpen() {
        if (ended) {
            throw new IllegalStateException("the members of the codec of " + type + " are named when it is defined");
        }
    }

    String type() {
        return type;
    }

    List<Member<T, ?>> end() {
        ended = true;
        return members;
    }
}
