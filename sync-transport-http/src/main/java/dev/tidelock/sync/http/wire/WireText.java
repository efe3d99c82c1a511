package dev.tidelock.sync.http.wire;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import java.util.Base64;
import java.util.function.Function;

/**
 * Binary as text: lower-case hexadecimal for ids and hashes, base64url without padding (RFC 4648) for everything else. One value has
 * one spelling; every other one is refused.
 */
public final class WireText {
    private static final Base64.Encoder TO_TEXT = Base64.getUrlEncoder().withoutPadding();

    private WireText() {}

    /** Reads a space id: 32 digits. */
    public static SpaceId space(String hex) throws WireFormatException {
        return parse(hex, SpaceId::parse);
    }

    /** Reads a device id: 32 digits. */
    public static DeviceId device(String hex) throws WireFormatException {
        return parse(hex, DeviceId::parse);
    }

    /** Reads the hash of an envelope, or of a prefix of a log: 64 digits. */
    public static EnvelopeHash hash(String hex) throws WireFormatException {
        return parse(hex, EnvelopeHash::parse);
    }

    /** The id of a mailbox: it has the form of a space id, and is one for nobody else. */
    public static byte[] mailbox(String hex) throws WireFormatException {
        return space(hex).toByteArray();
    }

    /** Writes the id of a mailbox. */
    public static String mailbox(byte[] mailboxId) {
        return SpaceId.of(mailboxId).toString();
    }

    /** The id of a cell: it has the form of a space id, and is one for nobody else. */
    public static byte[] cell(String hex) throws WireFormatException {
        return space(hex).toByteArray();
    }

    /** Writes the id of a cell. */
    public static String cell(byte[] cellId) {
        return SpaceId.of(cellId).toString();
    }

    /** Writes bytes in base64url, without padding. */
    public static String base64Url(byte[] bytes) {
        return TO_TEXT.encodeToString(bytes);
    }

    static byte[] publicKey(String text) throws WireFormatException {
        byte[] key;
        try {
            key = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw new WireFormatException("a public key is not written in base64url", notBase64);
        }
        if (key.length != EnvelopeHeader.PUBLIC_KEY_BYTES) {
            throw new WireFormatException(
                    "a public key has " + EnvelopeHeader.PUBLIC_KEY_BYTES + " bytes, not " + key.length);
        }
        if (!base64Url(key).equals(text)) {
            throw new WireFormatException(
                    "a public key is written in base64url without padding and without stray bits");
        }
        return key;
    }

    private static <T> T parse(String hex, Function<String, T> parser) throws WireFormatException {
        T id;
        try {
            id = parser.apply(hex);
        } catch (IllegalArgumentException malformed) {
            throw new WireFormatException(String.valueOf(malformed.getMessage()), malformed);
        }
        if (!id.toString().equals(hex)) {
            throw new WireFormatException("ids and hashes are written in lower-case digits");
        }
        return id;
    }
}
