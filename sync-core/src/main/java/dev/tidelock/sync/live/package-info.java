/** How an app is told of changes: live queries, and listeners to a collection. */
@NullMarked
package dev.tidelock.sync.live;

import org.jspecify.annotations.NullMarked;
