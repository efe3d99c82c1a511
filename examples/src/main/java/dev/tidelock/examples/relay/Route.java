package dev.tidelock.examples.relay;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One kind of request.
 *
 * @param method the HTTP method
 * @param pattern a path such as {@code /v1/spaces/{space}/push}; it names the route in the log, where no id may stand
 * @param action what answers it
 */
record Route(String method, String pattern, Action action) {
    /** Answers a request, now or later; runs on a worker thread. */
    interface Action {
        void handle(RelayRequest request) throws Exception;
    }

    /** What the path says in the places of the pattern's names; empty if it is not of this pattern. */
    Optional<Map<String, String>> match(String path) {
        String[] expected = pattern.split("/", -1);
        String[] actual = path.split("/", -1);
        if (expected.length != actual.length) {
            return Optional.empty();
        }
        Map<String, String> named = new HashMap<>();
        for (int i = 0; i < expected.length; i++) {
            if (expected[i].startsWith("{")) {
                named.put(expected[i].substring(1, expected[i].length() - 1), actual[i]);
            } else if (!expected[i].equals(actual[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(named);
    }
}
