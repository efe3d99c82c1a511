/** What is sealed: batches of events, compressed and padded. */
@NullMarked
package dev.tidelock.sync.internal.codec;

import org.jspecify.annotations.NullMarked;
