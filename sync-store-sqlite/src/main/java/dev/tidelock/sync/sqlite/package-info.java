/** The store on SQLite: start at {@link dev.tidelock.sync.sqlite.SqliteStore}. */
@NullMarked
package dev.tidelock.sync.sqlite;

import org.jspecify.annotations.NullMarked;
