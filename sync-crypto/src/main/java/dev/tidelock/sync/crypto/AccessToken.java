package dev.tidelock.sync.crypto;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a device shows a relay: "I am this device, and ask about this space", signed, and good for a few minutes. It is {@code
 * base64url(claims) "." base64url(signature)}, 153 characters in all.
 *
 * <pre>
 * offset  size  claims (numbers are big endian)
 *      0     1  version, now 1; any other value is refused
 *      1    16  space id
 *     17    16  device id
 *     33     8  issued at, milliseconds since 1970
 *     41     8  expires at, milliseconds since 1970
 * </pre>
 *
 * <p>The signature is Ed25519 by the device over the ASCII text {@code tidelock-token-v1} and the claims. Parsing proves
 * nothing: only {@link #verify} says whether a token is genuine. Immutable.
 */
public final class AccessToken {
    /** How long a token that this library makes is good for. */
    public static final Duration LIFE = Duration.ofMinutes(5);

    /** The longest life that {@link #verify} accepts. */
    public static final Duration LIFE_MAX = Duration.ofMinutes(15);

    /** How far in the future {@link #verify} accepts that a token was issued. */
    public static final Duration CLOCK_AHEAD_MAX = Duration.ofSeconds(60);

    private static final byte VERSION = 1;
    private static final int CLAIMS_BYTES = 1 + SpaceId.BYTES + DeviceId.BYTES + 8 + 8;
    private static final int CLAIMS_CHARS = (CLAIMS_BYTES * 8 + 5) / 6;
    private static final byte[] PURPOSE = "tidelock-token-v1".getBytes(StandardCharsets.US_ASCII);

    /** What came of verifying a token. */
    public enum Outcome {
        /** It is the device's, and good now. */
        VALID,
        /** It is not a token of this version. */
        MALFORMED,
        /** It is the device's, but its time is over. A new one, by the verifier's clock, will do. */
        EXPIRED,
        /** It is not the device's, or claims a time that is not accepted. */
        INVALID
    }

    private final byte[] claims;
    private final byte[] signature;

    private AccessToken(byte[] claims, byte[] signature) {
        this.claims = claims;
        this.signature = signature;
    }

    /** Makes a token that is good for {@link #LIFE} from now on. */
    static String mint(SpaceId space, DeviceIdentity identity, long nowMillis) {
        return mint(space, identity, nowMillis, nowMillis + LIFE.toMillis());
    }

    static String mint(SpaceId space, DeviceIdentity identity, long issuedAtMillis, long expiresAtMillis) {
        byte[] claims = ByteBuffer.allocate(CLAIMS_BYTES)
                .put(VERSION)
                .put(space.toByteArray())
                .put(identity.device().toByteArray())
                .putLong(issuedAtMillis)
                .putLong(expiresAtMillis)
                .array();
        byte[] signature = identity.sign(Bytes.concat(PURPOSE, claims));
        return Bytes.toBase64Url(claims) + "." + Bytes.toBase64Url(signature);
    }

    /** Reads a token of any origin; empty if it is malformed. What it claims is not proved by that. */
    public static Optional<AccessToken> parse(String token) {
        if (token.length() <= CLAIMS_CHARS || token.charAt(CLAIMS_CHARS) != '.') {
            return Optional.empty();
        }
        try {
            byte[] claims = Bytes.fromBase64Url(token.substring(0, CLAIMS_CHARS), CLAIMS_BYTES, "the claims");
            byte[] signature = Bytes.fromBase64Url(
                    token.substring(CLAIMS_CHARS + 1), DeviceIdentity.SIGNATURE_BYTES, "the signature");
            return claims[0] == VERSION ? Optional.of(new AccessToken(claims, signature)) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Parses and verifies in one step; never throws for what the token holds. */
    public static Outcome verify(String token, byte[] publicKey, long nowMillis) {
        return parse(token).map(parsed -> parsed.verify(publicKey, nowMillis)).orElse(Outcome.MALFORMED);
    }

    /**
     * Whether this is a token of the device with that public key, good at this time. It says nothing about which space the
     * device may ask about: compare {@link #space()}.
     *
     * @param publicKey the key that is on record for {@link #device()}
     * @param nowMillis the verifier's clock
     * @return never {@link Outcome#MALFORMED}
     */
    public Outcome verify(byte[] publicKey, long nowMillis) {
        // The signature comes first, so that EXPIRED is only ever said of a token that its device made.
        if (publicKey.length != EnvelopeHeader.PUBLIC_KEY_BYTES
                || !EnvelopeHeader.deviceOf(publicKey).equals(device())
                || !DeviceIdentity.verify(publicKey, signature, Bytes.concat(PURPOSE, claims))) {
            return Outcome.INVALID;
        }
        long issued = issuedAtMillis();
        long expires = expiresAtMillis();
        if (issued < 0 || expires <= issued || expires - issued > LIFE_MAX.toMillis()) {
            return Outcome.INVALID;
        }
        if (issued - CLOCK_AHEAD_MAX.toMillis() > nowMillis) { // the other way round overflows
            return Outcome.INVALID;
        }
        return nowMillis < expires ? Outcome.VALID : Outcome.EXPIRED;
    }

    /** The space that the device asks about. */
    public SpaceId space() {
        return SpaceId.of(claims, 1);
    }

    /** The device that claims to have made this. */
    public DeviceId device() {
        return DeviceId.of(claims, 1 + SpaceId.BYTES);
    }

    /** When the device claims to have made this, in milliseconds since 1970, by its own clock. */
    public long issuedAtMillis() {
        return ByteBuffer.wrap(claims).getLong(CLAIMS_BYTES - 16);
    }

    /** From when on this is no longer good, in milliseconds since 1970, by the clock of the device that made it. */
    public long expiresAtMillis() {
        return ByteBuffer.wrap(claims).getLong(CLAIMS_BYTES - 8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AccessToken that
                && Arrays.equals(claims, that.claims)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(claims);
    }

    /** Without the signature: while it lives, a token lets whoever has it ask as the device. */
    @Override
    public String toString() {
        return "AccessToken[space " + space() + ", device " + device() + ", signature redacted]";
    }
}
