package dev.tidelock.examples.crash;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** What a child process tells its parent: whole lines, each in one write, so that a kill never tears one. */
final class Says {
    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private Says() {}

    static synchronized void line(String text) {
        try {
            OUT.write((text + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException parentGone) {
            throw new UncheckedIOException(parentGone);
        }
    }
}
