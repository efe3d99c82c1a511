package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What two devices say to each other while they pair, as JSON. Members that are not known are passed over.
 *
 * <pre>
 * request  {"publicKey": base64url, "ephemeral": base64url, "label": text}
 * answer   {"space": id, "epochs": {"1": base64url, ...}, "current": n, "inviter": device, "label": text}
 * </pre>
 *
 * <p>The public key is the joining device's for good; the ephemeral one is for this pairing, and the answer is sealed to it.
 */
final class PairingMessages {
    private PairingMessages() {}

    /** Who asks to join, and the key that the answer is sealed to. */
    record Request(byte[] publicKey, byte[] ephemeral, PairingPeer peer) {}

    /** What the joining device gets. */
    record Answer(KeyRing ring, PairingPeer inviter) {}

    static byte[] request(byte[] publicKey, byte[] ephemeral, String label) {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("publicKey", JsonValue.of(Bytes.toBase64Url(publicKey)));
        members.put("ephemeral", JsonValue.of(Bytes.toBase64Url(ephemeral)));
        members.put("label", JsonValue.of(label));
        return JsonValue.object(members).toUtf8();
    }

    static Request request(byte[] message) throws PairingException {
        try {
            JsonObject members = object(JsonValue.parse(message), "the request");
            byte[] publicKey =
                    Bytes.fromBase64Url(text(members, "publicKey"), EnvelopeHeader.PUBLIC_KEY_BYTES, "the public key");
            byte[] ephemeral =
                    Bytes.fromBase64Url(text(members, "ephemeral"), EphemeralKey.KEY_BYTES, "the ephemeral key");
            PairingPeer peer = new PairingPeer(EnvelopeHeader.deviceOf(publicKey), text(members, "label"));
            return new Request(publicKey, ephemeral, peer);
        } catch (IllegalArgumentException problem) {
            throw malformed(problem);
        }
    }

    static byte[] answer(SpaceKeys keys, String label) {
        KeyRing ring = keys.ring();
        Map<String, JsonValue> epochs = new LinkedHashMap<>();
        for (int epoch : ring.epochs()) {
            byte[] key = ring.exportUnprotectedKey(epoch);
            epochs.put(Integer.toString(epoch), JsonValue.of(Bytes.toBase64Url(key)));
            Bytes.wipe(key);
        }
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("space", JsonValue.of(ring.space().toString()));
        members.put("epochs", JsonValue.object(epochs));
        members.put("current", JsonValue.of(ring.currentEpoch()));
        members.put("inviter", JsonValue.of(keys.device().toString()));
        members.put("label", JsonValue.of(label));
        return JsonValue.object(members).toUtf8();
    }

    static Answer answer(byte[] message) throws PairingException {
        try {
            JsonObject members = object(JsonValue.parse(message), "the answer");
            TreeMap<Integer, byte[]> keys = new TreeMap<>();
            JsonObject epochs = object(members.get("epochs"), "'epochs'");
            for (Map.Entry<String, JsonValue> epoch : epochs.members().entrySet()) {
                keys.put(epochNumber(epoch.getKey()), contentKey(epoch.getValue()));
            }
            SpaceId space = SpaceId.parse(text(members, "space"));
            KeyRing ring = KeyRing.ofUnprotectedKeys(space, keys, current(members.get("current")));
            DeviceId inviter = DeviceId.parse(text(members, "inviter"));
            return new Answer(ring, new PairingPeer(inviter, text(members, "label")));
        } catch (IllegalArgumentException problem) {
            throw malformed(problem);
        }
    }

    private static JsonObject object(@Nullable JsonValue value, String what) {
        JsonObject object = value == null ? null : value.asObject();
        if (object == null) {
            throw new IllegalArgumentException(what + " is not a JSON object");
        }
        return object;
    }

    private static String text(JsonObject members, String name) {
        JsonValue value = members.get(name);
        String text = value == null ? null : value.asString();
        if (text == null) {
            throw new IllegalArgumentException("'" + name + "' is not there, or not a string");
        }
        return text;
    }

    private static int epochNumber(String name) {
        int epoch;
        try {
            epoch = Integer.parseInt(name);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("an epoch is not a number");
        }
        if (!Integer.toString(epoch).equals(name)) {
            throw new IllegalArgumentException("an epoch is not a number in its one form");
        }
        return epoch;
    }

    private static byte[] contentKey(JsonValue value) {
        String text = value.asString();
        if (text == null) {
            throw new IllegalArgumentException("a content key is not a string");
        }
        return Bytes.fromBase64Url(text, KeyRing.KEY_BYTES, "a content key");
    }

    private static int current(@Nullable JsonValue value) {
        JsonNumber number = value == null ? null : value.asNumber();
        if (number == null || !number.isInteger() || number.longValue() < 1 || number.longValue() > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("'current' is not there, or not a key epoch");
        }
        return (int) number.longValue();
    }

    /** The cause is left out: a parser's message may quote what it read. */
    private static PairingException malformed(IllegalArgumentException problem) {
        return malformed(problem instanceof JsonFormatException ? "it is not JSON" : problem.getMessage());
    }

    static PairingException malformed(@Nullable String detail) {
        return new PairingException(
                Kind.MALFORMED,
                "what the other device left cannot be understood (" + detail + "): update both apps, and pair again",
                null);
    }
}
