package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.strategy.Strategy;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a device says of the versions that its app has, or asks of other apps. An announcement always counts, and of several about one thing the highest does; so it
 * cannot be taken back, and its order makes no difference.
 *
 * <p>It travels as the named op {@value #OP_NAME} on the control record {@link #KEY}. Its argument is a JSON object; what a device does not understand, it passes
 * over:
 *
 * <pre>
 * kind     "strategy", "reducer" or "fence"
 * of       the collection; for a reducer the op
 * name     only with a strategy: what it is called
 * version  1 to {@link Strategy#VERSION_MAX}
 * </pre>
 *
 * @param name empty unless it is a strategy's
 */
record Announcement(Kind kind, String of, String name, int version) {
    static final String OP_NAME = "announce";

    /** One record for all of them: whether there is anything to know is one look-up. */
    static final RecordKey KEY = RecordKey.control("versions");

    /** What it is about. */
    enum Kind {
        STRATEGY("strategy"),
        REDUCER("reducer"),
        FENCE("fence");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        static Kind parse(@Nullable String text) {
            for (Kind kind : values()) {
                if (kind.text.equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("an announcement of another kind");
        }
    }

    Announcement {
        Strategy.requireVersion(version);
    }

    static Announcement strategy(String collection, Strategy strategy) {
        return new Announcement(Kind.STRATEGY, collection, strategy.name(), strategy.version());
    }

    static Announcement reducer(String opName, int version) {
        return new Announcement(Kind.REDUCER, opName, "", version);
    }

    static Announcement fence(String collection, int version) {
        return new Announcement(Kind.FENCE, collection, "", version);
    }

    /** By version, then by name: all devices agree which of two is the newer one. */
    boolean isNewerThan(Announcement other) {
        return version != other.version ? version > other.version : name.compareTo(other.name) > 0;
    }

    static boolean isOne(Event event) {
        return event.key().equals(KEY)
                && event.op().kind() == Op.Kind.NAMED
                && event.op().name().equals(OP_NAME);
    }

    Op toOp() {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("kind", JsonValue.of(kind.text));
        members.put("of", JsonValue.of(of));
        if (kind == Kind.STRATEGY) {
            members.put("name", JsonValue.of(name));
        }
        members.put("version", JsonValue.of(version));
        return Op.named(OP_NAME, JsonValue.object(members));
    }

    /** What an event announces; null if nothing that this version understands. */
    static @Nullable Announcement of(Event event) {
        JsonObject argument = event.op().value().asObject();
        try {
            Objects.requireNonNull(argument);
            Kind kind = Kind.parse(text(argument.get("kind")));
            String name = kind == Kind.STRATEGY ? shortText(argument.get("name"), Strategy.NAME_BYTES_MAX) : "";
            int ofBytesMax = kind == Kind.REDUCER ? Op.NAME_BYTES_MAX : RecordKey.COLLECTION_BYTES_MAX;
            JsonNumber version = Objects.requireNonNull(
                    Objects.requireNonNull(argument.get("version")).asNumber());
            String of = shortText(argument.get("of"), ofBytesMax);
            return new Announcement(kind, of, name, Math.toIntExact(version.longValue()));
        } catch (IllegalArgumentException | ArithmeticException | NullPointerException malformed) {
            return null;
        }
    }

    /** A name as long as names may be: what is announced is kept in memory. */
    private static String shortText(@Nullable JsonValue value, int bytesMax) {
        String text = text(value);
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > bytesMax) {
            throw new IllegalArgumentException("a name of " + bytes + " bytes");
        }
        return text;
    }

    private static String text(@Nullable JsonValue value) {
        return Objects.requireNonNull(Objects.requireNonNull(value).asString());
    }
}
