package dev.tidelock.sync.testkit;

import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.model.RecordKey;

/** One change that a simulated app makes. */
record Change(RecordKey key, Op op) {}
