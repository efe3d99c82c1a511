package dev.tidelock.sync.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;

class QueryFuzzTest {
    private static final JsonValue VALUE = JsonValue.parse("{\"a\":{\"b\":[1,{\"odd name\":2}]},\"\":3}");

    @FuzzTest
    void path(byte[] bytes) {
        Path path;
        try {
            path = Path.parse(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertEquals(path, Path.parse(path.toString()));
        path.in(VALUE);
    }

    @FuzzTest
    void definition(byte[] bytes) {
        Index index = Index.ofDefinition(new String(bytes, StandardCharsets.UTF_8));
        if (index != null) {
            assertEquals(index, Index.ofDefinition(index.definition()));
        }
    }
}
