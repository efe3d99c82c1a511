/** How values of the app's own types become JSON values and back: {@link dev.tidelock.sync.codec.Codec}, and what makes one without reflection. */
@NullMarked
package dev.tidelock.sync.codec;

import org.jspecify.annotations.NullMarked;
