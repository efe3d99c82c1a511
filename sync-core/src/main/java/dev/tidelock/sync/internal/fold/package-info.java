/** The fold: what a record's events come to. */
@NullMarked
package dev.tidelock.sync.internal.fold;

import org.jspecify.annotations.NullMarked;
