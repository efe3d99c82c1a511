package dev.tidelock.sync.motebit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.crypto.tink.subtle.AesGcmJce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * How a motebit's payloads are sealed: AES-256-GCM under the sync key, without associated data. The sealed text is JSON with the members {@code c} (ciphertext), {@code n}
 * (12-byte nonce), {@code t} (16-byte tag), each in base64, and {@code v} (version of the key).
 *
 * <p>It says nothing of where the payload belongs: a relay may put it into another event. So nothing is believed because it was in here; what is, is a sealed and
 * signed envelope.
 */
final class EventSeal {
    private static final String KEY = "motebit-sync-encryption-v1";
    private static final byte[] NOTHING = new byte[0];
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;

    /** The version of a motebit's first sync key, and of one that does not say its version. */
    private static final int VERSION = 1;

    private final AesGcmJce cipher;

    EventSeal(byte[] key) {
        try {
            cipher = new AesGcmJce(key);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("AES-256-GCM is part of every platform", impossible);
        }
    }

    static EventSeal ofSeed(byte[] seed) {
        byte[] key = Derived.key(seed, KEY);
        EventSeal seal = new EventSeal(key);
        Arrays.fill(key, (byte) 0);
        return seal;
    }

    String seal(byte[] plaintext) {
        byte[] sealed;
        try {
            sealed = cipher.encrypt(plaintext, NOTHING);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("AES-256-GCM seals all that fits an array", impossible);
        }
        return text(sealed, VERSION);
    }

    /** @param sealed the nonce, the ciphertext and the tag */
    static String text(byte[] sealed, int version) {
        Base64.Encoder base64 = Base64.getEncoder();
        int tag = sealed.length - TAG_BYTES;
        return "{\"c\":\"" + base64.encodeToString(Arrays.copyOfRange(sealed, NONCE_BYTES, tag)) + "\",\"n\":\""
                + base64.encodeToString(Arrays.copyOf(sealed, NONCE_BYTES)) + "\",\"t\":\""
                + base64.encodeToString(Arrays.copyOfRange(sealed, tag, sealed.length)) + "\",\"v\":" + version + "}";
    }

    /** What was sealed; null if it was not sealed with this key, or the text is none. Any version is tried: only the key decides. */
    byte @Nullable [] open(String text) {
        byte[] ciphertext = null;
        byte[] nonce = null;
        byte[] tag = null;
        try (JsonParser in = Json.parser(text.getBytes(StandardCharsets.UTF_8))) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                boolean isText = in.nextToken() == JsonToken.VALUE_STRING;
                if (isText && name.equals("c")) {
                    ciphertext = Base64.getDecoder().decode(in.getText());
                } else if (isText && name.equals("n")) {
                    nonce = Base64.getDecoder().decode(in.getText());
                } else if (isText && name.equals("t")) {
                    tag = Base64.getDecoder().decode(in.getText());
                } else {
                    in.skipChildren();
                }
            }
        } catch (IOException | IllegalArgumentException noneOfOurs) {
            return null;
        }
        return ciphertext == null || nonce == null || tag == null ? null : open(ciphertext, nonce, tag);
    }

    private byte @Nullable [] open(byte[] ciphertext, byte[] nonce, byte[] tag) {
        if (nonce.length != NONCE_BYTES || tag.length != TAG_BYTES) {
            return null;
        }
        byte[] sealed = Arrays.copyOf(nonce, NONCE_BYTES + ciphertext.length + TAG_BYTES);
        System.arraycopy(ciphertext, 0, sealed, NONCE_BYTES, ciphertext.length);
        System.arraycopy(tag, 0, sealed, NONCE_BYTES + ciphertext.length, TAG_BYTES);
        try {
            return cipher.decrypt(sealed, NOTHING);
        } catch (GeneralSecurityException foreign) {
            return null;
        }
    }
}
