package dev.tidelock.examples.cli.common;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A line on standard error that says how far work is: once that takes more than a second, and only on a terminal. */
public final class Progress implements AutoCloseable {
    private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long NEXT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int BAR_CHARACTERS = 30;

    private final PrintWriter err;
    private final String what;
    private final boolean terminal = Boolean.getBoolean("tidelock.terminal");
    private long dueNanos = System.nanoTime() + FIRST_NANOS;
    private boolean shown;

    public Progress(PrintWriter err, String what) {
        this.err = err;
        this.what = what;
    }

    /** Says that so much of the whole is done; {@code total} is 0 if that is not known. */
    public void at(long done, long total) {
        long now = System.nanoTime();
        if (!terminal || now - dueNanos < 0) {
            return;
        }
        dueNanos = now + NEXT_NANOS;
        shown = true;
        if (total <= 0) {
            err.printf(Locale.ROOT, "\r%s %,d\033[K", what, done);
        } else {
            int filled = (int) (BAR_CHARACTERS * Math.min(done, total) / total);
            String bar = "#".repeat(filled) + "-".repeat(BAR_CHARACTERS - filled);
            err.printf(Locale.ROOT, "\r%s [%s] %d %%\033[K", what, bar, 100 * Math.min(done, total) / total);
        }
        err.flush();
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (shown) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
