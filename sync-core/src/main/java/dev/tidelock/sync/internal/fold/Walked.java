package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk through a record's events has come to. Events are named by their place in the order. A value that is that of an event is not held, but
 * asked for when it is needed.
 */
final class Walked {
    @Nullable
    Supplier<JsonValue> value;

    /** That of the highest put that won; null if none did. */
    @Nullable
    Stamp stamp;

    /** The puts that made the value; several if they were equal or merged. */
    BitSet winners = new BitSet();

    /** The puts that no later one has seen; kept only where the strategy prefers some puts to others. */
    final BitSet tips = new BitSet();

    /** Whether anybody will ask what lost on the way. */
    final boolean keepsLosers;

    /** What lost on the way and stays open, by the event that names it. */
    final Map<Integer, Loser> losers = new LinkedHashMap<>();

    Walked(boolean keepsLosers) {
        this.keepsLosers = keepsLosers;
    }

    /** A put, or several equal ones, or a patch, that lost. */
    static final class Loser {
        final BitSet events;
        final int winner;
        final boolean patch;
        Supplier<JsonValue> value;

        Loser(BitSet events, int winner, boolean patch, Supplier<JsonValue> value) {
            this.events = events;
            this.winner = winner;
            this.patch = patch;
            this.value = value;
        }
    }
}
