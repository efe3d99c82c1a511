package dev.tidelock.sync.http.wire;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body that names a device by its Ed25519 public key: {@code {"publicKey":base64url}}. */
public final class KeyBody {
    /** The longest such body that is read. */
    public static final int BYTES_MAX = 1024;

    private KeyBody() {}

    /** The body for an Ed25519 public key of 32 bytes, in UTF-8. */
    public static byte[] write(byte[] publicKey) {
        return JsonBody.write(out -> out.writeStringField("publicKey", WireText.base64Url(publicKey)));
    }

    /** Reads a body; the key is as long as a key should be. */
    public static byte[] read(byte[] body) throws WireFormatException {
        Members members = new Members();
        JsonBody.read(body, BYTES_MAX, members);
        return JsonBody.required(members.publicKey, "publicKey");
    }

    private static final class Members implements JsonBody.MemberReader {
        private byte @Nullable [] publicKey;

        @Override
        public boolean read(String name, JsonParser value) throws IOException, WireFormatException {
            if (!name.equals("publicKey")) {
                return false;
            }
            publicKey = WireText.publicKey(JsonBody.text(value, name));
            return true;
        }
    }
}
