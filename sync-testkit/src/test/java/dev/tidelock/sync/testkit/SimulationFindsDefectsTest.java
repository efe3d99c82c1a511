package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.Hold;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.Right;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The test of the tests: with each of these defects planted, the simulation must fail, and soon. A defect that it does not find is a promise that nobody
 * checks.
 */
class SimulationFindsDefectsTest {
    private static final int SEEDS_MAX = 10_000;

    private static void assertFound(UnaryOperator<Simulation> defect) {
        SimulationFailure found = null;
        for (long seed = 0; seed < SEEDS_MAX && found == null; seed++) {
            found = defect.apply(SimulationRun.simulation(seed, SimulationRun.MIXED_DEVICES))
                    .run()
                    .failure();
        }
        assertNotNull(found, "nobody noticed, in " + SEEDS_MAX + " histories");
    }

    private static void assertFoundInStore(Defects.Defect defect) {
        assertFound(simulation -> simulation.stores(store -> Defects.in(store, defect)));
    }

    /** A relay that says that it has what it has not. */
    @Test
    void relayAcknowledgesWithoutKeeping_isFound() {
        assertFound(simulation -> simulation.transports(relay -> new Through(relay) {
            @Override
            public PushReceipt push(List<Envelope> envelopes) {
                return new PushReceipt(
                        envelopes.stream().map(Envelope::hash).collect(Collectors.toList()), List.of(), 0);
            }
        }));
    }

    @Test
    void relayKeepsAllButTheLast_isFound() {
        assertFound(simulation -> simulation.transports(relay -> new Through(relay) {
            @Override
            public PushReceipt push(List<Envelope> envelopes) throws TransportException {
                PushReceipt all = super.push(envelopes.subList(0, Math.max(1, envelopes.size() - 1)));
                return new PushReceipt(
                        envelopes.stream().map(Envelope::hash).collect(Collectors.toList()),
                        all.refusals(),
                        all.remoteMillis());
            }
        }));
    }

    @Test
    void relayLeavesOutAnEntry_isFound() {
        assertFound(simulation -> simulation.transports(relay -> new Through(relay) {
            private boolean left;

            @Override
            public PullResult pull(PullRequest request) throws TransportException {
                PullResult result = super.pull(request);
                if (result instanceof PullResult.Page page
                        && !left
                        && page.entries().size() > 1) {
                    left = true;
                    List<PullResult.LogEntry> entries =
                            page.entries().subList(1, page.entries().size());
                    return new PullResult.Page(entries, page.next(), page.more(), page.heads(), page.remoteMillis());
                }
                return result;
            }
        }));
    }

    /** Leaves everything as it is. */
    private static class Through implements Transport {
        private final Transport relay;

        Through(Transport relay) {
            this.relay = relay;
        }

        @Override
        public String remote() {
            return relay.remote();
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            return relay.push(envelopes);
        }

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            return relay.pull(request);
        }

        @Override
        public void close() {
            relay.close();
        }
    }

    @Test
    void confirmIsSkipped_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("removeFromOutbox") ? null : goOn.real());
    }

    @Test
    void confirmComesBeforeThePush_isFound() {
        assertFound(simulation -> simulation.stores(real -> new Store() {
            @Override
            public <T> T read(Function<StoreReader, T> work) {
                Set<Envelope> handedOut = new HashSet<>();
                Defects.Defect remember = (reader, method, arguments, goOn) -> {
                    Object result = goOn.real();
                    if (method.equals("outbox")) {
                        ((List<?>) result).forEach(envelope -> handedOut.add((Envelope) envelope));
                    }
                    return result;
                };
                T result = Defects.in(real, remember).read(work);
                if (!handedOut.isEmpty()) {
                    real.write(tx -> {
                        tx.removeFromOutbox(
                                SimulatedTransport.REMOTE,
                                handedOut.stream().map(Envelope::hash).collect(Collectors.toList()));
                        return true;
                    });
                }
                return result;
            }

            @Override
            public <T> T write(Function<StoreTransaction, T> work) {
                return real.write(work);
            }

            @Override
            public @Nullable Hold tryHold(Right right) {
                return real.tryHold(right);
            }

            @Override
            public void close() {
                real.close();
            }
        }));
    }

    @Test
    void envelopeIsNotPutIntoTheOutbox_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("addToOutbox") ? null : goOn.real());
    }

    /** The cursor in a transaction of its own, before the events: a crash between the two skips them. */
    @Test
    void cursorIsMovedBeforeTheCommit_isFound() {
        assertFound(simulation -> simulation.stores(real -> new Store() {
            @Override
            public <T> T read(Function<StoreReader, T> work) {
                return real.read(work);
            }

            @Override
            public <T> T write(Function<StoreTransaction, T> work) {
                Cursor[] moved = new Cursor[1];
                Defects.Defect peek = (tx, method, arguments, goOn) -> {
                    if (method.equals("setCursor")) {
                        moved[0] = (Cursor) arguments[1];
                    }
                    return goOn.real();
                };
                try {
                    Defects.in(real, peek).<T>write(tx -> {
                        throw new Undo(work.apply(tx));
                    });
                } catch (Undo expected) {
                    // now it is known where the cursor will be
                }
                if (moved[0] != null) {
                    real.write(tx -> {
                        tx.setCursor(SimulatedTransport.REMOTE, moved[0]);
                        return true;
                    });
                }
                return real.write(work);
            }

            @Override
            public @Nullable Hold tryHold(Right right) {
                return real.tryHold(right);
            }

            @Override
            public void close() {
                real.close();
            }
        }));
    }

    /** The app discards noise that stood in for something genuine, and nobody asks for that again. */
    @Test
    void aDiscardIsNotMadeGood_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) ->
                method.equals("setCursor") && arguments[1] == null ? null : goOn.real());
    }

    private static final class Undo extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Undo(Object result) {
            super("undone: " + result, null, false, false);
        }
    }

    @Test
    void aParentIsDropped_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> {
            if (method.equals("addEvent") && ((Event) arguments[0]).parents().size() > 1) {
                Event event = (Event) arguments[0];
                List<EventId> parents =
                        event.parents().subList(1, event.parents().size());
                arguments[0] =
                        new Event(event.id(), event.key(), event.op(), event.stamp(), parents, event.transaction());
            }
            return goOn.real();
        });
    }

    /** After each start the device counts from one less. */
    @Test
    void aCounterIsReused_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> {
            Object result = goOn.real();
            if (method.equals("ownHead") && ((OwnHead) result).counter() % 7 == 3) {
                OwnHead head = (OwnHead) result;
                return new OwnHead(head.counter() - 1, head.reading());
            }
            return result;
        });
    }

    @Test
    void aSealedEnvelopeDoesNotSurviveALossOfPower_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("surviveLossOfPower") ? null : goOn.real());
    }

    @Test
    void aTombstoneIsForgotten_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> {
            Object result = goOn.real();
            if (method.equals("events")) {
                List<Event> kept = new ArrayList<>();
                for (Object event : (Collection<?>) result) {
                    if (((Event) event).op().kind() != Op.Kind.DELETE) {
                        kept.add((Event) event);
                    }
                }
                return kept;
            }
            return result;
        });
    }

    @Test
    void aRecordIsNotFoldedAnew_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> {
            Object result = goOn.real();
            if (method.equals("events")) {
                List<?> events = (List<?>) result;
                return events.subList(0, Math.max(1, events.size() - 1));
            }
            return result;
        });
    }

    @Test
    void aTransactionShowsAsItArrives_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> {
            if (method.equals("addEvent") && arguments[1] == EventState.WAITING) {
                Object added = goOn.real();
                Event event = (Event) arguments[0];
                StoreTransaction real = (StoreTransaction) tx;
                if (event.op().kind() == Op.Kind.PUT && event.parents().isEmpty()) {
                    real.setRecord(
                            event.key(),
                            new RecordState(
                                    event.op().value(), event.stamp(), List.of(event.id()), event.stamp(), List.of()));
                }
                return added;
            }
            return goOn.real();
        });
    }

    @Test
    void othersClocksAreNotObserved_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("observe") ? null : goOn.real());
    }

    @Test
    void pendingEventsAreNotCounted_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("pendingEvents") ? 0L : goOn.real());
    }

    @Test
    void quarantineIsForgotten_isFound() {
        assertFoundInStore((tx, method, arguments, goOn) -> method.equals("addToQuarantine") ? null : goOn.real());
    }

    /** A merge that looks at something else than its inputs. */
    @Test
    void aMergeIsNotDeterministic_isFound() {
        int[] calls = new int[1];
        assertFound(simulation -> simulation.merge((base, local, remote) ->
                JsonValue.of(local.value().asString() + remote.value().asString() + calls[0]++)));
    }

    @Test
    void nothingPlanted_nothingFound() {
        SimulationRun run = SimulationRun.run(0, 50, SimulationRun.MIXED_DEVICES, SimulationRun.Progress.NONE);
        assertTrue(run.held(), () -> run.failures().toString());
    }
}
