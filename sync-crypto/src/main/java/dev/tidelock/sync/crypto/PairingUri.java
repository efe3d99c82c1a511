package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.PairingException.Kind;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the inviting device shows and the joining device scans: {@code tidelock:pair?v=1&relay=URL&secret=BASE64URL}. The
 * parameters may come in any order; each is there exactly once, and there are no others. The relay's URL is percent-encoded.
 *
 * <p>Whoever sees the URI before the joining device has used it can join in its place, though not without being asked about at
 * the inviting one. Once the pairing is over it is good for nothing, except to tell the joining device's public key and label from
 * a record of the mailbox. So it never prints, and leaves only through {@link #exportUnprotectedUri()}. Immutable.
 */
public final class PairingUri {
    /** The length of the pairing secret, in bytes. */
    public static final int SECRET_BYTES = 32;

    /** The longest URI that is read. */
    public static final int CHARS_MAX = 4096;

    private static final String START = "tidelock:pair?";
    private static final String VERSION = "1";
    private static final int RELAY_CHARS_MAX = 1024;

    private final String relayUrl;
    private final byte[] secret;

    /** Takes the array over. */
    private PairingUri(String relayUrl, byte[] secret) {
        this.relayUrl = relayUrl;
        this.secret = secret;
    }

    /** @throws IllegalArgumentException if that is not a relay's URL */
    static PairingUri withFreshSecret(String relayUrl) {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return withUnprotectedSecret(relayUrl, secret);
    }

    static PairingUri withUnprotectedSecret(String relayUrl, byte[] secret) {
        String problem = problemWith(relayUrl);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return new PairingUri(relayUrl, secret.clone());
    }

    /**
     * Reads what was scanned or pasted.
     *
     * @throws PairingException of kind {@code NOT_A_PAIRING_URI} or {@code UNSUPPORTED_VERSION}; the message says what is wrong,
     *     without the secret
     */
    public static PairingUri parse(String text) throws PairingException {
        if (text.length() > CHARS_MAX) {
            throw notOne("it has " + text.length() + " characters; at most " + CHARS_MAX + " are accepted");
        }
        if (!text.startsWith(START)) {
            throw notOne("it must start with '" + START + "'");
        }
        Map<String, String> parameters = parameters(text.substring(START.length()));
        String version = required(parameters, "v");
        if (!version.equals(VERSION)) {
            throw new PairingException(
                    Kind.UNSUPPORTED_VERSION,
                    "the pairing URI has another version than " + VERSION
                            + ", the one that this app reads: update the app",
                    null);
        }
        String relayUrl = PercentCoding.decode(required(parameters, "relay"));
        String problem = relayUrl == null ? "its relay is not percent-encoded UTF-8" : problemWith(relayUrl);
        if (relayUrl == null || problem != null) {
            throw notOne(String.valueOf(problem));
        }
        try {
            byte[] secret = Bytes.fromBase64Url(required(parameters, "secret"), SECRET_BYTES, "its secret");
            return new PairingUri(relayUrl, secret);
        } catch (IllegalArgumentException notASecret) {
            throw notOne(String.valueOf(notASecret.getMessage()));
        }
    }

    private static Map<String, String> parameters(String query) throws PairingException {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = parameter.substring(0, Math.max(0, equals));
            if (!name.equals("v") && !name.equals("relay") && !name.equals("secret")) {
                // The name is not repeated: in a mangled URI it may be the secret.
                throw notOne("its parameters are 'v', 'relay' and 'secret', and it has another one");
            }
            if (parameters.put(name, parameter.substring(equals + 1)) != null) {
                throw notOne("it has the parameter '" + name + "' twice");
            }
        }
        return parameters;
    }

    private static String required(Map<String, String> parameters, String name) throws PairingException {
        String value = parameters.get(name);
        if (value == null) {
            throw notOne("it lacks the parameter '" + name + "'");
        }
        return value;
    }

    private static PairingException notOne(String problem) {
        return new PairingException(
                Kind.NOT_A_PAIRING_URI, "this is not a pairing URI: " + problem + "; scan or copy it again", null);
    }

    /** What is wrong with a relay's URL; null if nothing is. */
    private static @Nullable String problemWith(String relayUrl) {
        if (relayUrl.length() > RELAY_CHARS_MAX) {
            return "the relay's URL has " + relayUrl.length() + " characters; at most " + RELAY_CHARS_MAX
                    + " are accepted";
        }
        URI uri;
        try {
            uri = new URI(relayUrl);
        } catch (URISyntaxException notAUri) {
            return "the relay's URL is not a URL";
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getHost() == null) {
            return "the relay's URL must be http:// or https:// with a host";
        }
        if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            return "the relay's URL must have no user, no query and no fragment";
        }
        return null;
    }

    /** Where the relay is that keeps the mailbox, and the space. */
    public String relayUrl() {
        return relayUrl;
    }

    /** The URI itself, with the secret in it: for the other device's eyes only. */
    public String exportUnprotectedUri() {
        return START + "v=" + VERSION + "&relay=" + PercentCoding.encode(relayUrl) + "&secret="
                + Bytes.toBase64Url(secret);
    }

    PairingKeys keys() {
        return new PairingKeys(secret);
    }

    /** Compares the secrets in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof PairingUri that
                && relayUrl.equals(that.relayUrl)
                && MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        return relayUrl.hashCode(); // of what is public: leaks nothing
    }

    @Override
    public String toString() {
        return "PairingUri[relay " + relayUrl + ", secret redacted]";
    }
}
