/** How a bundle is written and read. */
@NullMarked
package dev.tidelock.sync.internal.bundle;

import org.jspecify.annotations.NullMarked;
