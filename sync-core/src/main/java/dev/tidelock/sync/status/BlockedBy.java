package dev.tidelock.sync.status;

/** What stops a device from being in sync. */
public enum BlockedBy {
    /** Nothing does. */
    NOTHING,
    /** The remote cannot be reached. Tried again on its own. */
    OFFLINE,
    /** The remote asks for patience. Tried again on its own. */
    THROTTLED,
    /** The remote's answer made no sense. Tried again on its own. */
    PROTOCOL,
    /** The remote does not accept this device any more. Needs attention. */
    UNAUTHORIZED,
    /** The remote refuses what is asked. Needs attention. */
    REJECTED,
    /** The remote will not take an envelope: quota, size, or a forked identity. Kept here. Needs attention. */
    REFUSED,
    /** Another copy of this device's data writes under its identity. Needs a new identity: {@code Builder.renewIdentity}. */
    FORKED,
    /**
     * The remote's log is not the one that was there, or the remote does not have the space at all: emptied, replaced or swapped. Needs a decision: {@code
     * acceptRemoteLog}, after making the space there if it is gone.
     */
    UNKNOWN_LOG,
    /** The local store fails: a full disk, a damaged file. Needs attention. */
    STORE,
    /** A bug of this library; the loop has stopped. Please report it. */
    BUG;

    /** Whether the engine tries again by itself. */
    public boolean isRetried() {
        return this == OFFLINE || this == THROTTLED || this == PROTOCOL || this == STORE;
    }
}
