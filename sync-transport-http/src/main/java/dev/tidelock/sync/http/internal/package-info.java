/** What the transports to a relay share: time, tokens, sockets, and what an answer must hold. No API: it may change with any version. */
@NullMarked
package dev.tidelock.sync.http.internal;

import org.jspecify.annotations.NullMarked;
