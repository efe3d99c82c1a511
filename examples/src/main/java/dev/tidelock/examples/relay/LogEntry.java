package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.EnvelopeHash;

/**
 * One envelope in the log of a space.
 *
 * @param member the number of the author's membership
 * @param prefix the hash of the log up to and with it
 * @param bytes the whole envelope; not to be changed
 */
record LogEntry(long position, long member, EnvelopeHash hash, EnvelopeHash prefix, byte[] bytes) {}
