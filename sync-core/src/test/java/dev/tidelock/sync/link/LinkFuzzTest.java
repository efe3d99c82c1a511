package dev.tidelock.sync.link;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;

/** Any bytes are a message between devices, or are refused; what is one is the same once written and read again. */
class LinkFuzzTest {
    @FuzzTest
    void push(byte[] bytes) {
        try {
            assertArrayEquals(bytes, LinkCodec.push(LinkCodec.readPush(bytes)));
        } catch (LinkFormatException refused) {
            // as it should be
        }
    }

    @FuzzTest
    void receipt(byte[] bytes) throws LinkFormatException {
        PushReceipt receipt;
        try {
            receipt = LinkCodec.readReceipt(bytes);
        } catch (LinkFormatException refused) {
            return;
        }
        assertEquals(
                receipt.accepted(),
                LinkCodec.readReceipt(LinkCodec.receipt(receipt)).accepted());
    }

    @FuzzTest
    void pull(byte[] bytes) throws LinkFormatException {
        LinkCodec.Pull pull;
        try {
            pull = LinkCodec.readPull(bytes);
        } catch (LinkFormatException refused) {
            return;
        }
        LinkCodec.Pull again = LinkCodec.readPull(LinkCodec.pull(pull.request(), pull.bytesMax()));
        assertEquals(pull.request().after(), again.request().after());
        assertEquals(pull.request().known(), again.request().known());
        assertEquals(pull.request().fromPosition(), again.request().fromPosition());
        assertEquals(pull.bytesMax(), again.bytesMax());
    }

    @FuzzTest
    void page(byte[] bytes) throws LinkFormatException {
        PullResult result;
        try {
            result = LinkCodec.readPage(bytes);
        } catch (LinkFormatException refused) {
            return;
        }
        PullResult again = LinkCodec.readPage(LinkCodec.page(result));
        if (result instanceof PullResult.Page page) {
            assertEquals(page.next(), ((PullResult.Page) again).next());
            assertEquals(page.heads(), ((PullResult.Page) again).heads());
            assertEquals(
                    page.entries().size(), ((PullResult.Page) again).entries().size());
        } else {
            assertEquals(result, again);
        }
    }

    @FuzzTest
    void frame(byte[] bytes) {
        LinkFrame header = LinkFrame.peek(bytes);
        if (header != null) {
            assertTrue(header.part() < header.parts());
            assertTrue(header.number() > 0);
        }
    }
}
