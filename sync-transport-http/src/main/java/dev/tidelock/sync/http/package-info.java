/**
 * Push, pull, membership and pairing mailboxes over HTTP, at one relay. Start at {@link dev.tidelock.sync.http.HttpRelay}.
 */
@NullMarked
package dev.tidelock.sync.http;

import org.jspecify.annotations.NullMarked;
