package dev.tidelock.sync.motebit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.crypto.tink.subtle.AesGcmJce;
import com.google.crypto.tink.subtle.Ed25519Sign;
import com.google.crypto.tink.subtle.X25519;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Every value that the relay's own packages made with fixed seeds. What this dialect has no use for yet, fields and the transfer of a key, is put together from its parts here. */
class VectorsTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Vectors vectors = Vectors.read();

    VectorsTest() throws IOException {}

    private DeviceSigner device(String path) {
        Map<String, Object> request = vectors.members(path);
        return new DeviceSigner(
                (String) request.get("motebit_id"),
                (String) request.get("device_id"),
                vectors.bytes("ed25519/seed_hex"));
    }

    @Test
    void ed25519_seed_givesTheKey() throws GeneralSecurityException {
        byte[] key = Ed25519Sign.KeyPair.newKeyPairFromSeed(vectors.bytes("ed25519/seed_hex"))
                .getPublicKey();
        assertEquals(vectors.text("ed25519/public_key_hex"), Hex.encode(key));
        assertEquals(
                vectors.text("ed25519/public_key_base64url"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(key));
    }

    @Test
    void canonicalJson_everyInput_isTheSameText() throws IOException {
        assertEquals(7, vectors.items("canonical_json").size());
        for (Vectors vector : vectors.items("canonical_json")) {
            String canonical = CanonicalJson.write(Vectors.parse(vector.text("input_json")));
            assertEquals(vector.text("canonical"), canonical, vector.text("name"));
            assertEquals(vector.text("canonical_utf8_hex"), HEX.formatHex(canonical.getBytes(UTF_8)));
        }
    }

    @Test
    void registration_withNames_isSignedAlike() throws IOException {
        Map<String, Object> request = vectors.members("device_registration/request");
        String made = device("device_registration/request")
                .registration(
                        (Long) request.get("timestamp"),
                        Map.of("device_name", (String) request.get("device_name"), "owner_id", (String)
                                request.get("owner_id")));
        assertEquals(CanonicalJson.write(request), made);
        assertEquals(vectors.text("device_registration/signature_base64url"), request.get("signature"));
        assertEquals(
                vectors.text("device_registration/signature_hex"),
                HEX.formatHex(Base64.getUrlDecoder().decode((String) request.get("signature"))));
        Map<String, Object> unsigned = new TreeMap<>(request);
        unsigned.remove("signature");
        assertEquals(vectors.text("device_registration/canonical_without_signature"), CanonicalJson.write(unsigned));
    }

    @Test
    void registration_minimal_isSignedAlike() {
        Map<String, Object> request = vectors.members("device_registration_minimal/request");
        String made =
                device("device_registration_minimal/request").registration((Long) request.get("timestamp"), Map.of());
        assertEquals(CanonicalJson.write(request), made);
        Map<String, Object> unsigned = new TreeMap<>(request);
        unsigned.remove("signature");
        assertEquals(
                vectors.text("device_registration_minimal/canonical_without_signature"), CanonicalJson.write(unsigned));
    }

    @Test
    void token_everyAudience_isTheSameText() throws IOException {
        DeviceSigner device = device("device_registration/request");
        for (Vectors vector : vectors.items("signed_tokens")) {
            Map<?, ?> claims = (Map<?, ?>) Vectors.parse(vector.text("payload_json"));
            String token =
                    device.token((Long) claims.get("iat"), (String) claims.get("jti"), (String) claims.get("aud"));
            assertEquals(vector.text("token"), token);
            assertEquals(vector.text("payload_base64url") + "." + vector.text("signature_base64url"), token);
            assertEquals(
                    vector.text("payload_json"),
                    new String(Base64.getUrlDecoder().decode(vector.text("payload_base64url")), UTF_8));
            assertEquals(
                    vector.text("signature_hex"),
                    HEX.formatHex(Base64.getUrlDecoder().decode(vector.text("signature_base64url"))));
        }
    }

    @Test
    void syncKey_seed_givesTheKey() {
        byte[] key = Derived.key(vectors.bytes("sync_key/ikm_hex"), vectors.text("sync_key/hkdf/info_utf8"));
        assertEquals(vectors.text("sync_key/key_hex"), Hex.encode(key));
        byte[] sealed = "for who has the seed".getBytes(UTF_8);
        String text = EventSeal.ofSeed(vectors.bytes("sync_key/ikm_hex")).seal(sealed);
        assertArrayEquals(sealed, new EventSeal(key).open(text));
    }

    @Test
    void encryptedEvent_everyOne_opensAndHasTheSameForm() throws Exception {
        for (Vectors vector : vectors.items("encrypted_events")) {
            byte[] key = vector.bytes("key_hex");
            byte[] nonce = vector.bytes("nonce_hex");
            byte[] plaintext = vector.text("plaintext_json").getBytes(UTF_8);
            String data = vector.text("wire_event/payload/_data");
            assertArrayEquals(plaintext, new EventSeal(key).open(data));
            byte[] sealed =
                    HEX.parseHex(vector.text("nonce_hex") + vector.text("ciphertext_hex") + vector.text("tag_hex"));
            assertArrayEquals(sealed, encrypt(key, nonce, plaintext));
            assertEquals(data, EventSeal.text(sealed, (int) vector.number("key_version")));
            assertEquals(vectors(data), vector.at("decoded_data").value());
            String event = CanonicalJson.write(vector.at("wire_event").value());
            WireEvent read = WireEvent.parse(event.getBytes(UTF_8));
            assertEquals(vector.text("wire_event/event_id"), read.id().toString());
            assertEquals(vector.text("wire_event/motebit_id"), read.motebitId());
            assertEquals(vector.number("wire_event/version_clock"), read.clock());
            assertEquals(data, read.sealed());
        }
    }

    private static Object vectors(String json) throws IOException {
        return Vectors.parse(json);
    }

    /** The nonce, the ciphertext and the tag. */
    private static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        byte[] rest = cipher.doFinal(plaintext);
        byte[] whole = Arrays.copyOf(nonce, nonce.length + rest.length);
        System.arraycopy(rest, 0, whole, nonce.length, rest.length);
        return whole;
    }

    @Test
    void encryptedEvent_withoutVersion_opens() throws IOException {
        EventSeal seal = new EventSeal(vectors.bytes("sync_key/key_hex"));
        byte[] plaintext = seal.open(vectors.text("legacy_event_without_version/wire_payload/_data"));
        assertEquals(
                vectors.at("legacy_event_without_version/decrypts_to").value(),
                Vectors.parse(new String(plaintext, UTF_8)));
    }

    @Test
    void encryptedEvent_anyByteFlipped_doesNotOpen() {
        EventSeal seal = new EventSeal(vectors.bytes("sync_key/key_hex"));
        byte[] data =
                vectors.text("encrypted_events/0/wire_event/payload/_data").getBytes(UTF_8);
        byte[] plaintext = vectors.text("encrypted_events/0/plaintext_json").getBytes(UTF_8);
        for (int i = 0; i < data.length; i++) {
            byte[] bent = data.clone();
            bent[i] ^= 1;
            byte[] opened = seal.open(new String(bent, UTF_8));
            boolean sameContent = opened != null && Arrays.equals(plaintext, opened);
            assertTrue(opened == null || sameContent, "byte " + i); // the version is not covered
        }
    }

    @Test
    void encryptedField_opensAndHasTheSameForm() throws GeneralSecurityException {
        String wire = vectors.text("encrypted_field/wire_value");
        assertEquals(vectors.text("encrypted_field/wire_value_utf8_hex"), HEX.formatHex(wire.getBytes(UTF_8)));
        assertTrue(wire.startsWith("\0ENC:"));
        byte[] key = vectors.bytes("encrypted_field/key_hex");
        String plaintext = vectors.text("encrypted_field/plaintext");
        assertEquals(plaintext, new String(new EventSeal(key).open(wire.substring(5)), UTF_8));
        byte[] sealed = encrypt(key, vectors.bytes("encrypted_field/nonce_hex"), plaintext.getBytes(UTF_8));
        assertEquals(wire, "\0ENC:" + EventSeal.text(sealed, 1).replace(",\"v\":1}", "}"));
    }

    @Test
    void keyTransfer_bothSides_deriveTheSame() throws GeneralSecurityException {
        Vectors transfer = vectors.at("key_transfer");
        byte[] sender = transfer.bytes("sender_x25519_private_hex");
        byte[] claimer = transfer.bytes("claimer_x25519_private_hex");
        assertEquals(transfer.text("sender_x25519_public_hex"), Hex.encode(X25519.publicFromPrivate(sender)));
        assertEquals(transfer.text("claimer_x25519_public_hex"), Hex.encode(X25519.publicFromPrivate(claimer)));
        byte[] shared = X25519.computeSharedSecret(sender, transfer.bytes("claimer_x25519_public_hex"));
        assertArrayEquals(shared, X25519.computeSharedSecret(claimer, transfer.bytes("sender_x25519_public_hex")));
        assertEquals(transfer.text("shared_secret_hex"), Hex.encode(shared));
        byte[] salt = MessageDigest.getInstance("SHA-256")
                .digest(transfer.text("pairing_code").toUpperCase(Locale.ROOT).getBytes(UTF_8));
        assertEquals(transfer.text("salt_hex"), Hex.encode(salt));
        byte[] key = Derived.key(shared, salt, transfer.text("hkdf/info_utf8"), new byte[0]);
        assertEquals(transfer.text("derived_key_hex"), Hex.encode(key));
        byte[] sealed = HEX.parseHex(transfer.text("payload/nonce")
                + transfer.text("payload/encrypted_seed")
                + transfer.text("payload/tag"));
        byte[] seed = new AesGcmJce(key).decrypt(sealed, new byte[0]);
        assertEquals(transfer.text("identity_seed_hex"), Hex.encode(seed));
        assertEquals(transfer.text("decrypted_seed_hex"), Hex.encode(seed));
        assertArrayEquals(sealed, encrypt(key, transfer.bytes("payload/nonce"), seed));
        assertEquals(
                transfer.text("payload/identity_pubkey_check"),
                Hex.encode(Ed25519Sign.KeyPair.newKeyPairFromSeed(seed).getPublicKey()));
        assertEquals(transfer.text("payload/x25519_pubkey"), transfer.text("sender_x25519_public_hex"));
    }

    @Test
    void motebitId_ofAKey_isTheSame() {
        assertEquals(
                vectors.text("sovereign_motebit_id/motebit_id"),
                Uuids.named(vectors.bytes("sovereign_motebit_id/public_key_hex")));
        assertEquals(
                vectors.text("sovereign_motebit_id/motebit_id"),
                MotebitIdentity.ofUnprotectedSeed(vectors.bytes("ed25519/seed_hex"))
                        .motebitId());
    }

    @Test
    void didKey_ofAKey_isTheSame() {
        byte[] key = vectors.bytes("ed25519/public_key_hex");
        byte[] tagged = HEX.parseHex("ed01" + Hex.encode(key));
        String alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
        StringBuilder base58 = new StringBuilder();
        BigInteger left = new BigInteger(1, tagged);
        while (left.signum() > 0) {
            BigInteger[] parts = left.divideAndRemainder(BigInteger.valueOf(58));
            base58.insert(0, alphabet.charAt(parts[1].intValue()));
            left = parts[0];
        }
        assertEquals(vectors.text("did_key"), "did:key:z" + base58);
    }

    @Test
    void open_whatIsNone_isNull() {
        EventSeal seal = new EventSeal(new byte[32]);
        for (String text : new String[] {"", "[]", "{}", "{\"c\":1}", "{\"c\":\"!\",\"n\":\"\",\"t\":\"\"}", "nul"}) {
            assertNull(seal.open(text));
        }
        assertFalse(seal.toString().contains("0000"));
    }
}
