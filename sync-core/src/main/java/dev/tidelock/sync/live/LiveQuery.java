package dev.tidelock.sync.live;

/** A query whose result stays up to date, until it is closed. */
public interface LiveQuery extends Observation {
    /** Says that the listener, which was not {@linkplain QueryListener#isReady ready} when it was asked last, is so now. Harmless otherwise. */
    void resume();
}
