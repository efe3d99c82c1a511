package dev.tidelock.sync.spi.transport;

import dev.tidelock.sync.envelope.DeviceId;
import java.util.List;

/**
 * The devices that a relay lets write to one space. A relay's list is about access only: what a device trusts, it decides itself.
 * Calls block; safe for use by any number of threads.
 */
public interface Registrar {
    /**
     * Makes the space at the relay, with this device as its first member. Harmless if that has happened already.
     *
     * @throws TransportException of kind {@code REJECTED} if the space exists and this device is no member of it
     */
    void createSpace() throws TransportException;

    /** Lets another device write to the space. Harmless if it is a member already. */
    void admit(byte[] publicKey) throws TransportException;

    /**
     * Deletes the space at the relay, for all its devices: its log, its members, its cells. What the devices hold stays with them, and any of them can make it anew. Harmless if there
     * is none.
     */
    void deleteSpace() throws TransportException;

    /** The members, in the order in which they were admitted. */
    List<Member> members() throws TransportException;

    /** One member of a space, as the relay knows it. */
    record Member(DeviceId device, long addedAtMillis) {}
}
