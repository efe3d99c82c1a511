/** SPI: live two-way channels to one other device. */
@NullMarked
package dev.tidelock.sync.spi.link;

import org.jspecify.annotations.NullMarked;
