package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.model.CollectionFencedException;
import dev.tidelock.sync.model.EventId;
import dev.tidelock.sync.spi.store.StoreReader;
import dev.tidelock.sync.spi.store.StoreTransaction;
import dev.tidelock.sync.status.UpdateNeeded;
import dev.tidelock.sync.strategy.Strategies;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The versions that this app has, against those that other devices have announced. What it has in version 1 it does not announce: so an app that never changes a
 * strategy writes nothing.
 *
 * <p>Safe for use by any number of threads.
 */
final class Versions {
    private final Strategies strategies;
    private final Map<String, Integer> collectionVersions;

    /** How often the announcements that count have changed in a store: a number, noted there. */
    private static final String NOTE = "announced";

    private volatile Known lastKnown = new Known(List.of(), null, Announced.NOTHING);

    /** The heads of their record do not tell announcements apart: one that comes late may be no head. */
    private record Known(List<EventId> heads, @Nullable String note, Announced announced) {}

    Versions(Strategies strategies, Map<String, Integer> collectionVersions) {
        this.strategies = strategies;
        this.collectionVersions = Map.copyOf(collectionVersions);
    }

    /** What has been announced; to be asked before anything of that is changed in a transaction. */
    Announced announced(StoreReader reader) {
        List<EventId> heads = reader.record(Announcement.KEY).heads();
        String note = heads.isEmpty() ? null : reader.note(NOTE);
        Known known = lastKnown;
        if (!known.heads.equals(heads) || !Objects.equals(known.note, note)) {
            known = new Known(heads, note, Announced.read(reader));
            lastKnown = known;
        }
        return known.announced;
    }

    /** The announcements that count have changed in this transaction. */
    static void noteChange(StoreTransaction tx) {
        String before = tx.note(NOTE);
        tx.setNote(NOTE, Long.toString(before == null ? 1 : Long.parseLong(before) + 1));
    }

    /** What this app has of something. */
    private Announcement own(Announcement.Kind kind, String of) {
        return switch (kind) {
            case STRATEGY -> Announcement.strategy(of, strategies.strategy(of));
            case REDUCER -> Announcement.reducer(of, strategies.reducerVersion(of));
            case FENCE -> Announcement.fence(of, collectionVersion(of));
        };
    }

    int collectionVersion(String collection) {
        return collectionVersions.getOrDefault(collection, 1);
    }

    /** What this app has in an older version than another one. */
    List<Announcement> newerElsewhere(Announced announced) {
        List<Announcement> newer = new ArrayList<>();
        for (Announcement announcement : announced.all()) {
            if (announcement.isNewerThan(own(announcement.kind(), announcement.of()))) {
                newer.add(announcement);
            }
        }
        return newer;
    }

    List<UpdateNeeded> updatesNeeded(Announced announced) {
        List<UpdateNeeded> needed = new ArrayList<>();
        for (Announcement newer : newerElsewhere(announced)) {
            UpdateNeeded.Kind kind = UpdateNeeded.Kind.valueOf(newer.kind().name());
            int own = own(newer.kind(), newer.of()).version();
            needed.add(new UpdateNeeded(kind, newer.of(), newer.version(), own));
        }
        return needed;
    }

    /** What of this app's no device has announced yet. */
    List<Announcement> unannounced(Announced announced) {
        List<Announcement> all = new ArrayList<>();
        strategies.collections().forEach(collection -> all.add(own(Announcement.Kind.STRATEGY, collection)));
        strategies.versionedReducers().forEach(op -> all.add(own(Announcement.Kind.REDUCER, op)));
        all.removeIf(one -> one.version() == 1 || !isNews(announced, one));
        return all;
    }

    static boolean isNews(Announced announced, Announcement announcement) {
        Announcement known = announced.about(announcement.kind(), announcement.of());
        return known == null || announcement.isNewerThan(known);
    }

    /** @throws CollectionFencedException if a newer app has fenced a collection off against this one */
    void requireNotFenced(Announced announced, String collection) {
        Announcement fence = announced.about(Announcement.Kind.FENCE, collection);
        int own = collectionVersion(collection);
        if (fence != null && fence.version() > own) {
            throw new CollectionFencedException(collection, fence.version(), own);
        }
    }

    /** Why a change that needs this cannot come in. */
    String olderThan(Announcement newer) {
        Announcement own = own(newer.kind(), newer.of());
        String what = newer.kind() == Announcement.Kind.STRATEGY ? "strategy '" + newer.name() + "'" : "reducer";
        String here = newer.kind() == Announcement.Kind.STRATEGY ? "'" + own.name() + "' version " : "version ";
        return "another device has the " + what + " in version " + newer.version() + ", this one has " + here
                + own.version() + "; update the app";
    }
}
