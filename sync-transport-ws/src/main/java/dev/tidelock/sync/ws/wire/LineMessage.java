package dev.tidelock.sync.ws.wire;

import dev.tidelock.sync.http.wire.WireFormatException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One message on the line, in either direction.
 *
 * <pre>
 * size  field (numbers are big endian)
 *    1  kind
 *    4  number of the request that it asks or answers, or of the live page; 0 where there is none
 *    n  body
 * </pre>
 */
public final class LineMessage {
    /** What stands before the body. */
    public static final int HEAD_BYTES = 1 + Integer.BYTES;

    private final Kind kind;
    private final int number;
    private final byte[] body;

    private LineMessage(Kind kind, int number, byte[] body) {
        this.kind = kind;
        this.number = number;
        this.body = body;
    }

    /** What a message is. */
    public enum Kind {
        /** From the client: a token. */
        AUTH(1),
        /** From the client: a {@code PushBody}. */
        PUSH(2),
        /** From the client: a {@code PullBody}. */
        PULL(3),
        /** From the client: the live page of this number was taken, and the next one may come. */
        TAKEN(4),
        /** From the relay: the token is good. */
        DONE(16),
        /** From the relay: a {@code PushAnswer}. */
        RECEIPT(17),
        /** From the relay: the page that a pull asked for. */
        PAGE(18),
        /** From the relay: a {@link LineError}. */
        ERROR(19),
        /** From the relay: a page that nobody asked for. */
        LIVE(20);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        private static Kind of(int code) throws WireFormatException {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            throw new WireFormatException("a message of kind " + code);
        }
    }

    /** @param body not copied */
    public static LineMessage of(Kind kind, int number, byte[] body) {
        return new LineMessage(kind, number, body);
    }

    /** Reads a message; what its body holds is for the caller to find out. */
    public static LineMessage read(byte[] message) throws WireFormatException {
        if (message.length < HEAD_BYTES) {
            throw new WireFormatException("a message of " + message.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(message);
        Kind kind = Kind.of(in.get() & 0xff);
        int number = in.getInt();
        return new LineMessage(kind, number, Arrays.copyOfRange(message, HEAD_BYTES, message.length));
    }

    /** The whole message. */
    public byte[] write() {
        return ByteBuffer.allocate(HEAD_BYTES + body.length)
                .put((byte) kind.code)
                .putInt(number)
                .put(body)
                .array();
    }

    /** What it is. */
    public Kind kind() {
        return kind;
    }

    /** Which request, or which live page; 0 where there is none. */
    public int number() {
        return number;
    }

    /** What it says; not to be changed. */
    public byte[] body() {
        return body;
    }
}
