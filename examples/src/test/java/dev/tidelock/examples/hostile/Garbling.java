package dev.tidelock.examples.hostile;

import dev.tidelock.sync.envelope.DeviceId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes, changed on their way. */
final class Garbling {
    private static final int ENDLESS_BYTES = 24 << 20;
    private static final Pattern TIME = Pattern.compile("\"timeMillis\":(\\d+)");

    private Garbling() {}

    /** Changes a copy of each entry that the reader has not written: of its own it only hears the name. */
    static void others(List<byte[]> shown, DeviceId reader, Consumer<byte[]> change) {
        shown.replaceAll(entry -> {
            byte[] sent = entry.clone();
            if (!ShownLog.isBy(entry, reader)) {
                change.accept(sent);
            }
            return sent;
        });
    }

    /** The last of the signature. */
    static void lastByte(byte[] envelope) {
        envelope[envelope.length - 1] ^= 1;
    }

    static void deviceId(byte[] envelope) {
        envelope[2] ^= 1;
    }

    static void version(byte[] envelope) {
        envelope[0] = 99;
    }

    static byte[] noise(int length) {
        byte[] noise = new byte[length];
        new Random(length).nextBytes(noise);
        return noise;
    }

    /** The answer, and then megabytes more than any answer may have. */
    static byte[] endless(byte[] answer) {
        byte[] endless = Arrays.copyOf(answer, ENDLESS_BYTES);
        Arrays.fill(endless, answer.length, endless.length, (byte) ' ');
        return endless;
    }

    static byte[] aYearAhead(String path, byte[] answer) {
        long millis = Duration.ofDays(365).toMillis();
        if (path.endsWith("/pull") && answer.length > 0 && answer[0] == 1) {
            byte[] page = answer.clone();
            ByteBuffer buffer = ByteBuffer.wrap(page);
            buffer.putLong(2, buffer.getLong(2) + millis);
            return page;
        }
        Matcher time = TIME.matcher(new String(answer, StandardCharsets.UTF_8));
        return time.replaceAll(found -> "\"timeMillis\":" + (Long.parseLong(found.group(1)) + millis))
                .getBytes(StandardCharsets.UTF_8);
    }
}
