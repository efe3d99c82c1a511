/** SPI: how envelopes travel to and from a remote log. */
@NullMarked
package dev.tidelock.sync.spi.transport;

import org.jspecify.annotations.NullMarked;
