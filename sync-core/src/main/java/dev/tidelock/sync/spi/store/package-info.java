/** SPI: where a device keeps its state. */
@NullMarked
package dev.tidelock.sync.spi.store;

import org.jspecify.annotations.NullMarked;
