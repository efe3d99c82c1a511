package dev.tidelock.sync.monolith;

/** How a link over a monolith relay stands. */
public enum MonolithState {
    /** The relay is not reached, or has not answered yet; it is tried again. */
    CONNECTING(""),
    /** This device has joined the session, and is alone in it. */
    WAITING(""),
    /** The other device is there. */
    PAIRED(""),
    /** The session has two other devices already; it is tried again each minute. */
    FULL("the session has two devices already, and takes no third one"),
    /** Another program, or another start of this one, has joined as this device. This link is over: two would take each other's place for ever. */
    REPLACED("another program has joined the session as this device; close it, and open this one again"),
    /** This device has left the session. This link is over; another one may join again. */
    UNLINKED("this device was unlinked from the session"),
    /** One of the two devices has taken the session away for good. This link is over: forget the session. */
    REVOKED("the session was revoked; pair the devices again"),
    /** The relay does not take what this program says: a wrong session id, or another version. This link is over. */
    REFUSED("the relay does not accept this program or its session; check the session id, and update the app"),
    /** The app has closed the link. */
    CLOSED("");

    private final String trouble;

    MonolithState(String trouble) {
        this.trouble = trouble;
    }

    /** What is wrong and does not pass by itself, in a sentence for people; empty if nothing is. */
    public String trouble() {
        return trouble;
    }
}
