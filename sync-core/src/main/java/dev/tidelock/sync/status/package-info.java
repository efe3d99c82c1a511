/** What the app is told. */
@NullMarked
package dev.tidelock.sync.status;

import org.jspecify.annotations.NullMarked;
