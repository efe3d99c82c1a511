package dev.tidelock.sync.spi.store;

/**
 * The last event that this device wrote.
 *
 * @param counter its counter; 0 if there is none
 * @param reading its clock reading; 0 if there is none
 */
public record OwnHead(long counter, long reading) {
    /** Of a device that has written no event. */
    public static final OwnHead NONE = new OwnHead(0, 0);
}
