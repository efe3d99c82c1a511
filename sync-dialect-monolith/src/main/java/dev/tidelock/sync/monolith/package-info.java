/** A link to another device over a monolith session relay. */
@NullMarked
package dev.tidelock.sync.monolith;

import org.jspecify.annotations.NullMarked;
