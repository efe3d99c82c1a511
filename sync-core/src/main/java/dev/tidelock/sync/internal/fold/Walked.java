package dev.tidelock.sync.internal.fold;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Stamp;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a walk through a record's events has come to. Events are named by their place in the order. */
final class Walked {
    @Nullable
    JsonValue value;

    /** That of the highest put that won; null if none did. */
    @Nullable
    Stamp stamp;

    /** The puts that made the value; several if they were equal or merged. */
    BitSet winners = new BitSet();

    /** What lost on the way, by the event that names it. */
    final Map<Integer, Loser> losers = new LinkedHashMap<>();

    /** A put, or several equal ones, or a patch, that lost. */
    static final class Loser {
        final BitSet events;
        final int winner;
        final boolean patch;
        JsonValue value;

        Loser(BitSet events, int winner, boolean patch, JsonValue value) {
            this.events = events;
            this.winner = winner;
            this.patch = patch;
            this.value = value;
        }
    }
}
