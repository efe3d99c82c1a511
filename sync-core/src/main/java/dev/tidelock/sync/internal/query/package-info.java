/** How queries are answered. */
@NullMarked
package dev.tidelock.sync.internal.query;

import org.jspecify.annotations.NullMarked;
