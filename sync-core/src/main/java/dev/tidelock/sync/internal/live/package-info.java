/** How changes reach live queries and listeners. */
@NullMarked
package dev.tidelock.sync.internal.live;

import org.jspecify.annotations.NullMarked;
