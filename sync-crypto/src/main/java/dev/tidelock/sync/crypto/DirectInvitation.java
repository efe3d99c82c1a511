package dev.tidelock.sync.crypto;

import dev.tidelock.sync.crypto.PairingException.Kind;
import dev.tidelock.sync.envelope.SpaceId;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets another device into a space by one URI that holds the space's keys themselves: {@code tidelock:direct?v=1&keys=BASE64URL&NAME=VALUE...}. For where no relay of this protocol carries a pairing: a space
 * without a relay, or one behind a relay that other people wrote. The other parameters say how the devices reach each other; what they mean is between the apps.
 *
 * <p>Whoever sees the URI can read everything in the space, for as long as its keys are in use, and nobody is asked: it is good any number of times, and does not expire. So show it as a QR code to the other device's
 * camera, or carry it by a channel that nobody else reads; {@link PairingInvitation} is the better way wherever it works. It never prints, and leaves only through {@link #exportUnprotectedUri()}. Immutable.
 *
 * <pre>
 * keys, before base64url
 * size  field
 *   16  space id
 *    4  current key epoch
 *       for each epoch, ascending:
 *    4  epoch
 *   32  content key
 * </pre>
 */
public final class DirectInvitation {
    /** The longest URI that is read. */
    public static final int CHARS_MAX = 16_384;

    /** How every such URI begins. */
    public static final String START = "tidelock:direct?";

    private static final String VERSION = "1";
    private static final int PARAMETERS_MAX = 16;
    private static final int VALUE_CHARS_MAX = 1024;
    private static final int EPOCH_BYTES = Integer.BYTES + KeyRing.KEY_BYTES;

    private final KeyRing ring;
    private final Map<String, String> parameters;

    private DirectInvitation(KeyRing ring, TreeMap<String, String> parameters) {
        this.ring = ring;
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    /**
     * @param ring the keys that the other device gets
     * @param parameters how it reaches this one; names of small letters, and texts
     * @throws IllegalArgumentException if a name is reserved or not of small letters, or a text is longer than 1024 characters, or there are more than 16
     */
    public static DirectInvitation of(KeyRing ring, Map<String, String> parameters) {
        TreeMap<String, String> copy = new TreeMap<>(parameters);
        if (copy.size() > PARAMETERS_MAX) {
            throw new IllegalArgumentException(
                    copy.size() + " parameters; at most " + PARAMETERS_MAX + " are accepted");
        }
        copy.forEach((name, value) -> {
            if (!isName(name) || value.length() > VALUE_CHARS_MAX) {
                throw new IllegalArgumentException(
                        "a parameter's name has 1 to 16 small letters and is not 'v' or 'keys', its text at most "
                                + VALUE_CHARS_MAX + " characters");
            }
        });
        return new DirectInvitation(ring, copy);
    }

    private static boolean isName(String name) {
        return name.matches("[a-z]{1,16}") && !name.equals("v") && !name.equals("keys");
    }

    /**
     * Reads what was scanned or pasted.
     *
     * @throws PairingException of kind {@code NOT_A_PAIRING_URI} or {@code UNSUPPORTED_VERSION}; the message says what is wrong, without a key
     */
    public static DirectInvitation parse(String text) throws PairingException {
        if (text.length() > CHARS_MAX) {
            throw notOne("it has " + text.length() + " characters; at most " + CHARS_MAX + " are accepted");
        }
        if (!text.startsWith(START)) {
            throw notOne("it must start with '" + START + "'");
        }
        TreeMap<String, String> found = parameters(text.substring(START.length()));
        String version = found.remove("v");
        if (version == null) {
            throw notOne("it lacks the parameter 'v'");
        } else if (!version.equals(VERSION)) {
            throw new PairingException(
                    Kind.UNSUPPORTED_VERSION,
                    "the URI has another version than " + VERSION + ", the one that this app reads: update the app",
                    null);
        }
        String keys = found.remove("keys");
        if (keys == null) {
            throw notOne("it lacks the parameter 'keys'");
        }
        try {
            return of(ring(keys), found);
        } catch (IllegalArgumentException refused) {
            throw notOne(String.valueOf(refused.getMessage()));
        }
    }

    private static TreeMap<String, String> parameters(String query) throws PairingException {
        TreeMap<String, String> found = new TreeMap<>();
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = parameter.substring(0, Math.max(0, equals));
            String value = PercentCoding.decode(parameter.substring(equals + 1));
            // Neither is repeated: in a mangled URI it may be a key.
            if (!name.matches("[a-z]{1,16}") || value == null) {
                throw notOne("its parameters have names of small letters, and percent-encoded values");
            }
            if (found.put(name, value) != null) {
                throw notOne("it has the parameter '" + name + "' twice");
            }
        }
        return found;
    }

    private static KeyRing ring(String keys) {
        ByteBuffer in = ByteBuffer.wrap(Bytes.fromBase64Url(keys, keys.length() * 6 / 8, "its keys"));
        int start = SpaceId.BYTES + Integer.BYTES;
        if (in.remaining() <= start || (in.remaining() - start) % EPOCH_BYTES != 0) {
            throw new IllegalArgumentException("its keys are cut off");
        }
        byte[] space = new byte[SpaceId.BYTES];
        in.get(space);
        int current = in.getInt();
        TreeMap<Integer, byte[]> epochs = new TreeMap<>();
        while (in.hasRemaining()) {
            byte[] key = new byte[KeyRing.KEY_BYTES];
            int epoch = in.getInt();
            in.get(key);
            if (epochs.put(epoch, key) != null) {
                throw new IllegalArgumentException("it has two keys for one epoch");
            }
        }
        try {
            return KeyRing.ofUnprotectedKeys(SpaceId.of(space), epochs, current);
        } finally {
            epochs.values().forEach(Bytes::wipe);
        }
    }

    private static PairingException notOne(String problem) {
        return new PairingException(
                Kind.NOT_A_PAIRING_URI, "this is not a URI to join by: " + problem + "; scan or copy it again", null);
    }

    /** The space that the other device becomes one of. */
    public SpaceId space() {
        return ring.space();
    }

    /** How the devices reach each other. */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** The space's keys in the hands of a new device. Keep them in a {@link KeyFile} at once: they are nowhere else. */
    public SpaceKeys join() {
        return SpaceKeys.of(ring, DeviceIdentity.generate());
    }

    /** The URI itself, with the keys in it: for the other device's eyes only. */
    public String exportUnprotectedUri() {
        ByteBuffer keys = ByteBuffer.allocate(
                SpaceId.BYTES + Integer.BYTES + ring.epochs().size() * EPOCH_BYTES);
        keys.put(ring.space().toByteArray()).putInt(ring.currentEpoch());
        for (int epoch : ring.epochs()) {
            byte[] key = ring.exportUnprotectedKey(epoch);
            keys.putInt(epoch).put(key);
            Bytes.wipe(key);
        }
        StringBuilder uri = new StringBuilder(START + "v=" + VERSION + "&keys=" + Bytes.toBase64Url(keys.array()));
        Bytes.wipe(keys.array());
        parameters.forEach(
                (name, value) -> uri.append('&').append(name).append('=').append(PercentCoding.encode(value)));
        return uri.toString();
    }

    @Override
    public String toString() {
        return "DirectInvitation[space " + space() + ", keys redacted]";
    }
}
