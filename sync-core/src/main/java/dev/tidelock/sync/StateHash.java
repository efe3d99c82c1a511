package dev.tidelock.sync;

import dev.tidelock.sync.internal.query.Visibility;
import dev.tidelock.sync.spi.store.StoreReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 over all visible records in the order of their keys: of each, collection, id and canonical value, every one with its length before it. */
final class StateHash {
    private StateHash() {}

    static String of(StoreReader reader, Visibility visibility) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
        reader.records(null, (key, value) -> {
            if (visibility.isVisible(key, value)) {
                update(digest, key.collection().getBytes(StandardCharsets.UTF_8));
                update(digest, key.id().getBytes(StandardCharsets.UTF_8));
                update(digest, value.toUtf8());
            }
        });
        StringBuilder hex = new StringBuilder();
        for (byte part : digest.digest()) {
            hex.append(Character.forDigit((part >> 4) & 15, 16)).append(Character.forDigit(part & 15, 16));
        }
        return hex.toString();
    }

    private static void update(MessageDigest digest, byte[] bytes) {
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (bytes.length >>> shift));
        }
        digest.update(bytes);
    }
}
