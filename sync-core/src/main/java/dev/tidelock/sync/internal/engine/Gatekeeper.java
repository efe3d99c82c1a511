package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.gate.Incoming;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds back what other devices wrote: what needs a newer app than this one, and what the app's gate does not let in. With a transaction waits what was written by
 * someone who had seen it.
 */
final class Gatekeeper {
    private final @Nullable ApplyGate gate;
    private final Versions versions;
    private final DeviceId self;

    Gatekeeper(@Nullable ApplyGate gate, Versions versions, DeviceId self) {
        this.gate = gate;
        this.versions = versions;
        this.self = self;
    }

    /** Why a transaction does not come in yet. */
    record Wait(QuarantineItem.Reason reason, String detail) {}

    /** Begins to look at transactions, within one of the store. */
    Watch watch(StoreReader reader) {
        return new Watch(reader);
    }

    /** What holds back a transaction that is in quarantine; null if nothing does. */
    static @Nullable Wait wait(Watch watch, StoreReader reader, DeviceId device, TransactionSpan span) {
        List<Event> transaction = new ArrayList<>();
        reader.transaction(device, span).forEach(stored -> transaction.add(stored.event()));
        return transaction.isEmpty() ? null : watch.holdBack(transaction, false);
    }

    /** What is held back, as of one transaction of the store, and with what has come and gone in it. */
    final class Watch {
        private final StoreReader reader;
        private Announced announced;
        private Paused paused;

        /** What has gone into quarantine in the meantime, also where that is not written down yet. */
        private final Map<String, QuarantineItem.Reason> held = new HashMap<>();

        private Watch(StoreReader reader) {
            this.reader = reader;
            this.announced = versions.announced(reader);
            this.paused = paused();
        }

        private Paused paused() {
            return announced.isEmpty() ? Paused.NOTHING : new Paused(versions.newerElsewhere(announced));
        }

        /** Whether nothing is held back. */
        boolean isOpen() {
            return gate == null && paused.isEmpty();
        }

        /** What this app is too old for. */
        Paused older() {
            return paused;
        }

        /** Another device has announced something. */
        void hear(Announcement announcement) {
            announced = announced.with(announcement);
            paused = paused();
        }

        /** A transaction has gone into quarantine, or has come in. */
        void settled(TransactionSpan span, DeviceId device, @Nullable Wait wait) {
            String id = new EventId(device, span.first()).toString();
            held.remove(id);
            if (wait != null && wait.reason.isHeldBack()) {
                held.put(id, wait.reason);
            }
        }

        /**
         * What a whole transaction waits for; null if it may come in.
         *
         * @param decided whether somebody has decided that the gate lets it in; an update is needed nevertheless
         */
        @Nullable
        Wait holdBack(List<Event> transaction, boolean decided) {
            boolean own = transaction.get(0).device().equals(self);
            if (isOpen()
                    || own
                    || transaction.stream().allMatch(event -> event.key().isControl())) {
                return null;
            }
            Announcement newer = paused.pausing(transaction);
            if (newer != null) {
                return new Wait(QuarantineItem.Reason.NEEDS_UPDATE, versions.olderThan(newer));
            }
            Wait followed = followed(transaction);
            if (followed != null && (!decided || followed.reason == QuarantineItem.Reason.NEEDS_UPDATE)) {
                return followed;
            }
            return decided ? null : asked(transaction);
        }

        private @Nullable Wait followed(List<Event> transaction) {
            for (Event event : transaction) {
                for (EventId parent : event.parents()) {
                    QuarantineItem.Reason reason = held(parent, event);
                    if (reason != null) {
                        return new Wait(reason, "it follows " + parent + ", which is held back");
                    }
                }
            }
            return null;
        }

        private @Nullable Wait asked(List<Event> transaction) {
            String detail = null;
            try {
                detail = gate == null ? null : gate.holdBack(new Seen(reader, transaction));
            } catch (RuntimeException failed) {
                detail = "the gate failed: " + failed;
            }
            return detail == null ? null : new Wait(QuarantineItem.Reason.HELD, detail);
        }

        /** Why a parent is held back; null if it is not. */
        private QuarantineItem.@Nullable Reason held(EventId parent, Event event) {
            boolean own = parent.device().equals(event.device())
                    && event.transaction().contains(parent.counter());
            StoredEvent stored = own ? null : reader.event(parent);
            if (stored == null || stored.state() != EventState.QUARANTINED) {
                return null;
            }
            EventId first =
                    new EventId(parent.device(), stored.event().transaction().first());
            QuarantineItem.Reason reason = held.get(first.toString());
            QuarantineItem item = reason == null ? reader.quarantined(first.toString()) : null;
            return item != null && item.reason().isHeldBack() ? item.reason() : reason;
        }
    }

    /** A transaction as the app sees it. */
    private record Seen(StoreReader reader, List<Event> transaction) implements Incoming {
        @Override
        public DeviceId device() {
            return transaction.get(0).device();
        }

        @Override
        public long millis() {
            return transaction.get(0).stamp().millis();
        }

        @Override
        public List<Change> changes() {
            List<Change> changes = new ArrayList<>();
            for (Event event : transaction) {
                if (!event.key().isControl()) {
                    changes.add(new Change(event.key(), event.op()));
                }
            }
            return changes;
        }

        @Override
        public Optional<JsonValue> get(String collection, String id) {
            RecordKey key = new RecordKey(RecordKey.requireCollection(collection), id);
            return Optional.ofNullable(reader.record(key).value());
        }
    }
}
