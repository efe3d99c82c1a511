package dev.tidelock.examples.relay;

/** Who asks, proved by a token: a member of a space. */
record Caller(Space space, Member member) {}
