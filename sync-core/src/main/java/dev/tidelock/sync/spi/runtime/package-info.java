/** SPI: where time, chance and threads come from. */
@NullMarked
package dev.tidelock.sync.spi.runtime;

import org.jspecify.annotations.NullMarked;
