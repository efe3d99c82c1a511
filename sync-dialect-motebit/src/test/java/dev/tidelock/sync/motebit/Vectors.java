package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The vectors that the relay's own packages made, as maps, lists and texts. */
final class Vectors {
    private final Object value;

    private Vectors(Object value) {
        this.value = value;
    }

    static Vectors read() throws IOException {
        try (InputStream in = Vectors.class.getResourceAsStream("vectors.json");
                JsonParser parser = new JsonFactory().createParser(in)) {
            parser.nextToken();
            return new Vectors(read(parser));
        }
    }

    /** Any JSON text as a value that {@link CanonicalJson} writes. */
    static Object parse(String json) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            parser.nextToken();
            return read(parser);
        }
    }

    private static Object read(JsonParser in) throws IOException {
        switch (in.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> members = new TreeMap<>();
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String name = in.currentName();
                    in.nextToken();
                    members.put(name, read(in));
                }
                return members;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (in.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(in));
                }
                return items;
            }
            case VALUE_STRING -> {
                return in.getText();
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                double number = in.getDoubleValue();
                boolean whole = number == Math.rint(number) && Math.abs(number) < 1L << 53;
                return whole ? (Object) (long) number : (Object) number;
            }
            case VALUE_TRUE -> {
                return true;
            }
            case VALUE_FALSE -> {
                return false;
            }
            default -> {
                return null;
            }
        }
    }

    Vectors at(String path) {
        Object found = value;
        for (String name : path.split("/")) {
            found = found instanceof List<?> items ? items.get(Integer.parseInt(name)) : ((Map<?, ?>) found).get(name);
        }
        return new Vectors(found);
    }

    String text(String path) {
        return (String) at(path).value;
    }

    byte[] bytes(String path) {
        return java.util.HexFormat.of().parseHex(text(path));
    }

    long number(String path) {
        return (Long) at(path).value;
    }

    List<Vectors> items(String path) {
        List<Vectors> items = new ArrayList<>();
        ((List<?>) at(path).value).forEach(item -> items.add(new Vectors(item)));
        return items;
    }

    Map<String, Object> members(String path) {
        Map<String, Object> members = new TreeMap<>();
        ((Map<?, ?>) at(path).value).forEach((name, member) -> members.put((String) name, member));
        return members;
    }

    Object value() {
        return value;
    }
}
