package dev.tidelock.sync.http.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PullResult.LogEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a relay or a client sends is read, or refused with a {@link WireFormatException}. What is read, written and read again is the same;
 * binary bodies have one form, JSON bodies may come in others.
 */
class WireCodecFuzzTest {
    private interface Reader<T> {
        T read(byte[] body) throws WireFormatException, IOException;
    }

    private interface Writer<T> {
        byte[] write(T value) throws IOException;
    }

    private static <T> void requireWritesBack(byte[] body, Reader<T> reader, Writer<T> writer) throws Exception {
        T value;
        try {
            value = reader.read(body);
        } catch (WireFormatException refused) {
            return;
        }
        byte[] written = writer.write(value);
        assertArrayEquals(written, writer.write(reader.read(written)));
    }

    @FuzzTest
    void devicesAnswer(byte[] body) throws Exception {
        requireWritesBack(body, DevicesAnswer::read, DevicesAnswer::write);
    }

    @FuzzTest
    void doneAnswer(byte[] body) throws Exception {
        requireWritesBack(body, DoneAnswer::read, DoneAnswer::write);
    }

    @FuzzTest
    void errorAnswer(byte[] body) throws Exception {
        requireWritesBack(body, ErrorAnswer::read, ErrorAnswer::write);
    }

    @FuzzTest
    void keyBody(byte[] body) throws Exception {
        requireWritesBack(body, KeyBody::read, KeyBody::write);
    }

    @FuzzTest
    void mailboxBody(byte[] body) throws Exception {
        requireWritesBack(body, MailboxBody::read, MailboxBody::write);
    }

    @FuzzTest
    void pullBody(byte[] body) throws Exception {
        requireWritesBack(body, PullBody::read, PullBody::write);
    }

    @FuzzTest
    void pushAnswer(byte[] body) throws Exception {
        requireWritesBack(body, PushAnswer::read, PushAnswer::write);
    }

    @FuzzTest
    void pushBody(byte[] body) {
        List<byte[]> envelopes;
        try {
            envelopes = PushBody.read(body);
        } catch (WireFormatException refused) {
            return;
        }
        ByteBuffer written = ByteBuffer.allocate(body.length);
        envelopes.forEach(envelope -> written.putInt(envelope.length).put(envelope));
        assertArrayEquals(body, written.array());
    }

    @FuzzTest
    void page(byte[] body) throws IOException {
        PullResult.Page page;
        try {
            page = PageReader.read(new ByteArrayInputStream(body), 1 << 20);
        } catch (WireFormatException refused) {
            return;
        }
        if ((body[1] & PageWriter.FLAG_HEADS) == 0) { // heads may come in any order
            assertArrayEquals(body, written(page));
        }
    }

    /** As {@link PageWriter} says, but from what was read. */
    private static byte[] written(PullResult.Page page) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] log = page.next().log().value().getBytes(StandardCharsets.US_ASCII);
        out.write(1);
        out.write(page.more() ? PageWriter.FLAG_MORE : 0);
        out.write(ByteBuffer.allocate(10)
                .putLong(page.remoteMillis())
                .putShort((short) log.length)
                .array());
        out.write(log);
        out.write(ByteBuffer.allocate(8).putLong(page.next().position()).array());
        out.write(page.next().prefix().toByteArray());
        out.write(ByteBuffer.allocate(4).putInt(page.entries().size()).array());
        for (LogEntry entry : page.entries()) {
            if (entry instanceof PullResult.Sent sent) {
                out.write(0);
                out.write(
                        ByteBuffer.allocate(4).putInt(sent.toByteArray().length).array());
                out.write(sent.toByteArray());
            } else if (entry instanceof PullResult.Own own) {
                out.write(1);
                out.write(own.hash().toByteArray());
            }
        }
        return out.toByteArray();
    }

    @FuzzTest
    void text(byte[] bytes) throws WireFormatException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            byte[] mailbox = WireText.mailbox(text);
            assertEquals(text, WireText.mailbox(mailbox));
        } catch (WireFormatException refused) {
            // Typed, as it should be.
        }
        try {
            byte[] key = WireText.publicKey(text);
            assertEquals(text, WireText.base64Url(key));
        } catch (WireFormatException refused) {
            // Typed, as it should be.
        }
    }
}
