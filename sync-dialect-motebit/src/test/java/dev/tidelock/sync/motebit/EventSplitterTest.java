package dev.tidelock.sync.motebit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventSplitterTest {
    private static List<String> split(String answer) throws IOException, WireFormatException {
        return split(new ByteArrayInputStream(answer.getBytes(UTF_8)));
    }

    private static List<String> split(InputStream in) throws IOException, WireFormatException {
        EventSplitter splitter = new EventSplitter(in);
        List<String> events = new ArrayList<>();
        for (byte[] next = splitter.next(); next != null; next = splitter.next()) {
            events.add(new String(next, UTF_8));
        }
        assertNull(splitter.next());
        return events;
    }

    @Test
    void next_anAnswer_givesTheElementsAsTheyAre() throws Exception {
        assertEquals(
                List.of("{\"a\":\"]}\\\"\",\"b\":[{},[1]]}", "null", "{}", "7", "\"x\""),
                split(
                        "{\"motebit_id\":\"m\",\"events\":[{\"a\":\"]}\\\"\",\"b\":[{},[1]]} , null,{},7,\"x\"],\"after_clock\":0}\n"));
        assertEquals(List.of(), split("{\"events\":[]}"));
        assertEquals(List.of("1"), split(" { \"x\" : {\"events\":[2]} , \"events\" : [ 1 ] , \"y\":\"]\"}"));
    }

    @Test
    void next_anElementThatIsTooLong_isPassedOver() throws Exception {
        String longest = "\"" + "x".repeat(EventSplitter.EVENT_BYTES_MAX - 2) + "\"";
        assertEquals(List.of("1", "", "2"), split("{\"events\":[1,\"x" + longest.substring(1) + ",2]}"));
        assertEquals(List.of("1", longest, "2"), split("{\"events\":[1," + longest + ",2]}"));
    }

    @Test
    void next_anythingElse_isRefused() throws Exception {
        String[] wrong = {
            "",
            "[]",
            "{}",
            "{\"events\":{}}",
            "{\"events\":[1",
            "{\"events\":[1,]}",
            "{\"events\":[1 2]]}",
            "{\"events\":[{]}",
            "{\"events\":[]",
            "{\"events\":[]} x",
            "{\"events\":[],}",
            "{\"other\":1}",
            "\"events\""
        };
        for (String answer : wrong) {
            assertThrows(WireFormatException.class, () -> split(answer), answer);
        }
    }

    @Test
    void next_cutAnywhere_isRefused() throws Exception {
        String whole = "{\"motebit_id\":\"m\",\"events\":[{\"a\":\"b\\\\\"},2],\"after_clock\":0}";
        assertEquals(2, split(whole).size());
        for (int i = 0; i < whole.length(); i++) {
            String part = whole.substring(0, i);
            assertThrows(WireFormatException.class, () -> split(part), part);
        }
    }

    @Test
    void next_bytesComeOneByOne_isTheSame() throws Exception {
        byte[] whole = "{\"events\":[{\"a\":\"é😀\"},2]}".getBytes(UTF_8);
        InputStream in = InputStream.nullInputStream();
        for (byte each : whole) {
            in = new SequenceInputStream(in, new ByteArrayInputStream(new byte[] {each}));
        }
        assertEquals(List.of("{\"a\":\"é😀\"}", "2"), split(in));
    }
}
