/**
 * The library as an app sees it: {@link dev.tidelock.sync.SyncClient} and its collections.
 *
 * <p>Values are in {@code json}, strategies in {@code strategy}, what the app is told in {@code status}; plug-ins implement {@code spi}. What is in
 * {@code internal} may change at any time.
 */
@NullMarked
package dev.tidelock.sync;

import org.jspecify.annotations.NullMarked;
