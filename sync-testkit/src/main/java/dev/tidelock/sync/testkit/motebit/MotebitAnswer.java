package dev.tidelock.sync.testkit.motebit;

import java.util.Map;

/**
 * What a {@link MotebitModel} answers.
 *
 * @param headers by name
 * @param closes whether the connection is closed after it
 */
public record MotebitAnswer(int status, Map<String, String> headers, String body, boolean closes) {
    public MotebitAnswer {
        headers = Map.copyOf(headers);
    }
}
