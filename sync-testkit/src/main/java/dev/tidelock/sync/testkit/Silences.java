package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.testkit.SimulationFailure.Kind;
import java.util.List;

/** Whether a relay that keeps something to itself, or shows another log than before, is noticed by the device that it does this to. */
final class Silences {
    private final SimulatedRelay relay;

    Silences(SimulatedRelay relay) {
        this.relay = relay;
    }

    /** After a sync that went through: what others have said that exists is here, or the app was told that it is not. */
    void requireNoticed(SimulatedDevice device) {
        device.look(reader -> {
            for (SeenHead head : reader.quarantineCount() > 0 ? List.<SeenHead>of() : reader.seenHeads()) {
                boolean lacks = !head.author().equals(device.id())
                        && head.counter() > held(reader, head.device())
                        && !StandIns.areIssuedAgain(reader, head.device(), held(reader, head.device()), head.counter());
                if (lacks && !isOpen(reader, head.device())) {
                    throw new SimulationFailure(
                            Kind.BROKEN,
                            "device " + device.number() + " lacks events of " + head.device() + " up to "
                                    + head.counter() + ", and has not told its app");
                }
            }
            return true;
        });
    }

    private static long held(StoreReader reader, DeviceId device) {
        EnvelopeChain chain = reader.chain(device);
        return chain == null ? 0 : chain.lastCounter();
    }

    private static boolean isOpen(StoreReader reader, DeviceId concerned) {
        for (Incident incident : reader.incidents()) {
            if (incident.open() && incident.concerns(concerned)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a device has read another log than the relay has now, as after a lie or a loss, and is about to see that: what it sends first may be what was lost. */
    boolean isMisled(SimulatedDevice device) {
        return device.look(reader -> {
            Cursor cursor = reader.cursor(SimulatedTransport.REMOTE);
            return cursor != null
                    && cursor.log().equals(relay.id())
                    && !relay.agrees(cursor)
                    && reader.outboxCount(SimulatedTransport.REMOTE) == 0
                    && reader.pendingEvents(SimulatedTransport.REMOTE) == 0;
        });
    }

    /** After a sync with an honest relay of a device that had read another log: its app was told. */
    void requireFoundOut(SimulatedDevice device) {
        boolean found = device.look(StoreReader::incidents).stream()
                .anyMatch(incident -> incident.kind() == Incident.Kind.ROLLED_BACK);
        if (!found) {
            throw new SimulationFailure(
                    Kind.BROKEN,
                    "device " + device.number() + " had read another log than the relay has, and was not told");
        }
    }
}
