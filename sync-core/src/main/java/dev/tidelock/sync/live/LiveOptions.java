package dev.tidelock.sync.live;

import dev.tidelock.sync.internal.setting.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Where and how often an app is told of changes. Immutable: each method gives other options. */
public final class LiveOptions {
    /** About what a screen shows well. */
    public static final Duration DEFAULT_MIN_INTERVAL = Duration.ofMillis(50);

    /** The client's listener executor, and {@link #DEFAULT_MIN_INTERVAL}. */
    public static final LiveOptions DEFAULTS = new LiveOptions(null, DEFAULT_MIN_INTERVAL);

    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofDays(1);

    private final @Nullable Executor executor;
    private final Duration minInterval;

    private LiveOptions(@Nullable Executor executor, Duration minInterval) {
        this.executor = executor;
        this.minInterval = minInterval;
    }

    /**
     * Where callbacks run, such as the thread of the user interface; the client's listener executor unless set. The store is read there as well. It must run what it takes, or refuse it with an
     * exception.
     */
    public LiveOptions executor(Executor value) {
        return new LiveOptions(Objects.requireNonNull(value, "executor"), minInterval);
    }

    /**
     * From one callback to the next at least, 1 ms to 1 day; {@link #DEFAULT_MIN_INTERVAL} unless set. The first one after that time comes at once. Where the whole query had to run again and took
     * longer than this, the next begins as much later as it took, but no more than a second.
     */
    public LiveOptions minInterval(Duration value) {
        return new LiveOptions(executor, Durations.requireWithin("minInterval", value, MIN, MAX));
    }

    /** Null for the client's listener executor. */
    public @Nullable Executor executor() {
        return executor;
    }

    /** From one callback to the next at least. */
    public Duration minInterval() {
        return minInterval;
    }
}
