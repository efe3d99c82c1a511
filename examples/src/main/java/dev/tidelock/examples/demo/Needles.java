package dev.tidelock.examples.demo;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a relay must never see: names, ids and values of at least 8 bytes; as they are, as hexadecimal, as Base64 at any offset, and their SHA-256. Of long
 * texts also pieces, in case only a part of them is in one place.
 */
final class Needles {
    /** Shorter ones would be found in any long enough row of random bytes. */
    static final int BYTES_MIN = 8;

    private static final int PIECE_BYTES = 48;
    private static final int PIECE_EVERY_BYTES = 256;
    private static final int BASE64_OF_BYTES_MAX = 48;

    private final Set<String> texts = new LinkedHashSet<>();
    private final Set<byte[]> forms = new LinkedHashSet<>();

    /** A name or an id. */
    void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < BYTES_MIN || !texts.add(text)) {
            return;
        }
        addForms(bytes);
        for (int from = 0;
                bytes.length > 2 * PIECE_BYTES && from + PIECE_BYTES <= bytes.length;
                from += PIECE_EVERY_BYTES) {
            forms.add(Arrays.copyOfRange(bytes, from, from + PIECE_BYTES));
        }
    }

    /** A record: all of it, and every name, text and long number in it. */
    void addValue(JsonValue value) {
        add(value.toJson());
        addParts(value);
    }

    private void addParts(JsonValue value) {
        JsonObject object = value.asObject();
        JsonArray array = value.asArray();
        if (object != null) {
            object.members().forEach((name, member) -> {
                add(name);
                addParts(member);
            });
        } else if (array != null) {
            array.items().forEach(this::addParts);
        } else if (value.asString() != null) {
            add(value.asString());
            add(value.toJson().substring(1, value.toJson().length() - 1)); // as it is written in JSON
        } else {
            add(value.toJson());
        }
    }

    private void addForms(byte[] bytes) {
        forms.add(bytes);
        byte[] hash = sha256(bytes);
        forms.add(hash);
        for (byte[] each : new byte[][] {bytes, hash}) {
            forms.add(HexFormat.of().formatHex(each).getBytes(StandardCharsets.US_ASCII));
            addBase64(each);
        }
    }

    /** Base64 takes three bytes at a time, so how a text comes out depends on where it begins. */
    private void addBase64(byte[] bytes) {
        for (int from = 0; from < 3; from++) {
            int length = (Math.min(bytes.length, BASE64_OF_BYTES_MAX) - from) / 3 * 3;
            byte[] whole = Arrays.copyOfRange(bytes, from, from + length);
            for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
                byte[] encoded = encoder.encode(whole);
                if (encoded.length >= BYTES_MIN) {
                    forms.add(encoded);
                }
            }
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    /** How many different texts there are. */
    int count() {
        return texts.size();
    }

    /** All that is to be looked for. */
    Set<byte[]> forms() {
        return forms;
    }
}
