package dev.tidelock.sync.http;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.Call;

/** The calls that are under way, so that closing can end them. After that, none begins. */
final class RunningCalls {
    // Guarded by this.
    private final Set<Call> running = new HashSet<>();
    private boolean closed;

    /** @throws IOException if this has been closed */
    synchronized void add(Call call) throws IOException {
        if (closed) {
            throw new IOException("this connection to the relay has been closed");
        }
        running.add(call);
    }

    synchronized void remove(Call call) {
        running.remove(call);
    }

    void close() {
        List<Call> toCancel;
        synchronized (this) {
            closed = true;
            toCancel = List.copyOf(running);
        }
        toCancel.forEach(Call::cancel);
    }
}
