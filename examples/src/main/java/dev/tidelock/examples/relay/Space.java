package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.transport.LogId;

/**
 * A space that this relay has.
 *
 * @param number what stands for it in the database, and never for another one
 * @param usedMillis when somebody last asked for it, to the day
 */
record Space(long number, SpaceId id, LogId log, long usedMillis) {}
