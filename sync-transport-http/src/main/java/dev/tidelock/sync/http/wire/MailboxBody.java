package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonParser;
import dev.tidelock.sync.envelope.SpaceId;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body that opens a mailbox: {@code {"space":id,"expiresSeconds":n}}.
 *
 * @param space the space whose member opens it
 */
public record MailboxBody(SpaceId space, int expiresSeconds) {
    /** The longest such body that is read. */
    public static final int BYTES_MAX = 1024;

    public MailboxBody {
        Objects.requireNonNull(space, "space");
        if (expiresSeconds < WireLimits.MAILBOX_SECONDS_MIN || expiresSeconds > WireLimits.MAILBOX_SECONDS_MAX) {
            throw new IllegalArgumentException("a mailbox that expires after " + expiresSeconds + " s; "
                    + WireLimits.MAILBOX_SECONDS_MIN + " to " + WireLimits.MAILBOX_SECONDS_MAX + " are accepted");
        }
    }

    /** The body, in UTF-8. */
    public byte[] write() {
        return JsonBody.write(out -> {
            out.writeStringField("space", space.toString());
            out.writeNumberField("expiresSeconds", expiresSeconds);
        });
    }

    /**
     * Reads a body.
     *
     * @throws WireFormatException if it is not one, is longer than {@link #BYTES_MAX}, or the mailbox would expire too early or too late
     */
    public static MailboxBody read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, BYTES_MAX, members);
        return new MailboxBody(
                JsonBody.required(members.space, "space"), JsonBody.required(members.seconds, "expiresSeconds"));
    }

    private static final class Members implements JsonBody.MemberReader {
        private @Nullable SpaceId space;
        private @Nullable Integer seconds;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "space" -> space = WireText.space(JsonBody.text(value, name));
                case "expiresSeconds" ->
                    seconds = (int) JsonBody.number(
                            value, name, WireLimits.MAILBOX_SECONDS_MIN, WireLimits.MAILBOX_SECONDS_MAX);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }
}
