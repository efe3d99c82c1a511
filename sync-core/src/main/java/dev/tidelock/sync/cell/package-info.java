/** Small sealed last values at the relay, for what reads without a sync. */
@NullMarked
package dev.tidelock.sync.cell;

import org.jspecify.annotations.NullMarked;
