package dev.tidelock.examples.relay;

/**
 * Who asks, proved by a token: a member of a space.
 *
 * @param expiresMillis when the token's time is over
 */
record Caller(Space space, Member member, long expiresMillis) {}
