package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.DeviceId;

/**
 * A device that may write to one space.
 *
 * @param number what stands for it in the database; another one in every space
 * @param publicKey its Ed25519 key; not to be changed
 */
record Member(long number, DeviceId device, byte[] publicKey) {}
