package dev.tidelock.sync.json;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Values to canonical text: RFC 8785, section 3.2. */
final class CanonicalWriter {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private CanonicalWriter() {}

    static String text(JsonValue value) {
        StringBuilder out = new StringBuilder(128);
        write(value, out);
        return out.toString();
    }

    static byte[] utf8(JsonValue value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(JsonValue value, StringBuilder out) {
        if (value instanceof JsonObject object) {
            char before = '{';
            for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
                out.append(before);
                before = ',';
                quote(member.getKey(), out);
                out.append(':');
                write(member.getValue(), out);
            }
            out.append(before == '{' ? "{}" : "}");
        } else if (value instanceof JsonArray array) {
            char before = '[';
            for (JsonValue item : array.items()) {
                out.append(before);
                before = ',';
                write(item, out);
            }
            out.append(before == '[' ? "[]" : "]");
        } else if (value instanceof JsonString string) {
            quote(string.value(), out);
        } else if (value instanceof JsonNumber number) {
            out.append(number.text());
        } else {
            out.append(((JsonValue.Literal) value).text);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, plainFrom, i);
            plainFrom = i + 1;
            escape(c, out);
        }
        out.append(text, plainFrom, text.length()).append('"');
    }

    private static void escape(char c, StringBuilder out) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\b' -> out.append("\\b");
            case '\t' -> out.append("\\t");
            case '\n' -> out.append("\\n");
            case '\f' -> out.append("\\f");
            case '\r' -> out.append("\\r");
            default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        }
    }
}
