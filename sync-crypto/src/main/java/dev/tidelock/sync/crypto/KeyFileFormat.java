package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.KeyFileException.Kind;
import dev.tidelock.sync.envelope.SpaceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.TreeMap;

/**
 * The bytes of a key file.
 *
 * <pre>
 * offset  size  field (numbers are big endian)
 *      0     8  "tidekeys"
 *      8     1  format version, now 1; any other value is refused
 *      9     1  length n of the protector's name, 1 to 32
 *     10     n  the protector's name: a-z, 0-9 and '-'
 *   10+n     m  what the protector made of the content
 *
 * offset  size  content
 *      0    16  space id
 *     16    32  the device's private key
 *     48     4  current epoch
 *     52     4  number of epochs k, 1 to 128
 *     56  36 k  for each epoch, ascending: its number (4) and its content key (32)
 * </pre>
 *
 * <p>The first 10+n bytes are the protector's associated data. A protector with parameters of its own keeps and authenticates
 * them in its part.
 */
final class KeyFileFormat {
    /** No key file of any protector is longer. */
    static final int BYTES_MAX = 64 << 10;

    private static final byte[] MAGIC = "tidekeys".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 10;
    private static final int CONTENT_FIXED_BYTES = SpaceId.BYTES + DeviceIdentity.PRIVATE_KEY_BYTES + 4 + 4;
    private static final int EPOCH_BYTES = 4 + KeyRing.KEY_BYTES;
    private static final int NAME_CHARS_MAX = 32;

    private KeyFileFormat() {}

    static byte[] encode(SpaceKeys keys, KeyProtector protector) throws KeyFileException {
        byte[] header = header(protector.name());
        byte[] content = content(keys);
        try {
            byte[] file = Bytes.concat(header, protector.wrap(content, header.clone()));
            if (file.length > BYTES_MAX) {
                throw new KeyFileException(
                        Kind.PROTECTOR_FAILED,
                        "the protector '" + protector.name() + "' made " + file.length + " bytes; at most " + BYTES_MAX
                                + " are accepted",
                        null);
            }
            return file;
        } catch (GeneralSecurityException | RuntimeException failed) {
            throw new KeyFileException(
                    Kind.PROTECTOR_FAILED, "the protector '" + protector.name() + "' could not wrap the keys", failed);
        } finally {
            Bytes.wipe(content);
        }
    }

    static SpaceKeys decode(byte[] file, KeyProtector protector) throws KeyFileException {
        String name = protectorName(file);
        requireProtector(name, protector);
        byte[] header = Arrays.copyOf(file, FIXED_BYTES + name.length());
        byte[] wrapped = Arrays.copyOfRange(file, header.length, file.length);
        byte[] content;
        try {
            content = protector.unwrap(wrapped, header);
        } catch (GeneralSecurityException doesNotHold) {
            throw new KeyFileException(Kind.WRONG_PASSPHRASE_OR_DAMAGED, wrongOrDamaged(name), doesNotHold);
        } catch (RuntimeException failed) {
            throw new KeyFileException(
                    Kind.PROTECTOR_FAILED, "the protector '" + name + "' could not unwrap the keys", failed);
        }
        try {
            return keys(content);
        } finally {
            Bytes.wipe(content);
        }
    }

    private static byte[] header(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("a protector's name is '" + name + "'; it must have 1 to "
                    + NAME_CHARS_MAX + " characters, each of a-z, 0-9 or '-'");
        }
        byte[] header = Arrays.copyOf(MAGIC, FIXED_BYTES + name.length());
        header[MAGIC.length] = VERSION;
        header[MAGIC.length + 1] = (byte) name.length();
        System.arraycopy(name.getBytes(StandardCharsets.US_ASCII), 0, header, FIXED_BYTES, name.length());
        return header;
    }

    private static String protectorName(byte[] file) throws KeyFileException {
        if (file.length < FIXED_BYTES || !Arrays.equals(Arrays.copyOf(file, MAGIC.length), MAGIC)) {
            throw damaged("this is not a key file, or its start is lost");
        }
        if (file[MAGIC.length] != VERSION) {
            throw new KeyFileException(
                    Kind.UNSUPPORTED_VERSION,
                    "format version " + (file[MAGIC.length] & 0xff) + "; this library reads version " + VERSION
                            + ": update the app",
                    null);
        }
        int length = file[MAGIC.length + 1] & 0xff;
        String name =
                new String(file, FIXED_BYTES, Math.min(length, file.length - FIXED_BYTES), StandardCharsets.ISO_8859_1);
        if (name.length() != length || !isName(name)) {
            throw damaged("the protector's name is not whole");
        }
        return name;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= NAME_CHARS_MAX;
    }

    private static void requireProtector(String name, KeyProtector given) throws KeyFileException {
        if (name.equals(given.name())) {
            return;
        }
        if (name.equals(PassphraseProtector.NAME)) {
            throw new KeyFileException(
                    Kind.PASSPHRASE_NEEDED,
                    "it is protected by a passphrase, and was opened with '" + given.name()
                            + "': ask for the passphrase",
                    null);
        }
        throw new KeyFileException(
                Kind.OTHER_PROTECTOR,
                "it is protected by '" + name + "', and was opened with '" + given.name() + "': open it with '" + name
                        + "'",
                null);
    }

    private static String wrongOrDamaged(String name) {
        return name.equals(PassphraseProtector.NAME)
                ? "the passphrase is not the one that it was protected with, or the file is damaged: try again, or restore it"
                : "the key of '" + name + "' is not the one that it was protected with, or the file is damaged: after a"
                        + " restored backup, pair this device again";
    }

    private static byte[] content(SpaceKeys keys) {
        KeyRing ring = keys.ring();
        byte[] content = new byte[CONTENT_FIXED_BYTES + ring.epochs().size() * EPOCH_BYTES];
        ByteBuffer out = ByteBuffer.wrap(content);
        out.put(ring.space().toByteArray());
        putAndWipe(out, keys.identity().exportUnprotectedPrivateKey());
        out.putInt(ring.currentEpoch()).putInt(ring.epochs().size());
        for (int epoch : ring.epochs()) {
            out.putInt(epoch);
            putAndWipe(out, ring.exportUnprotectedKey(epoch));
        }
        return content;
    }

    private static void putAndWipe(ByteBuffer out, byte[] secret) {
        out.put(secret);
        Bytes.wipe(secret);
    }

    private static SpaceKeys keys(byte[] content) throws KeyFileException {
        if (content.length < CONTENT_FIXED_BYTES + EPOCH_BYTES) {
            throw damaged("its content has " + content.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(content);
        byte[] space = new byte[SpaceId.BYTES];
        in.get(space);
        byte[] privateKey = new byte[DeviceIdentity.PRIVATE_KEY_BYTES];
        in.get(privateKey);
        int current = in.getInt();
        int epochs = in.getInt();
        if (epochs < 1 || epochs > KeyRing.EPOCHS_MAX || in.remaining() != epochs * EPOCH_BYTES) {
            throw damaged("its content names " + epochs + " epochs, and goes on for " + in.remaining() + " bytes");
        }
        TreeMap<Integer, byte[]> contentKeys = new TreeMap<>();
        try {
            for (int i = 0; i < epochs; i++) {
                int epoch = in.getInt();
                byte[] key = new byte[KeyRing.KEY_BYTES];
                in.get(key);
                if (!contentKeys.isEmpty() && epoch <= contentKeys.lastKey()) {
                    throw damaged("its epochs are not in ascending order");
                }
                contentKeys.put(epoch, key);
            }
            KeyRing ring = KeyRing.ofUnprotectedKeys(SpaceId.of(space), contentKeys, current);
            return SpaceKeys.of(ring, DeviceIdentity.ofUnprotectedPrivateKey(privateKey));
        } catch (IllegalArgumentException outOfRange) {
            throw damaged(String.valueOf(outOfRange.getMessage()));
        } finally {
            Bytes.wipe(privateKey);
            contentKeys.values().forEach(Bytes::wipe);
        }
    }

    private static KeyFileException damaged(String problem) {
        return new KeyFileException(
                Kind.DAMAGED, problem + ": the file is damaged; restore it, or pair this device again", null);
    }
}
