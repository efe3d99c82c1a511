package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.codec.EventBatchCodec;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.model.QuarantineItem;
import dev.tidelock.sync.model.SeenHead;
import dev.tidelock.sync.model.TransactionSpan;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Notices what a remote keeps to itself, and what else an honest one does not do, and keeps it for the app.
 *
 * <p>Every envelope says, sealed, how far its author holds the others' (see {@code EventBatchCodec}). So whoever has one envelope of a device knows which
 * envelopes of third ones, and of its own, must exist; a remote that has them and does not give them out is found out with that.
 */
final class Witness {
    private final SyncRuntime runtime;
    private final EngineClock clock;
    private final DeviceId self;

    Witness(SyncRuntime runtime, EngineClock clock, DeviceId self) {
        this.runtime = runtime;
        this.clock = clock;
        this.self = self;
    }

    /** Names what an incident is about. */
    private record Subject(Incident.Kind kind, @Nullable DeviceId device) {
        static Subject of(Incident incident) {
            return new Subject(incident.kind(), incident.device());
        }
    }

    /** Keeps that something happened; the app is told if that is news. */
    void note(
            StoreTransaction tx,
            PullOutcome outcome,
            Incident.Kind kind,
            @Nullable DeviceId device,
            String detail,
            boolean open) {
        Incident before = find(tx, new Subject(kind, device));
        long now = runtime.wallMillis();
        Incident noted = before == null
                ? new Incident(kind, device, detail, true, now, now, 1)
                : before.open() && open ? before : before.again(detail, now);
        Incident kept = open ? noted : noted.healed();
        if (!kept.equals(before)) {
            tx.setIncident(kept);
        }
        if (before == null || (open && !before.open())) {
            outcome.incidents.add(kept);
        }
    }

    /** What of this kind is open is over. */
    void healed(StoreTransaction tx, Incident.Kind kind) {
        for (Incident incident : tx.incidents()) {
            if (incident.open() && incident.kind() == kind) {
                tx.setIncident(incident.healed());
            }
        }
    }

    private static @Nullable Incident find(StoreReader reader, Subject subject) {
        for (Incident incident : reader.incidents()) {
            if (Subject.of(incident).equals(subject)) {
                return incident;
            }
        }
        return null;
    }

    /** Keeps what a device says that it holds: its last word counts. Of how many devices one can speak is bounded: it may make them up. */
    void hear(StoreTransaction tx, List<SeenHead> heads) {
        if (heads.isEmpty()) {
            return;
        }
        DeviceId author = heads.get(0).author();
        Set<DeviceId> spokenOf = new HashSet<>();
        tx.seenHeads().stream()
                .filter(head -> head.author().equals(author))
                .forEach(head -> spokenOf.add(head.device()));
        for (SeenHead head : heads) {
            if (spokenOf.size() < EventBatchCodec.SEEN_HEADS_MAX || spokenOf.contains(head.device())) {
                spokenOf.add(head.device());
                tx.setSeenHead(head);
            }
        }
    }

    /** Notes that others have voided what this device has not even sealed: a copy of it wrote that. */
    void hearVoids(StoreTransaction tx, PullOutcome outcome) {
        if (outcome.voidsUnsealed) {
            String detail = "events are voided that this device has not written: another copy of its data wrote them";
            note(tx, outcome, Incident.Kind.FORKED, self, detail, true);
        }
    }

    /** What this device has to tell the others: how far it holds their envelopes, where that is news. */
    List<SeenHead> toTell(StoreReader reader, int headsMax) {
        Map<DeviceId, EnvelopeHash> told = new LinkedHashMap<>();
        for (SeenHead head : reader.seenHeads()) {
            if (head.author().equals(self)) {
                told.put(head.device(), head.hash());
            }
        }
        List<SeenHead> news = new ArrayList<>();
        for (EnvelopeChain chain : reader.chains()) {
            EnvelopeHash last = told.get(chain.device());
            boolean known = last != null && last.equals(chain.lastHash());
            if (!chain.device().equals(self) && !known && news.size() < headsMax) {
                news.add(new SeenHead(self, chain.device(), chain.lastCounter(), chain.lastHash()));
            }
        }
        return news;
    }

    /** Per device, the counter up to which envelopes are known to exist that are not held. */
    Map<DeviceId, Long> lacking(StoreReader reader) {
        Map<DeviceId, Long> lacking = new LinkedHashMap<>();
        for (SeenHead head : reader.seenHeads()) {
            if (!head.author().equals(self) && lacks(reader, head)) {
                lacking.merge(head.device(), head.counter(), Math::max);
            }
        }
        if (reader.quarantineCount() > 0) {
            for (QuarantineItem item : reader.quarantine()) {
                DeviceId author = item.author();
                if (author != null
                        && item.reason() == QuarantineItem.Reason.MISSING_EARLIER
                        && held(reader, author) > 0) {
                    lacking.merge(author, item.firstCounter() - 1, Math::max);
                } else if (author != null
                        && (item.reason().isEnvelope() || !item.reason().isAuthorsWord())) {
                    lacking.remove(author); // it came, and could not be taken; quarantine says why
                }
            }
        }
        return lacking;
    }

    /** Whether events exist that are not held, and that nobody has issued again: those of a branch that is gone have been, by whoever held it. */
    static boolean lacks(StoreReader reader, SeenHead head) {
        long held = held(reader, head.device());
        if (head.counter() <= held) {
            return false;
        }
        List<TransactionSpan> issuedAgain = new ArrayList<>();
        for (Voiding voiding : new VoidLedger(reader).of(head.device())) {
            if (voiding.content() != null) {
                issuedAgain.add(voiding.span());
            }
        }
        issuedAgain.sort(Comparator.comparingLong(TransactionSpan::first));
        long accounted = held;
        for (TransactionSpan span : issuedAgain) {
            accounted = span.first() <= accounted + 1 ? Math.max(accounted, span.last()) : accounted;
        }
        return head.counter() > accounted;
    }

    static long held(StoreReader reader, DeviceId device) {
        EnvelopeChain chain = reader.chain(device);
        return chain == null ? 0 : chain.lastCounter();
    }

    /** For each device that something is held of, up to which counter. */
    static Map<DeviceId, Long> allHeld(StoreReader reader) {
        Map<DeviceId, Long> held = new HashMap<>();
        for (EnvelopeChain chain : reader.chains()) {
            held.put(chain.device(), chain.lastCounter());
        }
        return held;
    }

    /** Compares what is open with what is so, and keeps the difference. */
    void review(StoreTransaction tx, PullOutcome outcome) {
        Map<Subject, String> now = findings(tx);
        now.forEach((subject, detail) -> note(tx, outcome, subject.kind(), subject.device(), detail, true));
        for (Incident incident : tx.incidents()) {
            if (incident.open() && isReviewed(incident.kind()) && !now.containsKey(Subject.of(incident))) {
                tx.setIncident(incident.healed());
            }
        }
    }

    /** Whether a review would change anything. */
    boolean hasNews(StoreReader reader) {
        Map<Subject, String> now = findings(reader);
        int known = 0;
        for (Incident incident : reader.incidents()) {
            boolean found = now.containsKey(Subject.of(incident));
            if (incident.open() && !found && isReviewed(incident.kind())) {
                return true;
            }
            known += incident.open() && found ? 1 : 0;
        }
        return known < now.size();
    }

    /** What is over when it is no longer found; anything else is closed by what heals it. */
    private static boolean isReviewed(Incident.Kind kind) {
        return kind == Incident.Kind.WITHHELD || kind == Incident.Kind.CLOCK_AHEAD || kind == Incident.Kind.OWN_CLOCK;
    }

    private Map<Subject, String> findings(StoreReader reader) {
        Map<Subject, String> findings = new LinkedHashMap<>();
        lacking(reader).forEach((device, counter) -> {
            String detail = "the events of device " + device + " up to " + counter
                    + " exist, and the remote gives them out only up to " + held(reader, device);
            Incident.Kind kind = device.equals(self) ? Incident.Kind.FORKED : Incident.Kind.WITHHELD;
            findings.put(new Subject(kind, device), detail);
        });
        for (SeenHead head : reader.seenHeads()) {
            if (!head.author().equals(self) && isOfAnotherBranch(reader, head)) {
                String detail = "device " + head.author() + " holds other events up to " + head.counter() + " of it";
                findings.put(new Subject(Incident.Kind.FORKED, head.device()), detail);
            }
        }
        if (reader.quarantineCount() > 0) {
            for (QuarantineItem item : reader.quarantine()) {
                if (item.reason() == QuarantineItem.Reason.FUTURE_CLOCK) {
                    findings.put(new Subject(Incident.Kind.CLOCK_AHEAD, item.author()), item.detail());
                }
            }
        }
        if (clock.isFarOff()) {
            long seconds = -clock.offsetMillis() / 1000;
            String detail = "this device's clock is " + Math.abs(seconds) + " s "
                    + (seconds > 0 ? "ahead of" : "behind") + " the remote's; stamps follow the remote";
            findings.put(new Subject(Incident.Kind.OWN_CLOCK, self), detail);
        }
        return findings;
    }

    private static boolean isOfAnotherBranch(StoreReader reader, SeenHead head) {
        EnvelopeChain chain = reader.chain(head.device());
        if (chain == null || chain.lastCounter() < head.counter()) {
            return false;
        }
        if (chain.lastCounter() == head.counter()) {
            return !chain.lastHash().equals(head.hash());
        }
        EnvelopeHash next = reader.envelopeAt(head.device(), head.counter() + 1);
        return next == null || !present(reader, next).equals(head.hash());
    }

    private static EnvelopeHash present(StoreReader reader, EnvelopeHash next) {
        var envelope = reader.envelope(next);
        return envelope == null ? EnvelopeHash.NONE : envelope.header().previous();
    }
}
