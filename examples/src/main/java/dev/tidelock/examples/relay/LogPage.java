package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.transport.Cursor;

/**
 * A part of a log, written.
 *
 * @param next where it ends
 * @param more whether the log goes on after that
 */
record LogPage(byte[] bytes, Cursor next, boolean more) {}
