/**
 * The dialect of the motebit relay: a Tidelock space in the event log of one motebit. Start at {@link dev.tidelock.sync.motebit.MotebitRelay}.
 */
@NullMarked
package dev.tidelock.sync.motebit;

import org.jspecify.annotations.NullMarked;
