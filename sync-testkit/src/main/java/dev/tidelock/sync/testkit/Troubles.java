package dev.tidelock.sync.testkit;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** What is wrong with one simulated device for a while. */
final class Troubles {
    /** Of so many things that a trouble could strike, it strikes one. */
    private static final int STRIKES_ONE_OF = 3;

    private final LongSupplier millis;
    private final Map<Trouble, Long> ends = new EnumMap<>(Trouble.class);
    private long seed;

    /** What lasts longer than a call. */
    enum Trouble {
        /** The device cannot reach the relay. */
        OFFLINE,
        /** The relay takes nothing from the device. */
        PUSHES_REFUSED,
        /** The app's merges and reducers throw for some inputs. */
        MERGES_FAIL,
        /** The device has no key for some envelopes of others. */
        KEYS_MISSING,
        /** The relay does not give the device some envelopes. */
        WITHHELD,
        /** The relay gives the device some envelopes again, as further entries of its log. */
        REPLAYED,
        /** The relay shows the device its log in another order. */
        REORDERED,
        /** The app's gate holds back some transactions of others. */
        GATE_SHUT
    }

    /** @param millis the time of the world */
    Troubles(LongSupplier millis) {
        this.millis = millis;
    }

    /** @param details which inputs it strikes, of those that it could */
    void begin(Trouble trouble, Duration duration, long details) {
        seed = details;
        ends.merge(trouble, millis.getAsLong() + duration.toMillis(), Math::max);
    }

    /** The seed of whatever is left to chance about what began last. */
    long details() {
        return seed;
    }

    /** It is over, if it was there. */
    void end(Trouble trouble) {
        ends.replace(trouble, 0L);
    }

    /** Everything is over. */
    void heal() {
        ends.replaceAll((trouble, end) -> 0L);
    }

    boolean has(Trouble trouble) {
        return millis.getAsLong() < ends.getOrDefault(trouble, 0L);
    }

    /** Whether it is there, or was. */
    boolean everHad(Trouble trouble) {
        return ends.containsKey(trouble);
    }

    /** Whether it strikes something, by what that is. */
    boolean strikes(Trouble trouble, long content) {
        return has(trouble) && Math.floorMod(SeededRandom.mix(content ^ seed), (long) STRIKES_ONE_OF) == 0;
    }
}
