package dev.tidelock.sync.monolith;

import dev.tidelock.sync.testkit.VirtualTime;
import dev.tidelock.sync.testkit.monolith.MonolithModel;
import dev.tidelock.sync.testkit.monolith.MonolithSocket;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Sockets to a model of the relay, in virtual time: each way takes a while, and the line can be cut so that only one side notices. */
final class ModelSockets implements RelaySocket.Opener {
    private final MonolithModel model;
    private final VirtualTime time;
    private final LongSupplier delayMicros;
    private ModelSocket last;

    /** @param delayMicros how long the next frame takes; frames of one socket stay in order */
    ModelSockets(MonolithModel model, VirtualTime time, LongSupplier delayMicros) {
        this.model = model;
        this.time = time;
        this.delayMicros = delayMicros;
    }

    @Override
    public RelaySocket open(RelaySocket.Listener listener) {
        last = new ModelSocket(listener);
        last.connect();
        return last;
    }

    /** The device's side of the line is dead; the relay does not know. */
    void cutUnnoticedByTheRelay() {
        if (last != null) {
            last.cut = true;
            RelaySocket.Listener listener = last.listener;
            time.schedule(Duration.ZERO, () -> listener.closed(1006, ""));
        }
    }

    /** The process that used the line is gone; the relay does not know. */
    void abandon() {
        if (last != null) {
            last.cut = true;
        }
    }

    /** The line is dead, and both sides know. */
    void cut() {
        if (last != null && last.connection != null) {
            last.connection.close(1006, "");
            cutUnnoticedByTheRelay();
        }
    }

    @Override
    public void close() {
        // holds nothing
    }

    private final class ModelSocket implements RelaySocket {
        private final RelaySocket.Listener listener;
        private MonolithModel.Connection connection;
        private boolean cut;
        private long upNanos;
        private long downNanos;

        ModelSocket(RelaySocket.Listener listener) {
            this.listener = listener;
        }

        private void connect() {
            up(() -> {
                connection = model.connect(new FromTheRelay());
                down(connection == null ? () -> listener.closed(1006, "") : listener::opened);
            });
        }

        private void up(Runnable what) {
            upNanos = Math.max(upNanos, time.nanos() + delayMicros.getAsLong() * 1000);
            later(upNanos, what);
        }

        private void down(Runnable what) {
            downNanos = Math.max(downNanos, time.nanos() + delayMicros.getAsLong() * 1000);
            later(downNanos, what);
        }

        private void later(long atNanos, Runnable what) {
            time.schedule(Duration.ofNanos(atNanos - time.nanos()), () -> {
                if (!cut) {
                    what.run();
                }
            });
        }

        private void upIfConnected(Consumer<MonolithModel.Connection> what) {
            up(() -> {
                if (connection != null) {
                    what.accept(connection);
                }
            });
        }

        @Override
        public void text(String frame) {
            upIfConnected(to -> to.text(frame));
        }

        @Override
        public void binary(byte[] frame) {
            upIfConnected(to -> to.binary(frame));
        }

        @Override
        public void close(int code) {
            upIfConnected(to -> to.close(code, ""));
        }

        private final class FromTheRelay implements MonolithSocket {
            @Override
            public void text(String frame) {
                down(() -> listener.text(frame));
            }

            @Override
            public void binary(byte[] frame) {
                down(() -> listener.binary(frame));
            }

            @Override
            public void closed(int code, String reason) {
                down(() -> listener.closed(code, reason));
            }
        }
    }
}
