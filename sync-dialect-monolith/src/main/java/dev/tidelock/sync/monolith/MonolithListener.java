package dev.tidelock.sync.monolith;

/** Is told of a link over a monolith relay. Called by its threads, one call at a time; calls return at once. */
public interface MonolithListener {
    /** The link stands otherwise than before. */
    default void onStateChanged(MonolithState state) {}

    /** The other device has left the session, or says so: a hint, as the relay does not tell its own words from the other device's. */
    default void onPeerUnlinked() {}
}
