/** Typed records by Jackson databind: {@link dev.tidelock.sync.jackson.JacksonCodec}. */
@NullMarked
package dev.tidelock.sync.jackson;

import org.jspecify.annotations.NullMarked;
