/** Files that carry sealed changes from one device to another, without a relay. */
@NullMarked
package dev.tidelock.sync.bundle;

import org.jspecify.annotations.NullMarked;
