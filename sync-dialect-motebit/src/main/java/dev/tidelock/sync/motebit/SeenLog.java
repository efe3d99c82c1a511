package dev.tidelock.sync.motebit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What this process has seen of the relay's log, brought into the form that a log of ours has: of each device, the envelopes that follow one another without a gap. What comes
 * after a gap is not in it yet; of two that claim the same place, the one with the lower hash is in it, on every device alike. Hashes and headers only: about 300 bytes an envelope.
 *
 * <p>The relay's own order says little: clocks are chosen by whoever writes, two may be equal, and a late one may stand before what was read. So a reading of the end of the log begins
 * {@value #OVERLAP_CLOCKS} clocks early, and every {@value #READINGS_PER_WHOLE}th one (of a long log, a later one) reads all, and so does one after something was odd. For one thread.
 */
final class SeenLog {
    /** How many clocks before the last one a reading begins. */
    static final long OVERLAP_CLOCKS = 64;

    /** How often all is read of a short log. */
    static final int READINGS_PER_WHOLE = 16;

    /** A longer log is read as a whole more seldom: so that it costs no more than about this for each reading. */
    private static final int WHOLE_BYTES_PER_READING = 128 << 10;

    /** How many readings there are at least between two of all that somebody outside brought about. */
    private static final int READINGS_BETWEEN_LATE = 4;

    /** A clock of a stranger beyond this is not taken for one: all of ours would have to be higher. */
    static final long STRANGE_CLOCK_MAX = 1L << 50;

    /** How many events that carry one envelope are remembered; a relay can send the same one for ever, under one id after another. */
    static final int EVENTS_PER_ENVELOPE_MAX = 8;

    private static final Comparator<Seen> ORDER = Comparator.comparingLong((Seen seen) -> seen.place)
            .thenComparing(seen -> seen.device)
            .thenComparingLong(seen -> seen.first);

    private final SignatureCheck signatures;
    private final LogId id;

    /** Of those whose first envelope was ever seen. A device id proves its key. */
    private final Map<DeviceId, byte[]> authorKeys = new HashMap<>();

    private Map<UUID, Seen> events = new HashMap<>();
    private Set<EnvelopeHash> keyless = new HashSet<>();
    private long clockMax;
    private int readings;
    private boolean suspect = true;
    private boolean lateAnnounced;

    // Derived from the above.
    private Map<EnvelopeHash, Seen> envelopes = new HashMap<>();
    private long ownClockMax;
    private long bytes;
    private List<Seen> order = List.of();
    private List<EnvelopeHash> prefixes = List.of(EnvelopeHash.NONE);
    private final Map<DeviceId, Seen> heads = new HashMap<>();
    private Set<EnvelopeHash> aside = Set.of();

    SeenLog(LogId id, SignatureCheck signatures) {
        this.id = id;
        this.signatures = signatures;
    }

    /** Something is odd: the next reading reads all. */
    void suspect() {
        suspect = true;
    }

    /** A late event was announced, perhaps by somebody who only wants all to be read all the time: so not at once, if all was read a short while ago. */
    void suspectLateEvent() {
        lateAnnounced = true;
    }

    boolean isSuspect() {
        return suspect;
    }

    /** The clock for the next event of ours. */
    long nextClock() {
        return Math.min(Math.max(ownClockMax, clockMax) + 1, WireEvent.CLOCK_MAX);
    }

    /** A reading of the log's end does not meet what is at or below this clock. */
    long lateClock() {
        return ownClockMax - OVERLAP_CLOCKS;
    }

    /** Begins to read: all of the log, or its end. */
    Reading read() {
        long readingsMax =
                lateAnnounced ? READINGS_BETWEEN_LATE : Math.max(READINGS_PER_WHOLE, bytes / WHOLE_BYTES_PER_READING);
        return new Reading(suspect || readings >= readingsMax);
    }

    /** One pass through the log, or its end. Nothing of it counts before {@link #end}. */
    final class Reading {
        /** Begin after this clock. */
        final long after;

        private final Map<UUID, Seen> met = new HashMap<>();
        private final Map<EnvelopeHash, Seen> opened = new HashMap<>();
        private final Set<EnvelopeHash> metKeyless = new HashSet<>();
        private final Set<DeviceId> keylessDevices = new HashSet<>();
        private long clock;

        private Reading(boolean all) {
            after = all || lateClock() <= 0 ? 0 : lateClock();
        }

        boolean isWhole() {
            return after == 0;
        }

        /** Any event, whoever's. */
        void event(long itsClock) {
            if (itsClock <= STRANGE_CLOCK_MAX) {
                clock = Math.max(clock, itsClock);
            }
        }

        /** Whether an event was met before and need not be opened again. */
        boolean isKnown(UUID event) {
            Seen seen = isWhole() ? null : events.get(event);
            if (seen != null) {
                met.put(event, seen);
            }
            return seen != null;
        }

        /** @return what it is seen as; null if its author has not signed it, as far as is known */
        @Nullable
        Seen envelope(UUID event, long itsClock, Envelope envelope) {
            DeviceId author = envelope.header().device();
            byte[] own = envelope.header().authorKey();
            byte[] key = own != null ? own : authorKeys.get(author);
            if (key == null) {
                metKeyless.add(envelope.hash());
                keylessDevices.add(author);
                return null;
            }
            Seen seen = opened.get(envelope.hash());
            if (seen == null) {
                Seen before = envelopes.get(envelope.hash());
                // What was met before was checked then.
                if (before == null && !signatures.isSigned(envelope, key)) {
                    return null;
                }
                authorKeys.putIfAbsent(author, key);
                seen = new Seen(envelope, itsClock);
                seen.events = before == null || isWhole() ? 0 : before.events;
                opened.put(seen.hash, seen);
            }
            seen.clock = Math.min(seen.clock, itsClock);
            if (seen.events < EVENTS_PER_ENVELOPE_MAX && met.put(event, seen) == null) {
                seen.events++;
            }
            return seen;
        }

        /** What was read counts from now on. */
        void end() {
            boolean odd = keylessDevices.stream().anyMatch(authorKeys::containsKey);
            boolean changed = true;
            if (isWhole()) {
                events = met;
                keyless = metKeyless;
                clockMax = clock;
                readings = 0;
                lateAnnounced = false;
            } else {
                odd |= events.entrySet().stream()
                        .anyMatch(event -> event.getValue().clock > after && !met.containsKey(event.getKey()));
                int before = events.size() + keyless.size();
                events.putAll(met);
                keyless.addAll(metKeyless);
                changed = events.size() + keyless.size() > before;
                clockMax = Math.max(clockMax, clock);
                readings++;
            }
            Set<EnvelopeHash> asideBefore = aside;
            if (changed) {
                arrange();
            }
            // What stands aside may follow something that is below the end that was read.
            suspect = odd || (!isWhole() && !aside.equals(asideBefore));
        }
    }

    private void arrange() {
        envelopes = new HashMap<>();
        for (Seen seen : events.values()) {
            envelopes.merge(seen.hash, seen, (one, other) -> one.clock <= other.clock ? one : other);
        }
        envelopes.values().forEach(seen -> seen.events = 0);
        events.replaceAll((event, copy) -> envelopes.get(copy.hash));
        events.values().forEach(seen -> seen.events++);
        ownClockMax = 0;
        bytes = 0;
        for (Seen seen : envelopes.values()) {
            bytes += seen.length;
            ownClockMax = Math.max(ownClockMax, Math.min(seen.clock, WireEvent.CLOCK_MAX));
        }
        Map<DeviceId, List<Seen>> byDevice = new HashMap<>();
        envelopes
                .values()
                .forEach(seen -> byDevice.computeIfAbsent(seen.device, device -> new ArrayList<>())
                        .add(seen));
        heads.clear();
        List<Seen> arranged = new ArrayList<>();
        byDevice.forEach((device, all) -> arranged.addAll(chain(device, all)));
        arranged.sort(ORDER);
        order = arranged;
        List<EnvelopeHash> hashes = new ArrayList<>(order.size() + 1);
        hashes.add(EnvelopeHash.NONE);
        Set<EnvelopeHash> rest = new HashSet<>(envelopes.keySet());
        for (Seen seen : order) {
            hashes.add(hashes.get(hashes.size() - 1).chainedWith(seen.hash));
            rest.remove(seen.hash);
        }
        prefixes = hashes;
        rest.addAll(keyless);
        aside = rest;
    }

    /** Of one device, from its first envelope on, what follows one another. */
    private List<Seen> chain(DeviceId device, List<Seen> all) {
        Map<Long, List<Seen>> byFirst = new HashMap<>();
        all.forEach(seen ->
                byFirst.computeIfAbsent(seen.first, first -> new ArrayList<>(1)).add(seen));
        List<Seen> chain = new ArrayList<>();
        long counter = 0;
        long place = 0;
        EnvelopeHash before = EnvelopeHash.NONE;
        Seen next = next(byFirst, counter, before);
        while (next != null) {
            next.place = Math.max(next.clock, place);
            place = next.place;
            counter = next.last;
            before = next.hash;
            chain.add(next);
            heads.put(device, next);
            next = next(byFirst, counter, before);
        }
        return chain;
    }

    private static @Nullable Seen next(Map<Long, List<Seen>> byFirst, long counter, EnvelopeHash before) {
        Seen lowest = null;
        boolean contested = false;
        for (Seen seen : byFirst.getOrDefault(counter + 1, List.of())) {
            if (seen.follows(counter, before)) {
                contested = lowest != null;
                boolean lower = lowest == null || seen.hash.toString().compareTo(lowest.hash.toString()) < 0;
                lowest = lower ? seen : lowest;
            }
        }
        if (lowest != null) {
            lowest.contested = contested;
        }
        return lowest;
    }

    /** The envelopes, in an order in which none comes before what it follows. */
    List<Seen> order() {
        return order;
    }

    /** Whether the log holds an envelope, be it in its place or aside. */
    boolean holds(EnvelopeHash hash) {
        return envelopes.containsKey(hash);
    }

    /** Whether the log holds an envelope in its place. */
    boolean hasInPlace(EnvelopeHash hash) {
        return envelopes.containsKey(hash) && !aside.contains(hash);
    }

    /** The last envelope of a device; null if there is none. */
    @Nullable
    Seen head(DeviceId device) {
        return heads.get(device);
    }

    Map<DeviceId, Long> headCounters() {
        Map<DeviceId, Long> counters = new HashMap<>();
        heads.forEach((device, head) -> counters.put(device, head.last));
        return counters;
    }

    byte @Nullable [] authorKey(DeviceId device) {
        return authorKeys.get(device);
    }

    /** Where somebody stands who has read so many. */
    Cursor cursor(int position) {
        return new Cursor(id, position, prefixes.get(position));
    }

    LogId id() {
        return id;
    }

    /** Drops the bytes that are still kept. */
    void forgetBytes() {
        forgetBytes(order);
    }

    static void forgetBytes(Collection<Seen> seen) {
        for (Seen each : seen) {
            each.bytes = each.contested ? each.bytes : null; // asked for again and again
        }
    }
}
