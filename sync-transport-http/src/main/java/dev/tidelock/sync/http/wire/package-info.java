/**
 * What travels between a device and a relay, as bytes: the bodies of section 5 of {@code docs/protocol.md}, read strictly and written
 * by the same classes on both sides. Everything that reads here takes hostile bytes, answers with a value or a {@link
 * dev.tidelock.sync.http.wire.WireFormatException}, and needs no more memory than {@link dev.tidelock.sync.http.wire.WireLimits}
 * says.
 */
@NullMarked
package dev.tidelock.sync.http.wire;

import org.jspecify.annotations.NullMarked;
