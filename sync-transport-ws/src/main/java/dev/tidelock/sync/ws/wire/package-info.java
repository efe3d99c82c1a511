/**
 * What travels over the line between a device and a relay, as bytes: the messages of section 5 of {@code docs/protocol.md}, read strictly and written by the same classes on
 * both sides. Their bodies are those of {@link dev.tidelock.sync.http.wire}.
 */
@NullMarked
package dev.tidelock.sync.ws.wire;

import org.jspecify.annotations.NullMarked;
