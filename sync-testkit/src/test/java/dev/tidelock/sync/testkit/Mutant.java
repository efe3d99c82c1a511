package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.RecordState;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.OwnHead;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Engines with a defect each: what the engine does right is undone between it and its store, or between it and its relay. */
enum Mutant {
    CONFIRMS_WHAT_THE_RELAY_DID_NOT_KEEP(inTransport(relay -> new Defects.Through(relay) {
        @Override
        public PushReceipt push(List<Envelope> envelopes) {
            return new PushReceipt(hashes(envelopes), List.of(), 0);
        }
    })),

    CONFIRMS_ONE_MORE_THAN_THE_RELAY_TOOK(inTransport(relay -> new Defects.Through(relay) {
        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            PushReceipt all = super.push(envelopes.subList(0, Math.max(1, envelopes.size() - 1)));
            return new PushReceipt(hashes(envelopes), all.refusals(), all.remoteMillis());
        }
    })),

    PASSES_OVER_AN_ENTRY_OF_A_PAGE(inTransport(relay -> new Defects.Through(relay) {
        private boolean passed;

        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            PullResult result = super.pull(request);
            if (result instanceof PullResult.Page page
                    && !passed
                    && page.entries().size() > 1) {
                passed = true;
                List<PullResult.LogEntry> entries =
                        page.entries().subList(1, page.entries().size());
                return new PullResult.Page(entries, page.next(), page.more(), page.heads(), page.remoteMillis());
            }
            return result;
        }
    })),

    SKIPS_THE_CONFIRM(without("removeFromOutbox")),

    CONFIRMS_BEFORE_THE_PUSH(simulation -> simulation.stores(Defects.ConfirmingEarly::new)),

    FORGETS_THE_OUTBOX(without("addToOutbox")),

    MOVES_THE_CURSOR_BEFORE_THE_COMMIT(simulation -> simulation.stores(Defects.CursorFirst::new)),

    DROPS_A_PARENT(inStore((tx, method, arguments, goOn) -> {
        if (method.equals("addEvent") && ((Event) arguments[0]).parents().size() > 1) {
            Event event = (Event) arguments[0];
            arguments[0] = new Event(
                    event.id(),
                    event.key(),
                    event.op(),
                    event.stamp(),
                    event.parents().subList(1, event.parents().size()),
                    event.transaction());
        }
        return goOn.real();
    })),

    REUSES_A_COUNTER(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        boolean reuses = method.equals("ownHead") && ((OwnHead) result).counter() % 7 == 3;
        return reuses ? new OwnHead(((OwnHead) result).counter() - 1, ((OwnHead) result).reading()) : result;
    })),

    FORGETS_ITS_OWN_CLOCK(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        return method.equals("ownHead") ? new OwnHead(((OwnHead) result).counter(), 0) : result;
    })),

    SENDS_WHAT_A_LOSS_OF_POWER_TAKES_BACK(without("surviveLossOfPower")),

    FORGETS_THE_TOMBSTONE(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        if (method.equals("events")) {
            List<Event> kept = new ArrayList<>();
            ((Collection<?>) result).forEach(event -> kept.add((Event) event));
            kept.removeIf(event -> event.op().kind() == Op.Kind.DELETE);
            return kept;
        }
        return result;
    })),

    FOLDS_WITHOUT_THE_LAST_EVENT(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        if (method.equals("events")) {
            List<?> events = (List<?>) result;
            return events.subList(0, Math.max(1, events.size() - 1));
        }
        return result;
    })),

    FOLDS_IN_ARRIVAL_ORDER(simulation -> simulation.stores(store -> {
        Map<RecordKey, Event> arrived = new HashMap<>();
        return Defects.in(store, (tx, method, arguments, goOn) -> {
            if (method.equals("addEvent")) {
                arrived.put(((Event) arguments[0]).key(), (Event) arguments[0]);
            } else if (method.equals("setRecord")) {
                RecordState state = (RecordState) arguments[1];
                Event last = arrived.remove((RecordKey) arguments[0]);
                if (last != null
                        && last.op().kind() == Op.Kind.PUT
                        && state.heads().size() > 1) {
                    arguments[1] = new RecordState(
                            last.op().value(), last.stamp(), state.heads(), state.latest(), state.conflicts());
                }
            }
            return goOn.real();
        });
    })),

    SHOWS_A_TRANSACTION_AS_IT_ARRIVES(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        if (method.equals("addEvent") && arguments[1] == EventState.WAITING) {
            Event event = (Event) arguments[0];
            if (event.op().kind() == Op.Kind.PUT && event.parents().isEmpty()) {
                ((StoreTransaction) tx)
                        .setRecord(
                                event.key(),
                                new RecordState(
                                        event.op().value(),
                                        event.stamp(),
                                        List.of(event.id()),
                                        event.stamp(),
                                        List.of()));
            }
        }
        return result;
    })),

    NEVER_COUNTS_A_TRANSACTION_THAT_CAME_IN_PARTS(without("setState")),

    DOES_NOT_COUNT_WHAT_IS_PENDING(
            inStore((tx, method, arguments, goOn) -> method.equals("pendingEvents") ? (Object) 0L : goOn.real())),

    DOES_NOT_COUNT_WHAT_IS_IN_QUARANTINE(
            inStore((tx, method, arguments, goOn) -> method.equals("quarantineCount") ? (Object) 0L : goOn.real())),

    FORGETS_THE_QUARANTINE(without("addToQuarantine")),

    /** The app discards noise that stood in for something genuine, and nobody asks for that again. */
    DOES_NOT_MAKE_A_DISCARD_GOOD(inStore(
            (tx, method, arguments, goOn) -> method.equals("setCursor") && arguments[1] == null ? null : goOn.real())),

    NEVER_TELLS_OF_AN_INCIDENT(without("setIncident")),

    /** Of a copy, what the original may have sent as well is issued again, and both count. */
    TAKES_OVER_WITHOUT_VOIDING(inStore((tx, method, arguments, goOn) -> {
        if (method.equals("addEvent") && isVoidOfAnother((Event) arguments[0])) {
            Event event = (Event) arguments[0];
            Op ofNothing = Op.named(event.op().name(), JsonValue.object(Map.of()));
            arguments[0] =
                    new Event(event.id(), event.key(), ofNothing, event.stamp(), event.parents(), event.transaction());
        }
        return goOn.real();
    })),

    /** What was folded by an earlier app stays as it is. */
    FOLDS_NOTHING_ANEW(inStore((tx, method, arguments, goOn) -> method.equals("recordIds") ? List.of() : goOn.real())),

    /** Neither a newer strategy nor a fence is heard of. */
    HEARS_OF_NO_OTHER_VERSION(inStore((tx, method, arguments, goOn) ->
            method.equals("record") && arguments[0].equals(RecordKey.control("versions"))
                    ? RecordState.ABSENT
                    : goOn.real())),

    /** What waited for an update waits on. */
    LETS_NOTHING_IN_AFTER_AN_UPDATE(inStore((tx, method, arguments, goOn) -> {
        Object result = goOn.real();
        if (method.equals("quarantine")) {
            List<Object> rest = new ArrayList<>();
            for (Object item : (List<?>) result) {
                if (((QuarantineItem) item).reason() != QuarantineItem.Reason.NEEDS_UPDATE) {
                    rest.add(item);
                }
            }
            return rest;
        }
        return result;
    })),

    /** Not the engine's defect, but one that an app may bring: a merge that looks at something else than its inputs. */
    MERGES_BY_CHANCE(simulation -> {
        int[] calls = new int[1];
        return simulation.merge((base, local, remote) ->
                JsonValue.of(local.value().asString() + remote.value().asString() + calls[0]++));
    });

    @SuppressWarnings("ImmutableEnumChecker") // each is a lambda that keeps nothing
    private final UnaryOperator<Simulation> planting;

    Mutant(UnaryOperator<Simulation> planting) {
        this.planting = planting;
    }

    /** The simulation with this defect in every device. */
    Simulation plantedIn(Simulation simulation) {
        return planting.apply(simulation);
    }

    private static boolean isVoidOfAnother(Event event) {
        return event.key().isControl()
                && event.op().kind() == Op.Kind.NAMED
                && event.op().name().equals("void")
                && !event.key().id().equals(event.device().toString());
    }

    private static UnaryOperator<Simulation> inStore(Defects.Defect defect) {
        return simulation -> simulation.stores(store -> Defects.in(store, defect));
    }

    private static UnaryOperator<Simulation> without(String call) {
        return inStore((tx, method, arguments, goOn) -> method.equals(call) ? null : goOn.real());
    }

    private static UnaryOperator<Simulation> inTransport(UnaryOperator<Transport> wrap) {
        return simulation -> simulation.transports(wrap);
    }

    private static List<EnvelopeHash> hashes(List<Envelope> envelopes) {
        return envelopes.stream().map(Envelope::hash).collect(Collectors.toList());
    }
}
