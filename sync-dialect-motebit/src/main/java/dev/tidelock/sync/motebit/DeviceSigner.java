package dev.tidelock.sync.motebit;

import com.google.crypto.tink.subtle.Ed25519Sign;
import dev.tidelock.sync.envelope.DeviceId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * One device of a motebit, as the relay knows it: its id there, and the motebit's Ed25519 key, with which it registers itself and signs its tokens. All devices have the same one: newer relays
 * take no other from anybody who is not let in by a device. The id is derived from the seed and the device, so that nobody else can name it: older relays give a device's place to whoever
 * registers its id, and count the frames of whoever names it as the device's.
 */
final class DeviceSigner {
    /** How long a token lives. */
    static final long TOKEN_MILLIS = 5 * 60 * 1000;

    private static final String ID = "tidelock-motebit-device-id-v1";
    private static final String REGISTRATION_SUITE = "motebit-jcs-ed25519-b64-v1";
    private static final String TOKEN_SUITE = "motebit-jwt-ed25519-v1";

    private final String motebitId;
    private final String deviceId;
    private final String publicKey;
    private final Ed25519Sign signer;

    /** @param key an Ed25519 seed */
    DeviceSigner(String motebitId, String deviceId, byte[] key) {
        this.motebitId = motebitId;
        this.deviceId = deviceId;
        try {
            this.publicKey =
                    Hex.encode(Ed25519Sign.KeyPair.newKeyPairFromSeed(key).getPublicKey());
            this.signer = new Ed25519Sign(key);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every 32 bytes are an Ed25519 seed", impossible);
        }
    }

    static DeviceSigner of(byte[] seed, String motebitId, DeviceId device) {
        byte[] id = Derived.key(seed, new byte[0], ID, device.toByteArray());
        return new DeviceSigner(motebitId, Uuids.ofDevice(id), seed);
    }

    String motebitId() {
        return motebitId;
    }

    String deviceId() {
        return deviceId;
    }

    /**
     * What the device registers itself with, signed.
     *
     * @param more further members, such as {@code device_name}
     */
    String registration(long relayMillis, Map<String, String> more) {
        TreeMap<String, Object> body = new TreeMap<>(more);
        body.put("motebit_id", motebitId);
        body.put("device_id", deviceId);
        body.put("public_key", publicKey);
        body.put("timestamp", relayMillis);
        body.put("suite", REGISTRATION_SUITE);
        body.put("signature", sign(CanonicalJson.write(body)));
        return CanonicalJson.write(body);
    }

    /** A token for {@code sync}: the claims, and their signature. */
    String token(long relayMillis, String id) {
        return token(relayMillis, id, "sync");
    }

    String token(long relayMillis, String id, String audience) {
        // In this order: that of the relay's other clients.
        String claims = "{\"mid\":" + CanonicalJson.write(motebitId) + ",\"did\":" + CanonicalJson.write(deviceId)
                + ",\"iat\":" + relayMillis + ",\"exp\":" + (relayMillis + TOKEN_MILLIS) + ",\"jti\":"
                + CanonicalJson.write(id) + ",\"aud\":" + CanonicalJson.write(audience) + ",\"suite\":\"" + TOKEN_SUITE
                + "\"}";
        return base64Url(claims.getBytes(StandardCharsets.UTF_8)) + "." + sign(claims);
    }

    private String sign(String message) {
        try {
            return base64Url(signer.sign(message.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("Ed25519 signs every message", impossible);
        }
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "DeviceSigner[device " + deviceId + " of " + motebitId + ", key redacted]";
    }
}
