package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a HOME knows besides its data and its keys: {@code settings.json}. Immutable; a change makes another one, which {@link #write} keeps.
 *
 * @param relay the relay's URL
 * @param way how the relay is reached
 * @param registered whether the relay is known to have the space
 * @param passphrase whether the keys are protected by a passphrase
 * @param label what its user calls this device
 * @param others what is known of the space's other devices
 */
public record HomeSettings(
        String relay,
        RelayWay way,
        boolean registered,
        boolean passphrase,
        String label,
        long addedAtMillis,
        Map<DeviceId, OtherDevice> others) {
    static final String FILE = "settings.json";

    private static final int VERSION = 1;
    private static final long BYTES_MAX = 4 << 20;

    /**
     * Another device of the space.
     *
     * @param label empty if it never told this one
     * @param addedAtMillis when it was let in; 0 if that is not known
     * @param publicKey its key in hexadecimal, if this device let it in; empty if not
     */
    public record OtherDevice(String label, long addedAtMillis, String publicKey) {
        public static final OtherDevice UNKNOWN = new OtherDevice("", 0, "");
    }

    public HomeSettings {
        others = Map.copyOf(others);
    }

    /** The settings of a new HOME. */
    static HomeSettings fresh(String relay, RelayWay way, boolean registered, boolean passphrase, String label) {
        return new HomeSettings(relay, way, registered, passphrase, label, System.currentTimeMillis(), Map.of());
    }

    HomeSettings withRegistered() {
        return new HomeSettings(relay, way, true, passphrase, label, addedAtMillis, others);
    }

    /** At another relay, which is known to have the space. */
    HomeSettings withRelay(String url) {
        return new HomeSettings(url, way, true, passphrase, label, addedAtMillis, others);
    }

    /** Also with what has been learned of another device; what was known before and is not said now stays. */
    HomeSettings withOther(DeviceId device, String otherLabel, long otherAddedAtMillis) {
        OtherDevice before = other(device);
        return with(
                device,
                new OtherDevice(
                        otherLabel.isEmpty() ? before.label : otherLabel,
                        otherAddedAtMillis == 0 ? before.addedAtMillis : otherAddedAtMillis,
                        before.publicKey));
    }

    /** Also with the key of a device that this one lets in. */
    HomeSettings withKey(byte[] publicKey) {
        DeviceId device = EnvelopeHeader.deviceOf(publicKey);
        OtherDevice before = other(device);
        return with(device, new OtherDevice(before.label, before.addedAtMillis, PublicKeys.text(publicKey)));
    }

    /** With a new identity, which the relay has let in; the former one is another device from now on. */
    HomeSettings renewed(byte[] formerKey) {
        OtherDevice former = new OtherDevice(label, addedAtMillis, PublicKeys.text(formerKey));
        HomeSettings more = with(EnvelopeHeader.deviceOf(formerKey), former);
        return new HomeSettings(relay, way, true, passphrase, label, System.currentTimeMillis(), more.others);
    }

    private OtherDevice other(DeviceId device) {
        return Optional.ofNullable(others.get(device)).orElse(OtherDevice.UNKNOWN);
    }

    private HomeSettings with(DeviceId device, OtherDevice other) {
        Map<DeviceId, OtherDevice> more = new LinkedHashMap<>(others);
        more.put(device, other);
        return new HomeSettings(relay, way, registered, passphrase, label, addedAtMillis, more);
    }

    static HomeSettings read(Path home) throws IOException {
        Path file = home.resolve(FILE);
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new IllegalArgumentException("it is longer than " + BYTES_MAX + " bytes");
            }
            JsonObject json = object(JsonValue.parse(Files.readAllBytes(file)));
            long version = number(json, "version");
            if (version != VERSION) {
                throw new IllegalArgumentException("it has version " + version + ", this program reads " + VERSION);
            }
            Map<DeviceId, OtherDevice> others = new LinkedHashMap<>();
            for (Map.Entry<String, JsonValue> other :
                    object(json.get("others")).members().entrySet()) {
                JsonObject known = object(other.getValue());
                others.put(
                        DeviceId.parse(other.getKey()),
                        new OtherDevice(
                                text(known, "label"),
                                number(known, "addedAtMillis"),
                                known.get("publicKey") == null ? "" : text(known, "publicKey")));
            }
            return new HomeSettings(
                    text(json, "relay"),
                    json.get("transport") == null ? RelayWay.HTTP : way(text(json, "transport")),
                    json.get("registered") == JsonValue.TRUE,
                    json.get("passphrase") == JsonValue.TRUE,
                    text(json, "label"),
                    number(json, "addedAtMillis"),
                    others);
        } catch (NoSuchFileException missing) {
            throw CliException.failed(home + " is not a device's folder: it has no " + FILE
                    + "; make one with 'tidelock init HOME --relay URL' or 'tidelock join HOME URI'");
        } catch (JsonFormatException damaged) {
            throw unreadable(file, damaged);
        } catch (IllegalArgumentException damaged) {
            throw unreadable(file, damaged);
        }
    }

    private static CliException unreadable(Path file, Exception why) {
        return CliException.failed(
                file + " cannot be read: " + why.getMessage()
                        + "; restore it from a copy, the data beside it is not touched",
                why);
    }

    private static JsonObject object(JsonValue value) {
        JsonObject object = value == null ? null : value.asObject();
        if (object == null) {
            throw new IllegalArgumentException("an object is missing");
        }
        return object;
    }

    private static RelayWay way(String word) {
        for (RelayWay way : RelayWay.values()) {
            if (way.word().equals(word)) {
                return way;
            }
        }
        throw new IllegalArgumentException("it has a transport that this program does not know");
    }

    private static String text(JsonObject json, String name) {
        JsonValue value = json.get(name);
        if (value == null || value.asString() == null) {
            throw new IllegalArgumentException("the text '" + name + "' is missing");
        }
        return value.asString();
    }

    private static long number(JsonObject json, String name) {
        JsonValue value = json.get(name);
        if (value == null || value.asNumber() == null || !value.asNumber().isInteger()) {
            throw new IllegalArgumentException("the number '" + name + "' is missing");
        }
        return value.asNumber().longValue();
    }

    /** Keeps these settings: as a whole or not at all. */
    void write(Path home) throws IOException {
        Map<String, JsonValue> known = new LinkedHashMap<>();
        others.forEach((device, other) -> known.put(
                device.toString(),
                Json.object(
                        "label", other.label,
                        "addedAtMillis", other.addedAtMillis,
                        "publicKey", other.publicKey)));
        JsonObject json = Json.object(
                "version", VERSION,
                "relay", relay,
                "transport", way.word(),
                "registered", registered,
                "passphrase", passphrase,
                "label", label,
                "addedAtMillis", addedAtMillis,
                "others", JsonValue.object(known));
        Path temporary = home.resolve(FILE + ".new");
        Files.write(temporary, json.toUtf8());
        try (FileChannel written = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(temporary, home.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
