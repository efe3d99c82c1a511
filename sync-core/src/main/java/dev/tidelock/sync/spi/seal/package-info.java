/** SPI: the encryption wrapper. */
@NullMarked
package dev.tidelock.sync.spi.seal;

import org.jspecify.annotations.NullMarked;
