package dev.tidelock.sync.testkit;

import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong in a simulation. A fault that strikes between two steps says here what it does; any other happens where code asks {@link
 * FaultDice#happens} for it. Either kind is counted, written into the script of a history, and dropped from it when the script is shrunk.
 */
public enum Fault {
    /** A request does not reach the remote. */
    REQUEST_LOST(0.08),
    /** A request takes effect, and its answer is lost. */
    ANSWER_LOST(0.08),
    /** A request reaches the remote twice at once. */
    DUPLICATED(0.06),
    /** A push reaches the remote once more, some time later. */
    REPEATED_LATER(0.06),
    /** A push fails, and reaches the remote some time later all the same. */
    DELIVERED_LATE(0.06),
    /** Only the first envelopes of a push reach the remote, and the sender hears of a failure. */
    CUT(0.08),
    /** A request takes long; time passes. */
    SLOW(0.08),
    /** While a request is under way, something else happens: on the same device, as in another thread of the app, or on another. */
    MEANWHILE(0.25),
    /** The relay asks for patience. */
    THROTTLED(0.03),
    /** The relay refuses a token. */
    TOKEN_REFUSED(0.03),
    /** The relay refuses an envelope as too large, and with it what follows from the same device. */
    TOO_LARGE(0.02),
    /** A byte of an answer changes on the way. */
    ANSWER_CHANGED(0.02),
    /** The process ends just before a commit. */
    CRASH_BEFORE_COMMIT(0.01),
    /** The process ends just after a commit, before anybody is told. */
    CRASH_AFTER_COMMIT(0.01),
    /** The disk is full for one commit. */
    DISK_FULL(0.01),

    /** A listener of the app throws. */
    LISTENER_THROWS(0.02),

    /** The process ends at some other moment. */
    CRASH(0.02, (world, device, details) -> device.kill(false)),
    /** The power goes: what was not asked to survive that is gone. */
    POWER_LOST(0.005, (world, device, details) -> device.kill(true)),
    /** A device's wall clock jumps, within what is tolerated. */
    CLOCK_JUMP(
            0.02,
            (world, device, details) -> device.setClockOffset(Duration.ofMillis(details.between(-240_000, 240_000)))),
    /** A device's wall clock jumps by more than is tolerated: minutes to years, to either side. */
    CLOCK_LEAP(0.005, (world, device, details) -> {
        Duration leap = Duration.ofMillis(details.magnitude(300_000, 5 * Fault.YEAR_MILLIS));
        device.setClockOffset(details.chance(0.5) ? leap : leap.negated());
    }),
    /** A device cannot reach the relay for a long time. */
    DEVICE_OFFLINE(0.01, (world, device, details) -> {
        long millisMax = details.chance(0.1) ? 172_800_000 : 300_000;
        device.goOffline(Duration.ofMillis(details.magnitude(1_000, millisMax)));
    }),
    /** A device cannot reach the relay for a year, and much of that passes before anything else happens. */
    YEAR_OFFLINE(0.002, (world, device, details) -> {
        device.goOffline(Duration.ofMillis(Fault.YEAR_MILLIS));
        world.time().skip(Duration.ofMillis(details.between(0, Fault.YEAR_MILLIS)));
    }),
    /** The space has reached its quota as far as a device is concerned: the relay takes nothing from it for a while. */
    QUOTA(0.01, (world, device, details) -> device.suffer(Trouble.PUSHES_REFUSED, details)),
    /** The merges and reducers of the app throw on a device for a while, for some inputs. */
    MERGES_FAIL(0.005, (world, device, details) -> device.suffer(Trouble.MERGES_FAIL, details)),
    /** A device lacks the keys of some envelopes for a while. */
    KEYS_MISSING(0.005, (world, device, details) -> device.suffer(Trouble.KEYS_MISSING, details)),
    /** The user copies the app's folder to another machine, and goes on with both. */
    CLONED(0.002, (world, device, details) -> world.copy(device, details)),
    /** The user puts back an earlier copy of the app's folder; the first time, one is made. */
    RESTORED(0.004, (world, device, details) -> world.restore(device, details)),
    /** For a while the relay keeps some envelopes of others from a device. */
    WITHHELD(0.003, (world, device, details) -> device.suffer(Trouble.WITHHELD, details)),
    /** For a while the relay's log, as a device sees it, holds envelopes more than once. */
    REPLAYED(0.003, (world, device, details) -> device.suffer(Trouble.REPLAYED, details)),
    /** For a while the relay's log, as a device sees it, has another order. */
    REORDERED(0.003, (world, device, details) -> device.suffer(Trouble.REORDERED, details)),
    /** The relay cannot be reached by anybody for a while, as when it restarts. */
    RELAY_DOWN(
            0.01, (world, device, details) -> world.takeRelayDown(Duration.ofMillis(details.magnitude(500, 120_000)))),
    /** The relay forgets the end of its log, as when it is restored from a backup. */
    RELAY_ROLLED_BACK(0.005, (world, device, details) -> world.rollRelayBack(details.nextDouble())),
    /** The relay is emptied: it has another log from now on, which each user has to accept. */
    RELAY_RESET(0.002, (world, device, details) -> world.resetRelay()),

    /** A device's app is updated: to one with other strategies and another reducer. In the end all are. */
    APP_UPDATED(0.01, (world, device, details) -> device.update()),
    /** An app that has been updated fences a collection off against those that have not. */
    FENCED(0.01, (world, device, details) -> device.fence()),
    /** For a while the app of a device holds back some of what others wrote. */
    GATE_SHUT(0.005, (world, device, details) -> device.suffer(Trouble.GATE_SHUT, details));

    private static final long YEAR_MILLIS = 365L * 86_400_000;

    private final double usual;

    @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that keeps nothing
    private final @Nullable Strike strike;

    /** What a fault does that strikes between two steps. */
    @FunctionalInterface
    interface Strike {
        /**
         * @param device that of the step before
         * @param details for everything that is left to chance
         */
        void strike(SimulatedWorld world, SimulatedDevice device, SeededRandom details);
    }

    /** A fault that happens within a call, where its code asks for it. */
    Fault(double usual) {
        this.usual = usual;
        this.strike = null;
    }

    /** A fault that strikes between two steps. */
    Fault(double usual, Strike strike) {
        this.usual = usual;
        this.strike = strike;
    }

    /** How likely it is, at each occasion, in a history with some dozens of changes. */
    double usual() {
        return usual;
    }

    boolean strikesBetweenSteps() {
        return strike != null;
    }

    void strike(SimulatedWorld world, SimulatedDevice device, SeededRandom details) {
        Objects.requireNonNull(strike, "happens within a call").strike(world, device, details);
    }
}
