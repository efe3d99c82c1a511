package dev.tidelock.sync.strategy;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of concurrent puts of one record. Every device folds a record's events in the same order, so any strategy converges; the
 * only law is that equal inputs give equal results. Strategies run inside a transaction: they must be quick, and must not read
 * clocks, chance, files or anything else but their inputs.
 */
public abstract sealed class Strategy {
    private static final Strategy LAST_WRITER_WINS = new LastWriterWins();

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
        return merging(new FieldMerge());
    }

    /**
     * For arrays to which items are only added: all items of both, each id once, in the order in which they were first met.
     *
     * @param idMember the member of an item that names it; items without it are told apart by their whole value
     */
    public static Strategy union(String idMember) {
        return merging(new UnionMerge(Objects.requireNonNull(idMember, "idMember")));
    }

    /** The record keeps the value with the lowest stamp; each concurrent one waits in the conflict log until somebody who has seen both puts another. */
    public static Strategy manual() {
        return merging((base, local, remote) -> local.value());
    }

    /** Lets the app merge. */
    public static Strategy merging(Merge merge) {
        return new Merging(Objects.requireNonNull(merge, "merge"));
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

    static final class LastWriterWins extends Strategy {}

    /** A strategy of the app's. */
    public static final class Merging extends Strategy {
        private final Merge merge;

        private Merging(Merge merge) {
            this.merge = merge;
        }

        /** The app's merge. */
        public Merge merge() {
            return merge;
        }
    }
}
