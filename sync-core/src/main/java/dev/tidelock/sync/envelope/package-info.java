/** What a transport and a relay may know: sealed envelopes, and the random ids in their headers. */
@NullMarked
package dev.tidelock.sync.envelope;

import org.jspecify.annotations.NullMarked;
