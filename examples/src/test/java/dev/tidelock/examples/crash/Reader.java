package dev.tidelock.examples.crash;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.http.HttpLimits;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A device in a process of its own that fetches what others wrote. It says {@code ready}, begins when it is told to, and then says {@code page FROM TO} for
 * every page that arrives, and {@code done} at the end.
 */
final class Reader {
    private Reader() {}

    /** @param arguments the device's folder, the relay's address, and how many bytes a page holds */
    public static void main(String[] arguments) throws Exception {
        HttpLimits limits = HttpLimits.DEFAULTS.withPullBytesMax(Integer.parseInt(arguments[2]));
        Device device = Device.prepare(Path.of(arguments[0]), arguments[1], limits);
        Says.line("ready");
        if (System.in.read() < 0) {
            throw new IOException("nobody wants this process any more");
        }
        device.open(Telling::new);
        device.client().sync();
        Says.line("done");
        device.close();
    }

    private record Telling(Transport real) implements Transport {
        @Override
        public PullResult pull(PullRequest request) throws TransportException {
            PullResult result = real.pull(request);
            if (result instanceof PullResult.Page page && !page.entries().isEmpty()) {
                long from = request.after() == null
                        ? request.fromPosition()
                        : request.after().position();
                Says.line("page " + from + " " + page.next().position());
            }
            return result;
        }

        @Override
        public PushReceipt push(List<Envelope> envelopes) throws TransportException {
            return real.push(envelopes);
        }

        @Override
        public String remote() {
            return real.remote();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
