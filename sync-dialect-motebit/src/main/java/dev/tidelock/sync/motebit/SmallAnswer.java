package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object, as far as its members are texts, numbers or truth values: what the relay answers with, and the envelope of its frames. */
final class SmallAnswer {
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, String> others = new HashMap<>();

    private SmallAnswer() {}

    static SmallAnswer parse(byte[] body) throws WireFormatException {
        SmallAnswer answer = new SmallAnswer();
        try (JsonParser in = Json.parser(body)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new WireFormatException("it is no JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                JsonToken value = in.nextToken();
                if (value == JsonToken.VALUE_STRING) {
                    answer.texts.put(name, in.getText());
                } else if (value.isScalarValue()) {
                    answer.others.put(name, in.getText());
                }
                in.skipChildren();
            }
            if (in.nextToken() != null) {
                throw new WireFormatException("something follows the JSON object");
            }
        } catch (IOException broken) {
            throw new WireFormatException(
                    "it is not the JSON that is expected: " + broken.getClass().getSimpleName());
        }
        return answer;
    }

    /** A member that is a text; null if there is none. */
    @Nullable
    String text(String name) {
        return texts.get(name);
    }

    /** Whether a member is a number or a truth value. */
    boolean has(String name) {
        return others.containsKey(name);
    }
}
