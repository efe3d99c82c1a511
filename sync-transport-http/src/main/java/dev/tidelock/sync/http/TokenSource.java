package dev.tidelock.sync.http;

/**
 * Makes the tokens with which a device shows a relay who it is. Called rarely, by one thread at a time; should be quick, for other
 * calls to the relay wait meanwhile.
 */
@FunctionalInterface
public interface TokenSource {
    /**
     * A new token, good for five minutes.
     *
     * @param relayTimeMillis the relay's time, as well as it is known: when the token is issued
     * @return printable ASCII without spaces; never logged
     */
    String tokenAt(long relayTimeMillis);
}
