/** Text to words, for full-text search. */
@NullMarked
package dev.tidelock.sync.internal.text;

import org.jspecify.annotations.NullMarked;
