/** A stand-in for the motebit relay, with its quirks: everything that was observed of the real one, as far as the sync of events is concerned. */
@NullMarked
package dev.tidelock.sync.testkit.motebit;

import org.jspecify.annotations.NullMarked;
