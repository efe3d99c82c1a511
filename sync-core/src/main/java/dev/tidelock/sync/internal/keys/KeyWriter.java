package dev.tidelock.sync.internal.keys;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.json.ValueOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes values so that their bytes, compared as unsigned ones, are in the order of the values ({@link ValueOrder}), and so that no value's bytes begin another's. Several values one after
 * another are thus in the order of the first, then of the second, and so on.
 *
 * <pre>
 * absent      10
 * null        20
 * false       30
 * true        31
 * number      40 and the inverted bits of the magnitude, for a double below -2^63
 *             41 and, with all bits inverted, what follows 42, for a negative one
 *             42, the whole part in 8 bytes, then 00, or 01 and the 8 bytes of the fraction as a double
 *             43 and the bits of the double, from 2^63 on
 * text        50, its UTF-8 with 00 written as 01 01 and 01 as 01 02, then 00
 * array       60, its items, then 00
 * object      70, its members: each name as a text and its value, then 00
 * </pre>
 *
 * <p>A key is cut at {@link #BYTES_MAX}; one of that length may lack something, a shorter one is whole.
 */
public final class KeyWriter {
    /** How long a key is at most. */
    public static final int BYTES_MAX = 400;

    private static final int END = 0x00;

    private byte[] bytes = new byte[32];
    private int length;

    /** The first byte of all values of a type. */
    private static int firstByte(ValueOrder.Type type) {
        return 0x10 * (type.ordinal() + 1);
    }

    /** Adds what comes before all values of a type, and after all those of lower ones. */
    public KeyWriter firstOf(ValueOrder.Type type) {
        return put(firstByte(type));
    }

    /** Adds what comes after all values of a type, and before all those of higher ones. */
    public KeyWriter after(ValueOrder.Type type) {
        return put(firstByte(type) + 0x10);
    }

    /** Whether a key may lack something of what it stands for, so that two of them may be equal without the values being so. */
    public static boolean isCut(byte[] key) {
        return key.length == BYTES_MAX;
    }

    /** Adds a value; null for an absent one. */
    public KeyWriter value(@Nullable JsonValue value) {
        ValueOrder.Type type = ValueOrder.typeOf(value);
        if (value == null || isFull()) {
            return put(firstByte(type));
        }
        switch (type) {
            case BOOLEAN -> put(firstByte(type) + (value == JsonValue.TRUE ? 1 : 0));
            case NUMBER -> number((JsonNumber) value);
            case STRING -> beginning(String.valueOf(value.asString())).put(END);
            case ARRAY -> array((JsonArray) value);
            case OBJECT -> object((JsonObject) value);
            default -> put(firstByte(type));
        }
        return this;
    }

    /** Adds what all texts that begin like that begin with. */
    public KeyWriter beginning(String text) {
        put(firstByte(ValueOrder.Type.STRING));
        String enough = text.length() > BYTES_MAX ? text.substring(0, BYTES_MAX + 1) : text;
        for (byte next : enough.getBytes(StandardCharsets.UTF_8)) {
            if (next == 0 || next == 1) {
                put(1);
                put(next + 1);
            } else {
                put(next);
            }
        }
        return this;
    }

    private void array(JsonArray array) {
        put(firstByte(ValueOrder.Type.ARRAY));
        for (JsonValue item : array.items()) {
            if (isFull()) {
                return;
            }
            value(item);
        }
        put(END);
    }

    private void object(JsonObject object) {
        put(firstByte(ValueOrder.Type.OBJECT));
        for (Map.Entry<String, JsonValue> member : object.members().entrySet()) {
            if (isFull()) {
                return;
            }
            beginning(member.getKey()).put(END).value(member.getValue());
        }
        put(END);
    }

    private void number(JsonNumber number) {
        int tag = firstByte(ValueOrder.Type.NUMBER);
        if (number.isInteger()) {
            long value = number.longValue();
            put(value < 0 ? tag + 1 : tag + 2);
            magnitude(Math.abs(value), 0, value < 0 ? -1 : 0); // that of the lowest one is right without its sign
            return;
        }
        double value = number.doubleValue();
        double size = Math.abs(value);
        long inverted = value < 0 ? -1 : 0;
        if (size >= 0x1p63) {
            put(value < 0 ? tag : tag + 3);
            eightBytes(Double.doubleToLongBits(size) ^ inverted);
        } else {
            put(value < 0 ? tag + 1 : tag + 2);
            magnitude(
                    (long) size,
                    size - Math.floor(size),
                    inverted); // exact: the fraction has no more bits than the double
        }
    }

    private void magnitude(long whole, double fraction, long inverted) {
        eightBytes(whole ^ inverted);
        put((fraction == 0 ? 0 : 1) ^ (int) inverted);
        if (fraction != 0) {
            eightBytes(Double.doubleToLongBits(fraction) ^ inverted);
        }
    }

    private void eightBytes(long bits) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            put((int) (bits >>> shift));
        }
    }

    private KeyWriter put(int next) {
        if (length < BYTES_MAX) {
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * length, BYTES_MAX));
            }
            bytes[length++] = (byte) next;
        }
        return this;
    }

    private boolean isFull() {
        return length == BYTES_MAX;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, length);
    }
}
