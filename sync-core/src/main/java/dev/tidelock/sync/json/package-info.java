/** Canonical JSON values (RFC 8785) and merge patches (RFC 7396). */
@NullMarked
package dev.tidelock.sync.json;

import org.jspecify.annotations.NullMarked;
