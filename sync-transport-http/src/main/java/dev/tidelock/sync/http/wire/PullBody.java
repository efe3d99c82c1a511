package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a pull: {@code {"after":{"log","position","prefix"},"bytesMax":n}} by cursor, or {@code
 * {"known":{device:counter},"from":position,"bytesMax":n}} by what is known.
 *
 * @param bytesMax how many bytes of entries the answer may hold
 */
public record PullBody(PullRequest request, int bytesMax) {
    public PullBody {
        Objects.requireNonNull(request, "request");
        if (bytesMax < WireLimits.PULL_BYTES_MIN || bytesMax > WireLimits.PULL_BYTES_MAX) {
            throw new IllegalArgumentException("bytesMax is " + bytesMax + "; it must be " + WireLimits.PULL_BYTES_MIN
                    + " to " + WireLimits.PULL_BYTES_MAX);
        }
        if (request.known().size() > WireLimits.DEVICES_MAX) {
            throw new IllegalArgumentException("a pull that names "
                    + request.known().size() + " devices; at most " + WireLimits.DEVICES_MAX + " are accepted");
        }
    }

    /** The body, in UTF-8. */
    public byte[] write() {
        return JsonBody.write(out -> {
            Cursor after = request.after();
            if (after != null) {
                writeAfter(after, out);
            } else {
                writeKnown(out);
            }
            out.writeNumberField("bytesMax", bytesMax);
        });
    }

    private static void writeAfter(Cursor after, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("after");
        out.writeStringField("log", after.log().value());
        out.writeNumberField("position", after.position());
        out.writeStringField("prefix", after.prefix().toString());
        out.writeEndObject();
    }

    private void writeKnown(JsonGenerator out) throws IOException {
        out.writeObjectFieldStart("known");
        for (Map.Entry<DeviceId, Long> entry : request.known().entrySet()) {
            out.writeNumberField(entry.getKey().toString(), entry.getValue());
        }
        out.writeEndObject();
        out.writeNumberField("from", request.fromPosition());
    }

    /**
     * Reads a body.
     *
     * @throws WireFormatException if it is not one, asks for too many or too few bytes, or names too many devices
     */
    public static PullBody read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, WireLimits.JSON_REQUEST_BYTES_MAX, members);
        return new PullBody(members.request(), members.bytesMax);
    }

    private static final class Members implements JsonBody.MemberReader {
        private @Nullable Cursor after;
        private @Nullable Map<DeviceId, Long> known;
        private @Nullable Long from;
        private int bytesMax = WireLimits.PULL_BYTES_DEFAULT;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "after" -> {
                    CursorMembers members = new CursorMembers();
                    JsonBody.object(value, members);
                    after = members.cursor();
                }
                case "known" -> known = readKnown(value);
                case "from" -> from = JsonBody.number(value, name, 0, Long.MAX_VALUE);
                case "bytesMax" ->
                    bytesMax = (int) JsonBody.number(value, name, WireLimits.PULL_BYTES_MIN, WireLimits.PULL_BYTES_MAX);
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static Map<DeviceId, Long> readKnown(JsonParser parser) throws IOException, WireFormatException {
            Map<DeviceId, Long> known = new HashMap<>();
            JsonBody.object(parser, (device, counter) -> {
                if (known.size() == WireLimits.DEVICES_MAX) {
                    throw new WireFormatException("'known' names more than " + WireLimits.DEVICES_MAX + " devices");
                }
                known.put(WireText.device(device), JsonBody.number(counter, "known", 0, EnvelopeHeader.COUNTER_MAX));
                return true;
            });
            return known;
        }

        PullRequest request() throws WireFormatException {
            Cursor cursor = after;
            if (cursor != null && known == null && from == null) {
                return PullRequest.after(cursor);
            }
            if (cursor == null) {
                return PullRequest.missing(JsonBody.required(known, "known"), JsonBody.required(from, "from"));
            }
            throw new WireFormatException("a pull is either by 'after' or by 'known' and 'from'");
        }
    }

    private static final class CursorMembers implements JsonBody.MemberReader {
        private @Nullable LogId log;
        private @Nullable Long position;
        private @Nullable EnvelopeHash prefix;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "log" -> log = ErrorAnswer.logId(JsonBody.text(value, name));
                case "position" -> position = JsonBody.number(value, name, 0, Long.MAX_VALUE);
                case "prefix" -> prefix = WireText.hash(JsonBody.text(value, name));
                default -> {
                    return false;
                }
            }
            return true;
        }

        Cursor cursor() throws WireFormatException {
            return new Cursor(
                    JsonBody.required(log, "log"),
                    JsonBody.required(position, "position"),
                    JsonBody.required(prefix, "prefix"));
        }
    }
}
