package dev.tidelock.sync.jackson;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;

/** Members of the app's classes that stay JSON. */
final class JsonValueModule extends SimpleModule {
    private static final long serialVersionUID = 1L;

    JsonValueModule() {
        super("tidelock-json");
        addSerializer(JsonValue.class, new Writer());
        addDeserializer(JsonValue.class, new Reader());
    }

    private static final class Writer extends StdSerializer<JsonValue> {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(JsonValue.class);
        }

        @Override
        public void serialize(JsonValue value, JsonGenerator out, SerializerProvider provider) throws IOException {
            Tokens.write(value, out);
        }
    }

    private static final class Reader extends StdDeserializer<JsonValue> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(JsonValue.class);
        }

        @Override
        public JsonValue deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Tokens.read(parser);
        }

        @Override
        public JsonValue getNullValue(DeserializationContext context) {
            return JsonValue.NULL;
        }
    }
}
