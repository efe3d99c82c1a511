package dev.tidelock.sync.testkit.motebit;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to a {@link MotebitModel}.
 *
 * @param path such as {@code /sync/ID/push}
 * @param query the parameters, decoded
 * @param headers by lower-case name
 * @param body empty if there is none
 */
public record MotebitRequest(
        String method, String path, Map<String, String> query, Map<String, String> headers, byte[] body) {
    public MotebitRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
        body = body.clone();
    }

    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    @Override
    public byte[] body() {
        return body.clone();
    }
}
