/**
 * The reference relay: what section 5 of {@code docs/protocol.md} describes, over Undertow and SQLite. Start at {@link
 * dev.tidelock.examples.relay.RelayServer}; a request's way is {@code RelayRouter}, {@code Doorkeeper}, a handler, {@code
 * RelayDatabase}.
 */
@NullMarked
package dev.tidelock.examples.relay;

import org.jspecify.annotations.NullMarked;
