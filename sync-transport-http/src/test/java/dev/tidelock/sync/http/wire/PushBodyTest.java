package dev.tidelock.sync.http.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.TestEnvelopes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PushBodyTest {
    private final TestEnvelopes device = new TestEnvelopes(1);

    @Test
    void body_roundTrips() throws Exception {
        List<Envelope> envelopes = device.next(3, 100);
        byte[] body = write(envelopes);
        assertEquals(PushBody.length(envelopes), body.length);
        List<byte[]> read = PushBody.read(body);
        assertEquals(3, read.size());
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(envelopes.get(i).toByteArray(), read.get(i));
        }
    }

    @Test
    void body_cutAnywhereButBetweenEnvelopes_isRefused() throws Exception {
        List<Envelope> envelopes = device.next(2, 40);
        byte[] body = write(envelopes);
        int between = PushBody.length(envelopes.subList(0, 1));
        for (int length = 0; length < body.length; length++) {
            if (length != between) {
                byte[] cut = Arrays.copyOf(body, length);
                assertThrows(WireFormatException.class, () -> PushBody.read(cut), "cut to " + length);
            }
        }
    }

    @Test
    void length_thatLies_isRefused() {
        for (int length : new int[] {0, -1, Integer.MIN_VALUE, 5, Integer.MAX_VALUE}) {
            byte[] body = ByteBuffer.allocate(8).putInt(length).putInt(7).array();
            assertThrows(WireFormatException.class, () -> PushBody.read(body), "length " + length);
        }
    }

    @Test
    void tooMuch_isRefusedOnBothSides() {
        byte[] tooMany = new byte[1001 * 5];
        for (int i = 0; i < 1001; i++) {
            tooMany[i * 5 + 3] = 1;
        }
        assertThrows(WireFormatException.class, () -> PushBody.read(tooMany));
        assertThrows(WireFormatException.class, () -> PushBody.read(new byte[WireLimits.PUSH_BYTES_MAX + 1]));
        assertThrows(IllegalArgumentException.class, () -> PushBody.length(List.of()));
        assertThrows(IllegalArgumentException.class, () -> PushBody.length(device.next(1001, 29)));
        assertThrows(IllegalArgumentException.class, () -> PushBody.length(device.next(5, 2_000_000)));
    }

    private static byte[] write(List<Envelope> envelopes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PushBody.write(envelopes, out);
        return out.toByteArray();
    }
}
