/** Sync with another device directly, over a link. */
@NullMarked
package dev.tidelock.sync.link;

import org.jspecify.annotations.NullMarked;
