package dev.tidelock.sync;

/**
 * A record of a {@link TypedCollection}.
 *
 * @param id its id
 * @param value what it is
 * @param <T> the app's type
 */
public record TypedRecord<T>(String id, T value) {}
