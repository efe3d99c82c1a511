package dev.tidelock.sync.monolith;

import dev.tidelock.sync.spi.link.LinkListener;
import dev.tidelock.sync.testkit.SeededRandom;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.VirtualTime;
import dev.tidelock.sync.testkit.monolith.MonolithModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A model of the relay, and ends of links to it, in virtual time. */
final class MonolithWorld {
    static final String SESSION = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

    final VirtualTime time = new VirtualTime();
    final MonolithModel model = new MonolithModel(time::millis);
    final SeededRandom random;
    private int lives;

    MonolithWorld(long seed) {
        random = new SeededRandom(seed);
        tick();
    }

    private void tick() {
        model.tick();
        time.schedule(Duration.ofSeconds(1), this::tick);
    }

    ModelSockets sockets() {
        return new ModelSockets(model, time, () -> random.between(100, 3_000));
    }

    /** Somebody at one end, who notes what comes. */
    End end(String device) {
        return new End(device);
    }

    void pass(int seconds) {
        time.advance(Duration.ofSeconds(seconds));
    }

    final class End implements LinkListener, MonolithListener {
        final ModelSockets sockets = sockets();
        final List<Integer> received = new ArrayList<>();
        final List<MonolithState> states = new ArrayList<>();
        final MonolithLink link;
        int unlinked;

        End(String device) {
            link = MonolithLink.builder("ws://relay.example", SESSION, device, new SimulatedRuntime(time, lives++))
                    .listener(this)
                    .build(sockets);
            link.open(this);
        }

        void send(int from, int to) {
            for (int number = from; number < to; number++) {
                link.send(new byte[] {(byte) (number >> 8), (byte) number, 1, 1});
            }
        }

        @Override
        public void received(byte[] frame) {
            received.add((frame[0] & 0xff) << 8 | frame[1] & 0xff);
        }

        @Override
        public void lineChanged() {
            // states tell
        }

        @Override
        public void onStateChanged(MonolithState state) {
            states.add(state);
        }

        @Override
        public void onPeerUnlinked() {
            unlinked++;
        }
    }
}
