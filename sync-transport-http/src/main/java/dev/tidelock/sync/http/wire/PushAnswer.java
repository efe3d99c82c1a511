package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The answer to a push: {@code {"accepted":[hash],"refused":[{"hash","reason","detail"}],"timeMillis":n}}. */
public final class PushAnswer {
    private PushAnswer() {}

    /** The answer that says what became of each envelope, in UTF-8. */
    public static byte[] write(PushReceipt receipt) {
        return JsonBody.write(out -> {
            out.writeArrayFieldStart("accepted");
            for (EnvelopeHash hash : receipt.accepted()) {
                out.writeString(hash.toString());
            }
            out.writeEndArray();
            out.writeArrayFieldStart("refused");
            for (Refusal refusal : receipt.refusals()) {
                writeRefusal(refusal, out);
            }
            out.writeEndArray();
            out.writeNumberField("timeMillis", receipt.remoteMillis());
        });
    }

    private static void writeRefusal(Refusal refusal, JsonGenerator out) throws IOException {
        out.writeStartObject();
        out.writeStringField("hash", refusal.hash().toString());
        out.writeStringField("reason", name(refusal.reason()));
        if (refusal.detail() != null) {
            out.writeStringField("detail", JsonBody.cut(refusal.detail()));
        }
        out.writeEndObject();
    }

    /**
     * Reads an answer. Which envelopes it speaks of is for the caller to compare.
     *
     * @throws WireFormatException if it is not one
     */
    public static PushReceipt read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, WireLimits.JSON_ANSWER_BYTES_MAX, members);
        return new PushReceipt(
                JsonBody.required(members.accepted, "accepted"),
                JsonBody.required(members.refused, "refused"),
                members.timeMillis);
    }

    private static String name(RefusalReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static RefusalReason reason(String name) throws WireFormatException {
        for (RefusalReason reason : RefusalReason.values()) {
            if (name(reason).equals(name)) {
                return reason;
            }
        }
        throw new WireFormatException("an envelope is refused for a reason that this version does not know");
    }

    private static final class Members implements JsonBody.MemberReader {
        private @Nullable List<EnvelopeHash> accepted;
        private @Nullable List<Refusal> refused;
        private long timeMillis;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "accepted" -> {
                    List<EnvelopeHash> hashes = new ArrayList<>();
                    JsonBody.array(
                            value,
                            name,
                            WireLimits.PUSH_ENVELOPES_MAX,
                            hash -> hashes.add(WireText.hash(JsonBody.text(hash, "accepted"))));
                    accepted = hashes;
                }
                case "refused" -> {
                    List<Refusal> refusals = new ArrayList<>();
                    JsonBody.array(value, name, WireLimits.PUSH_ENVELOPES_MAX, refusal -> {
                        RefusalMembers members = new RefusalMembers();
                        JsonBody.object(refusal, members);
                        refusals.add(members.refusal());
                    });
                    refused = refusals;
                }
                case "timeMillis" -> timeMillis = JsonBody.millis(value, name);
                default -> {
                    return false;
                }
            }
            return true;
        }
    }

    private static final class RefusalMembers implements JsonBody.MemberReader {
        private @Nullable EnvelopeHash hash;
        private @Nullable RefusalReason reason;
        private @Nullable String detail;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            switch (name) {
                case "hash" -> hash = WireText.hash(JsonBody.text(value, name));
                case "reason" -> reason = reason(JsonBody.text(value, name));
                case "detail" -> detail = JsonBody.cut(JsonBody.text(value, name));
                default -> {
                    return false;
                }
            }
            return true;
        }

        Refusal refusal() throws WireFormatException {
            return new Refusal(JsonBody.required(hash, "hash"), JsonBody.required(reason, "reason"), detail);
        }
    }
}
