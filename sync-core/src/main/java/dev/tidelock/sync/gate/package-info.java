/** How an app holds back what other devices wrote until a condition of its own holds. */
@NullMarked
package dev.tidelock.sync.gate;

import org.jspecify.annotations.NullMarked;
