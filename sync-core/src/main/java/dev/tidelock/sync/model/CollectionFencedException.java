package dev.tidelock.sync.model;

/**
 * A local change was refused because a newer app has fenced its collection off: nothing of the transaction was kept. What this app wrote before it knew of the fence
 * counts, and reads go on. What to do: update the app.
 */
public final class CollectionFencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String collection;
    private final int needed;
    private final int own;

    /**
     * @param collection the collection that is fenced off
     * @param needed the lowest version that is accepted
     * @param own the version that this app writes
     */
    public CollectionFencedException(String collection, int needed, int own) {
        super("collection '" + collection + "' takes changes only from apps that write version " + needed
                + " of it or a later one, and this one writes version " + own + "; update the app");
        this.collection = collection;
        this.needed = needed;
        this.own = own;
    }

    /** The collection that is fenced off. */
    public String collection() {
        return collection;
    }

    /** The lowest version that is accepted. */
    public int needed() {
        return needed;
    }

    /** The version that this app says it writes: {@code Builder.collectionVersion}. */
    public int own() {
        return own;
    }
}
