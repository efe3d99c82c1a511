package dev.tidelock.sync.jackson;

import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.PropertyBindingException;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Jackson refuses, told without the user's data: Jackson's own messages quote it, and so they are not passed on. */
final class Refusals {
    private static final String MADE_OF = "what makes a value of type ";

    private Refusals() {}

    static CodecException ofWriting(String type, IOException refused) {
        List<JsonMappingException.Reference> path = path(refused);
        if (path.size() > JsonValue.DEPTH_MAX) {
            return new CodecException(
                    type + " is nested deeper than " + JsonValue.DEPTH_MAX + " levels, or holds itself");
        }
        CodecException told = refused instanceof InvalidDefinitionException definition
                ? unbindable(type, definition)
                : new CodecException(type + " cannot be written", ofTheApp(refused));
        return under(path, told);
    }

    static CodecException ofReading(String type, JsonValue json, IOException refused) {
        List<JsonMappingException.Reference> path = path(refused);
        Class<?> target = target(refused);
        CodecException told;
        if (refused instanceof InvalidDefinitionException definition) {
            told = unbindable(type, definition);
        } else if (refused instanceof PropertyBindingException) {
            told = new CodecException("a member that " + type + " does not know; have the mapper pass over those");
        } else if (target != null && ofTheApp(refused) == null) {
            told = mismatch(target, at(path, json));
        } else {
            told = new CodecException(type + " cannot be made of what was read", ofTheApp(refused));
        }
        return under(path, told);
    }

    private static CodecException mismatch(Class<?> target, @Nullable JsonValue found) {
        if (found == null) {
            return new CodecException("a member that is not there");
        }
        boolean fits = found.asObject() != null && kind(target).startsWith(MADE_OF);
        return fits
                ? new CodecException(
                        "an object that " + target.getSimpleName()
                                + " cannot be made of: a required member is not there, or no constructor or creator takes what is")
                : CodecException.expected(kind(target), found);
    }

    /** What Jackson says of a class holds no data. */
    private static CodecException unbindable(String type, InvalidDefinitionException definition) {
        return new CodecException("Jackson cannot bind " + type + ": " + definition.getOriginalMessage());
    }

    private static @Nullable Class<?> target(IOException refused) {
        if (refused instanceof MismatchedInputException mismatch) {
            return mismatch.getTargetType();
        }
        return refused.getCause() instanceof InputCoercionException coercion ? coercion.getTargetType() : null;
    }

    /** What the app's own code threw, if it did. */
    private static @Nullable Throwable ofTheApp(IOException refused) {
        Throwable cause = refused.getCause();
        return cause instanceof RuntimeException && !(cause instanceof java.time.DateTimeException) ? cause : null;
    }

    private static List<JsonMappingException.Reference> path(IOException refused) {
        return refused instanceof JsonMappingException mapping ? mapping.getPath() : List.of();
    }

    private static CodecException under(List<JsonMappingException.Reference> path, CodecException refused) {
        CodecException told = refused;
        for (int i = path.size() - 1; i >= 0; i--) {
            JsonMappingException.Reference step = path.get(i);
            String name = step.getFieldName();
            if (name == null) {
                told = told.inItem(step.getIndex());
            } else {
                told = isMap(step.getFrom()) ? told.inEntry(name) : told.inMember(name);
            }
        }
        return told;
    }

    private static boolean isMap(@Nullable Object from) {
        return from instanceof Map || (from instanceof Class<?> type && Map.class.isAssignableFrom(type));
    }

    private static @Nullable JsonValue at(List<JsonMappingException.Reference> path, JsonValue json) {
        JsonValue value = json;
        for (JsonMappingException.Reference step : path) {
            JsonObject object = value.asObject();
            JsonArray array = value.asArray();
            if (object != null && step.getFieldName() != null) {
                value = object.get(step.getFieldName());
            } else if (array != null
                    && step.getIndex() >= 0
                    && step.getIndex() < array.items().size()) {
                value = array.items().get(step.getIndex());
            } else {
                return null;
            }
            if (value == null) {
                return null;
            }
        }
        return value;
    }

    static String kind(JavaType type) {
        return kind(type.getRawClass());
    }

    private static String kind(Class<?> type) {
        if (type == String.class) {
            return "a string";
        } else if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        } else if (type == int.class || type == Integer.class) {
            return "an integer of 32 bits";
        } else if (type == long.class || type == Long.class) {
            return "an integer of 64 bits";
        } else if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a number (" + type.getSimpleName() + ")";
        } else if (type.isArray() || Collection.class.isAssignableFrom(type)) {
            return "an array";
        } else if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> ((Enum<?>) constant).name())
                    .collect(Collectors.joining("\", \"", "one of \"", "\""));
        }
        return MADE_OF + type.getSimpleName();
    }
}
