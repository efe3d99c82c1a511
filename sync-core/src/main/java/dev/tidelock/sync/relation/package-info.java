/** Rules that hold between records of different collections. */
@NullMarked
package dev.tidelock.sync.relation;

import org.jspecify.annotations.NullMarked;
