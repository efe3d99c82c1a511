package dev.tidelock.sync.codec;

import dev.tidelock.sync.json.JsonValue;

/**
 * Turns values of one type into JSON values, and back.
 *
 * <p>Pure and quick: it runs inside of the store's transactions, and gives the same for the same. What is encoded must decode to an equal value. It passes over
 * members that it does not know, so that it reads what a later version of the app has written; what becomes of them is not its business. Safe for use by any
 * number of threads.
 *
 * <p>Ready ones are in {@link Codecs}; {@link ObjectCodec} makes one for a record or a class of the app.
 *
 * @param <T> the type; its values are never null
 */
public interface Codec<T> {
    /** @throws CodecException if the value has no JSON form, such as a number that is not finite */
    JsonValue encode(T value);

    /** @throws CodecException if the JSON value is none of this type; it says which member, what was expected and what was found */
    T decode(JsonValue json);
}
