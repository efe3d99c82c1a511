package dev.tidelock.sync.motebit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the answer of a pull apart as it arrives: the elements of the member {@code events}, one by one, as they were sent. It looks at brackets and strings only, so
 * that whatever one element is, the others are read; and it keeps no more than one element. An answer has no bound of its own: the relay knows no pages.
 */
final class EventSplitter {
    /** The longest event that is looked at: the longest envelope, base64 on base64, and a little. What is longer is passed over. */
    static final int EVENT_BYTES_MAX = 4 << 20;

    private static final int CHUNK_BYTES = 32 << 10;
    private static final int NAME_BYTES_MAX = 64;

    private final InputStream in;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int at;
    private int end;
    private State state = State.START;

    private enum State {
        START,
        IN_EVENTS,
        DONE
    }

    EventSplitter(InputStream in) {
        this.in = in;
    }

    /**
     * The next element.
     *
     * @return empty for one that is too long; null after the last one, when the answer has been read to its end
     * @throws WireFormatException if this is no JSON object, has no {@code events}, or ends too early
     */
    byte @Nullable [] next() throws IOException, WireFormatException {
        if (state == State.START) {
            expect('{');
            boolean found = findEvents();
            if (!found) {
                throw new WireFormatException("no array of events");
            }
            state = State.IN_EVENTS;
            if (peek() != ']') {
                return element();
            }
        } else if (state == State.IN_EVENTS && peek() == ',') {
            read();
            return element();
        }
        if (state == State.IN_EVENTS) {
            expect(']');
            finish();
            state = State.DONE;
        }
        return null;
    }

    /** Goes on to the first element of the events, if they are there. */
    private boolean findEvents() throws IOException, WireFormatException {
        while (peek() == '"') {
            ByteArrayOutputStream name = new ByteArrayOutputStream();
            value(name, NAME_BYTES_MAX);
            expect(':');
            if (name.toString("US-ASCII").equals("\"events\"")) {
                expect('[');
                return true;
            }
            value(null, 0);
            if (peek() != ',') {
                return false;
            }
            read();
        }
        return false;
    }

    /** Reads what follows the events. */
    private void finish() throws IOException, WireFormatException {
        while (peek() == ',') {
            read();
            value(null, 0);
            expect(':');
            value(null, 0);
        }
        expect('}');
        if (peekOrEnd() >= 0) {
            throw new WireFormatException("something follows the JSON object");
        }
    }

    private byte[] element() throws IOException, WireFormatException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
        return value(kept, EVENT_BYTES_MAX) ? kept.toByteArray() : new byte[0];
    }

    /**
     * Reads one value, whatever it is.
     *
     * @param kept gets its bytes, as long as they are no more than {@code bytesMax}; null to pass over it
     * @return whether it was not longer
     */
    private boolean value(@Nullable ByteArrayOutputStream kept, int bytesMax) throws IOException, WireFormatException {
        int depth = 0;
        long length = 0;
        boolean inString = false;
        boolean escaped = false;
        int next = peek();
        if (next == ',' || next == ':' || next == ']' || next == '}') {
            throw new WireFormatException("a value is missing");
        }
        while (true) {
            int c = inString ? peekInString() : peekOrEnd();
            boolean ends = !inString && depth == 0 && (c < 0 || c == ',' || c == ':' || c == ']' || c == '}');
            if (ends && length > 0) {
                return length <= bytesMax;
            }
            if (c < 0) {
                throw new WireFormatException("it ends within a value");
            }
            at++;
            length++;
            if (kept != null && length <= bytesMax) {
                kept.write(c);
            }
            if (escaped) {
                escaped = false;
            } else if (inString) {
                escaped = c == '\\';
                inString = c != '"';
            } else if (c == '"') {
                inString = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
    }

    private void expect(char wanted) throws IOException, WireFormatException {
        int found = read();
        if (found != wanted) {
            throw new WireFormatException("'" + wanted + "' is missing");
        }
    }

    private int read() throws IOException, WireFormatException {
        int c = peek();
        at++;
        return c;
    }

    /** The next byte that is no space. */
    private int peek() throws IOException, WireFormatException {
        int c = peekOrEnd();
        if (c < 0) {
            throw new WireFormatException("it ends too early");
        }
        return c;
    }

    /** The next byte that is no space; -1 at the end. */
    private int peekOrEnd() throws IOException {
        int c = peekInString();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            at++;
            c = peekInString();
        }
        return c;
    }

    private int peekInString() throws IOException {
        while (at == end) {
            int read = in.read(chunk);
            if (read < 0) {
                return -1;
            }
            at = 0;
            end = read;
        }
        return chunk[at] & 0xff;
    }
}
