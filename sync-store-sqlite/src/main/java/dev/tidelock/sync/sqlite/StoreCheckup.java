package dev.tidelock.sync.sqlite;

import java.util.List;

/**
 * What a look at a store has found. Immutable.
 *
 * @param findings what is wrong; empty if nothing is
 */
public record StoreCheckup(List<Finding> findings) {
    public StoreCheckup {
        findings = List.copyOf(findings);
    }

    /** What kind of thing is wrong. */
    public enum Kind {
        /** There is no file, or an empty one. */
        MISSING,
        /** A newer version of this library has written it: nothing is wrong with it. */
        NEWER_VERSION,
        /** The file is no store, or damaged so that it does not open. */
        UNOPENABLE,
        /** The database does not hold together. */
        PAGES,
        /** An envelope is not what it was, or a chain of them has a gap. */
        ENVELOPES,
        /** The outbox refers to envelopes that are not there. */
        OUTBOX,
        /** This device's own events have a gap, or do not reach as far as its envelopes. */
        OWN_EVENTS,
        /** A row means nothing. */
        ROWS,
        /** An index does not say what the records hold; queries may miss some. No data is lost. */
        INDEXES
    }

    /** One thing that is wrong; the detail is for people, and names no record. */
    public record Finding(Kind kind, String detail) {}

    /** Whether there are no findings; one of kind {@link Kind#NEWER_VERSION} counts as well. */
    public boolean isSound() {
        return findings.isEmpty();
    }
}
