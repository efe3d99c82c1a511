/** What indexes keep of values: bytes in the order of the values. */
@NullMarked
package dev.tidelock.sync.internal.keys;

import org.jspecify.annotations.NullMarked;
