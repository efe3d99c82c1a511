package dev.tidelock.sync.strategy;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of concurrent puts of one record. Every device folds a record's events in the same order, so any strategy converges; the
 * only law is that equal inputs give equal results. Strategies run inside a transaction: they must be quick, and must not read
 * clocks, chance, files or anything else but their inputs.
 *
 * <p>That holds as long as all devices have the same one. So a strategy has a name and a version: give it a higher version whenever what it makes of
 * the same values changes, be it the code, a parameter, or another strategy in its place. The device with the highest version tells the others, and those that
 * have an older one hold back what they receive for the collection until their app is updated. Immutable.
 */
public abstract sealed class Strategy {
    /** The highest version that a strategy, a reducer or a collection may have. */
    public static final int VERSION_MAX = 1_000_000_000;

    /** The longest name, in bytes of UTF-8. */
    public static final int NAME_BYTES_MAX = 100;

    private static final Strategy LAST_WRITER_WINS = new LastWriterWins(1);

    private final String name;
    private final int version;

    private Strategy(String name, int version) {
        this.name = requireName(name);
        this.version = requireVersion(version);
    }

    private static String requireName(String name) {
        JsonValue.of(name); // refuses what is not well-formed
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a strategy's name of " + bytes + " bytes; 1 to " + NAME_BYTES_MAX + " are accepted");
        }
        return name;
    }

    /** @throws IllegalArgumentException if it is not 1 to {@link #VERSION_MAX} */
    public static int requireVersion(int version) {
        if (version < 1 || version > VERSION_MAX) {
            throw new IllegalArgumentException("version " + version + "; 1 to " + VERSION_MAX
                    + " are accepted, and each change needs a higher one");
        }
        return version;
    }

    /** What it is called; what comes with the library has a name of its own each. */
    public final String name() {
        return name;
    }

    /** 1, unless the app says otherwise. */
    public final int version() {
        return version;
    }

    /** The same strategy, as another version. For what comes with the library, when it takes another one's place. */
    public abstract Strategy withVersion(int value);

    /**
     * Of concurrent puts the one with the highest stamp wins; patches and named ops that its author had not seen are applied to it. The
     * loser is kept in the conflict log. The default.
     */
    public static Strategy lastWriterWins() {
        return LAST_WRITER_WINS;
    }

    /**
     * Merges objects member by member, however deep, against what the later author had seen. A member that both changed, and not to the same, is the later
     * author's; the earlier value then stays in the conflict log. For other values, and whole records that both created, as last-writer-wins for each member.
     */
    public static Strategy fieldMerge() {
        return merging("field-merge", 1, new FieldMerge());
    }

    /**
     * For arrays to which items are only added: all items of both, each id once, in the order in which they were first met.
     *
     * @param idMember the member of an item that names it; items without it are told apart by their whole value
     */
    public static Strategy union(String idMember) {
        return merging("union", 1, new UnionMerge(Objects.requireNonNull(idMember, "idMember")));
    }

    /** The record keeps the value with the lowest stamp; each concurrent one waits in the conflict log until somebody who has seen both puts another. */
    public static Strategy manual() {
        return merging("manual", 1, (base, local, remote) -> local.value());
    }

    /**
     * Of concurrent puts that of one device wins, whenever it was made; among all others the last one, as with last-writer-wins. Patches and named ops that the
     * winner's author had not seen are applied to it. Whatever loses is kept in the conflict log. A put whose author had seen the preferred one replaces it.
     */
    public static Strategy preferDevice(DeviceId device) {
        Objects.requireNonNull(device, "device");
        return new Preferring("prefer-device", 1, (author, value) -> author.equals(device) ? 0 : 1);
    }

    /**
     * Of concurrent puts the one wins whose value names the best role; of equals the last one, as with last-writer-wins. For the rest as {@link #preferDevice}. The role is
     * part of what is written, so it is the same on every device; nobody checks that the author has it.
     *
     * @param member the member of the record that holds the role, a string
     * @param rolesBestFirst 1 or more; whatever else a record says, or does not say, comes after all of them
     */
    public static Strategy preferRole(String member, String... rolesBestFirst) {
        List<String> roles = List.of(rolesBestFirst);
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("no role is preferred; name at least one, the best first");
        }
        return new Preferring("prefer-role", 1, new RoleRank(Objects.requireNonNull(member, "member"), roles));
    }

    /** Lets the app merge; version 1 of a merge without a name of its own. */
    public static Strategy merging(Merge merge) {
        return merging("merge", 1, merge);
    }

    /**
     * Lets the app merge.
     *
     * @param name what the app calls it; 1 to {@link #NAME_BYTES_MAX} bytes
     * @param version 1 to {@link #VERSION_MAX}; a higher one whenever it merges otherwise
     */
    public static Strategy merging(String name, int version, Merge merge) {
        return new Merging(name, version, Objects.requireNonNull(merge, "merge"));
    }

    /** A merge of two concurrent values. */
    @FunctionalInterface
    public interface Merge {
        /**
         * The value that stands for both.
         *
         * @param base what the author of {@code remote} had seen before it wrote; null if that was nothing, or is out of reach
         * @param local the value folded so far, from the events with lower stamps
         * @param remote the value of the concurrent put
         * @throws RuntimeException if they cannot be merged; the put then goes to quarantine
         */
        JsonValue merge(@Nullable Side base, Side local, Side remote);

        /**
         * Whether one side has lost something, so that it is kept in the conflict log: the side that {@code merged} is not, or {@code local} if it is neither.
         * Unless an app says otherwise, a side has lost if the other one is all that is left.
         */
        default boolean loses(@Nullable Side base, Side local, Side remote, JsonValue merged) {
            return merged.equals(local.value()) || merged.equals(remote.value());
        }
    }

    /**
     * One of the values that meet.
     *
     * @param stamp when it was written; null if it was made by patches and named ops alone
     */
    public record Side(JsonValue value, @Nullable Stamp stamp) {}

    static final class LastWriterWins extends Strategy {
        private LastWriterWins(int version) {
            super("last-writer-wins", version);
        }

        @Override
        public Strategy withVersion(int value) {
            return new LastWriterWins(value);
        }
    }

    /** How a put ranks among concurrent ones, by its author and its value: the lowest is the best. */
    @FunctionalInterface
    public interface Rank {
        /** The rank of a put; the same for the same author and value, always. */
        int of(DeviceId author, JsonValue value);
    }

    /** Of concurrent puts the one with the best rank, and of equals the last one. */
    public static final class Preferring extends Strategy {
        private final Rank rank;

        private Preferring(String name, int version, Rank rank) {
            super(name, version);
            this.rank = rank;
        }

        /** How it ranks puts. */
        public Rank rank() {
            return rank;
        }

        @Override
        public Strategy withVersion(int value) {
            return new Preferring(name(), value, rank);
        }
    }

    /** A strategy of the app's. */
    public static final class Merging extends Strategy {
        private final Merge merge;

        private Merging(String name, int version, Merge merge) {
            super(name, version);
            this.merge = merge;
        }

        /** The app's merge. */
        public Merge merge() {
            return merge;
        }

        @Override
        public Strategy withVersion(int value) {
            return new Merging(name(), value, merge);
        }
    }
}
