/** Typed records: the app's types over JSON values, without loss of what a type does not know. */
@NullMarked
package dev.tidelock.sync.internal.typed;

import org.jspecify.annotations.NullMarked;
