package dev.tidelock.sync.jackson;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON values as Jackson's tokens, and back, without text between. */
final class Tokens {
    private final JsonParser parser;

    private Tokens(JsonParser parser) {
        this.parser = parser;
    }

    /** Reads the value that begins at the parser's token, and leaves the parser at its last one. */
    static JsonValue read(JsonParser parser) throws IOException {
        return new Tokens(parser).value(0);
    }

    static void write(JsonValue value, JsonGenerator out) throws IOException {
        if (value instanceof JsonObject object) {
            out.writeStartObject();
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                out.writeFieldName(member.getKey());
                write(member.getValue(), out);
            }
            out.writeEndObject();
        } else if (value instanceof JsonArray array) {
            out.writeStartArray();
            for (JsonValue item : array.items()) {
                write(item, out);
            }
            out.writeEndArray();
        } else if (value instanceof JsonNumber number) {
            write(number, out);
        } else if (value.asString() != null) {
            out.writeString(value.asString());
        } else if (value == JsonValue.NULL) {
            out.writeNull();
        } else {
            out.writeBoolean(value == JsonValue.TRUE);
        }
    }

    /** An int where it fits, as from text: a class may have a member of type {@code Object}. */
    private static void write(JsonNumber number, JsonGenerator out) throws IOException {
        double value = number.doubleValue();
        if (!number.isInteger() && value == Math.rint(value)) {
            out.writeNumber(new BigDecimal(number.toJson()).toBigInteger()); // beyond 64 bits, but no fraction
        } else if (!number.isInteger()) {
            out.writeNumber(value);
        } else if (number.longValue() == (int) number.longValue()) {
            out.writeNumber((int) number.longValue());
        } else {
            out.writeNumber(number.longValue());
        }
    }

    private JsonValue value(int depth) throws IOException {
        JsonToken token = parser.currentToken();
        if (depth > JsonValue.DEPTH_MAX) {
            throw new CodecException("nested deeper than " + JsonValue.DEPTH_MAX + " levels");
        } else if (token == null) {
            throw new CodecException("a value that writes nothing");
        }
        switch (token) {
            case START_OBJECT:
                return object(depth);
            case START_ARRAY:
                return array(depth);
            case VALUE_STRING:
                return string(parser.getText());
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return number(parser.getNumberValue());
            case VALUE_TRUE:
                return JsonValue.TRUE;
            case VALUE_FALSE:
                return JsonValue.FALSE;
            case VALUE_NULL:
                return JsonValue.NULL;
            default:
                return embedded(parser.getEmbeddedObject());
        }
    }

    private JsonValue object(int depth) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            try {
                if (members.put(name, value(depth + 1)) != null) {
                    throw new CodecException("a member that is written twice");
                }
            } catch (CodecException refused) {
                throw refused.inMember(name);
            }
        }
        try {
            return JsonValue.object(members);
        } catch (JsonFormatException refused) {
            throw new CodecException(String.valueOf(refused.getMessage()));
        }
    }

    private JsonValue array(int depth) throws IOException {
        List<JsonValue> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            try {
                items.add(value(depth + 1));
            } catch (CodecException refused) {
                throw refused.inItem(items.size());
            }
        }
        try {
            return JsonValue.array(items);
        } catch (JsonFormatException tooDeep) {
            throw new CodecException(String.valueOf(tooDeep.getMessage()));
        }
    }

    private static JsonValue string(String text) {
        try {
            return JsonValue.of(text);
        } catch (JsonFormatException refused) {
            throw new CodecException(String.valueOf(refused.getMessage()));
        }
    }

    private static JsonValue number(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal(decimal);
        } else if (number instanceof BigInteger integer) {
            return decimal(new BigDecimal(integer));
        } else if (number instanceof Float single) {
            return finite(Float.isFinite(single) ? Double.parseDouble(single.toString()) : single); // 0.1f is 0.1
        } else if (number instanceof Double) {
            return finite(number.doubleValue());
        }
        return JsonValue.of(number.longValue());
    }

    private static JsonValue finite(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw new CodecException("a number that is not finite");
        }
        return JsonValue.of(value);
    }

    /** Only what stays what it is: a decimal that a double comes near to would be another one. */
    private static JsonValue decimal(BigDecimal value) {
        if (value.signum() == 0) {
            return JsonValue.of(0);
        }
        boolean mayBeLong = value.precision() - (long) value.scale() <= 19;
        if (mayBeLong && value.stripTrailingZeros().scale() <= 0) {
            try {
                return JsonValue.of(value.longValueExact());
            } catch (ArithmeticException beyondLong) {
                // falls through: it may still be a double
            }
        }
        double nearest = value.doubleValue();
        boolean same =
                Double.isFinite(nearest) && new BigDecimal(JsonValue.of(nearest).toJson()).compareTo(value) == 0;
        if (!same) {
            throw new CodecException(
                    "a number that neither 64 bits nor a double hold exactly; write it as a string, with @JsonFormat(shape = STRING)");
        }
        return JsonValue.of(nearest);
    }

    private static JsonValue embedded(Object object) {
        if (object == null) {
            return JsonValue.NULL;
        } else if (object instanceof byte[] bytes) {
            return JsonValue.of(Base64.getEncoder().encodeToString(bytes));
        }
        throw new CodecException("something that Jackson writes as it is, and not as JSON: "
                + object.getClass().getName());
    }
}
