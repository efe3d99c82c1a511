/** The engine: local writes, push and pull passes, and the loop that runs them. */
@NullMarked
package dev.tidelock.sync.internal.engine;

import org.jspecify.annotations.NullMarked;
