package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonParser;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a space, in the order in which they were admitted: {@code
 * {"devices":[{"device","publicKey","addedAtMillis"}],"timeMillis":n}}.
 *
 * @param timeMillis the relay's time; 0 if it did not say
 */
public record DevicesAnswer(List<Device> devices, long timeMillis) {
    public DevicesAnswer {
        devices = List.copyOf(devices);
    }

    /** One member. */
    public static final class Device {
        private final DeviceId id;
        private final byte[] publicKey;
        private final long addedAtMillis;

        /** A member by its key, which gives the id. */
        public Device(byte[] publicKey, long addedAtMillis) {
            this.id = EnvelopeHeader.deviceOf(publicKey);
            this.publicKey = publicKey.clone();
            this.addedAtMillis = addedAtMillis;
        }

        /** The id, which the public key gives. */
        public DeviceId id() {
            return id;
        }

        /** The Ed25519 public key, 32 bytes. */
        public byte[] publicKey() {
            return publicKey.clone();
        }

        /** When it was admitted, by the relay's clock, in milliseconds since 1970. */
        public long addedAtMillis() {
            return addedAtMillis;
        }
    }

    /** The answer, in UTF-8. */
    public byte[] write() {
        return JsonBody.write(out -> {
            out.writeArrayFieldStart("devices");
            for (Device device : devices) {
                out.writeStartObject();
                out.writeStringField("device", device.id.toString());
                out.writeStringField("publicKey", WireText.base64Url(device.publicKey));
                out.writeNumberField("addedAtMillis", device.addedAtMillis);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberField("timeMillis", timeMillis);
        });
    }

    /** Reads the answer; a key that is not that of its device's id is refused. */
    public static DevicesAnswer read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, WireLimits.JSON_ANSWER_BYTES_MAX, members);
        return new DevicesAnswer(JsonBody.required(members.devices, "devices"), members.timeMillis);
    }

    private static final class Members implements JsonBody.MemberReader {
        private @Nullable List<Device> devices;
        private long timeMillis;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "devices" -> {
                    List<Device> found = new ArrayList<>();
                    JsonBody.array(value, name, WireLimits.DEVICES_MAX, device -> {
                        DeviceMembers members = new DeviceMembers();
                        JsonBody.object(device, members);
                        found.add(members.device());
                    });
                    devices = found;
                }
                case "timeMillis" -> timeMillis = JsonBody.millis(value, name);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private static final class DeviceMembers implements JsonBody.MemberReader {
        private @Nullable DeviceId id;
        private byte @Nullable [] publicKey;
        private @Nullable Long addedAtMillis;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "device" -> id = WireText.device(JsonBody.text(value, name));
                case "publicKey" -> publicKey = WireText.publicKey(JsonBody.text(value, name));
                case "addedAtMillis" -> addedAtMillis = JsonBody.millis(value, name);
                default -> {
                    return false;
                }
            }
            return true;
        }

        Device device() throws WireFormatException {
            Device device = new Device(
                    JsonBody.required(publicKey, "publicKey"), JsonBody.required(addedAtMillis, "addedAtMillis"));
            if (!device.id.equals(JsonBody.required(id, "device"))) {
                throw new WireFormatException("the public key of device " + id + " is not its own");
            }
            return device;
        }
    }
}
