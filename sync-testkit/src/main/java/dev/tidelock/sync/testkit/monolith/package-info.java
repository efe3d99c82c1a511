/** A monolith relay in memory: what is known of the real one, with its quirks. */
@NullMarked
package dev.tidelock.sync.testkit.monolith;

import org.jspecify.annotations.NullMarked;
