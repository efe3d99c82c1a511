/**
 * One WebSocket to a relay, over which push, pull and what is new travel; HTTP does the same wherever it cannot be opened. Start at {@link
 * dev.tidelock.sync.ws.WsRelay}.
 */
@NullMarked
package dev.tidelock.sync.ws;

import org.jspecify.annotations.NullMarked;
