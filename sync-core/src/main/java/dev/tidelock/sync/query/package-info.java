/** What an app asks its data: conditions, orders and limits, and the indexes that answer them quickly. */
@NullMarked
package dev.tidelock.sync.query;

import org.jspecify.annotations.NullMarked;
