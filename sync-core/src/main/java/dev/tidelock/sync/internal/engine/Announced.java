package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.Event;
import dev.tidelock.sync.spi.store.EventState;
import dev.tidelock.sync.spi.store.StoreReader;
import java.util.Collection;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The newest announcement about each thing that a store knows of. Immutable. */
final class Announced {
    static final Announced NOTHING = new Announced(new TreeMap<>());

    private final TreeMap<String, Announcement> newest;

    private Announced(TreeMap<String, Announcement> newest) {
        this.newest = newest;
    }

    static Announced read(StoreReader reader) {
        TreeMap<String, Announcement> newest = new TreeMap<>();
        reader.events(Announcement.KEY, EventState.APPLIED, Integer.MAX_VALUE, listed -> {
            Event event = Objects.requireNonNull(listed.whole());
            Announcement announcement = Announcement.isOne(event) ? Announcement.of(event) : null;
            if (announcement != null) {
                newest.merge(subject(announcement.kind(), announcement.of()), announcement, Announced::newer);
            }
        });
        return new Announced(newest);
    }

    private static String subject(Announcement.Kind kind, String of) {
        return kind.ordinal() + of;
    }

    private static Announcement newer(Announcement one, Announcement other) {
        return other.isNewerThan(one) ? other : one;
    }

    /** With one more. */
    Announced with(Announcement announcement) {
        TreeMap<String, Announcement> more = new TreeMap<>(newest);
        more.merge(subject(announcement.kind(), announcement.of()), announcement, Announced::newer);
        return new Announced(more);
    }

    boolean isEmpty() {
        return newest.isEmpty();
    }

    /** In the order of their kinds, then of what they are about. */
    Collection<Announcement> all() {
        return newest.values();
    }

    @Nullable
    Announcement about(Announcement.Kind kind, String of) {
        return newest.get(subject(kind, of));
    }
}
