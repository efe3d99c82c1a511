package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.link.LinkTransport;
import dev.tidelock.sync.monolith.MonolithLink;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.PeerLog;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The link to the other device over a monolith relay, opened when it is first needed: most commands read or write locally. Of several processes on one HOME one has it at a time, as the relay lets the last one that comes take the
 * place of the others.
 */
final class LazyLink implements PeerTransport {
    private static final String LOCK = "link.lock";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration QUIET_WITHIN = Duration.ofSeconds(30);

    private final Path home;
    private final String url;
    private final SpaceKeys keys;
    private final SyncRuntime runtime;

    // Guarded by this.
    private PeerLog served;
    private LinkTransport line;
    private FileChannel lock;
    private boolean closed;
    private long askedNanos;

    LazyLink(Path home, String url, SpaceKeys keys, SyncRuntime runtime) {
        this.home = home;
        this.url = url;
        this.keys = keys;
        this.runtime = runtime;
        this.askedNanos = runtime.monotonicNanos();
    }

    /** The session in which the space's devices meet: its id follows from the space's first key, so whoever has the keys knows it, and nobody else. */
    static String session(SpaceKeys keys) {
        byte[] key = keys.ring().exportUnprotectedKey(keys.ring().epochs().first());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            ByteBuffer id =
                    ByteBuffer.wrap(mac.doFinal("tidelock-monolith-session-v1".getBytes(StandardCharsets.US_ASCII)));
            long high = (id.getLong() & 0xffffffffffff0fffL) | 0x4000L;
            long low = (id.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
            return new UUID(high, low).toString();
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError("every platform has HMAC-SHA-256", impossible);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public synchronized void serve(PeerLog log) {
        served = new PeerLog() {
            @Override
            public PushReceipt push(List<Envelope> envelopes) {
                asked();
                return log.push(envelopes);
            }

            @Override
            public PullResult pull(PullRequest request, int bytesMax) {
                asked();
                return log.pull(request, bytesMax);
            }
        };
    }

    private synchronized void asked() {
        askedNanos = runtime.monotonicNanos();
    }

    /** Answers the other device until it has asked nothing for a while, or has gone: what it has begun shall come to its end. */
    void awaitQuiet() throws InterruptedException {
        long begin = runtime.monotonicNanos();
        long quietNanos;
        do {
            synchronized (this) {
                long now = runtime.monotonicNanos();
                quietNanos = QUIET.toNanos() - (now - Math.max(begin, askedNanos));
                if (!isLive() || quietNanos <= 0 || now - begin > QUIET_WITHIN.toNanos()) {
                    return;
                }
            }
        } while (!runtime.await(new CompletableFuture<>(), Duration.ofNanos(quietNanos)));
    }

    private LinkTransport line() throws TransportException {
        return line(PATIENCE);
    }

    /** @param patience how long a sync waits for the other device; of the first call counts */
    private synchronized LinkTransport line(Duration patience) throws TransportException {
        if (closed) {
            throw new TransportException(TransportException.Kind.OFFLINE, "this link was closed", null);
        }
        if (line == null) {
            takeLock();
            MonolithLink link = MonolithLink.builder(
                            url, session(keys), keys.device().toString(), runtime)
                    .build();
            line = LinkTransport.builder(link, keys.sealer(), runtime)
                    .patience(patience)
                    .build();
            line.serve(served);
        }
        return line;
    }

    private void takeLock() throws TransportException {
        try {
            FileChannel channel =
                    FileChannel.open(home.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw taken(null);
            }
            lock = channel;
        } catch (OverlappingFileLockException inThisProcess) {
            throw taken(inThisProcess);
        } catch (IOException failed) {
            throw new TransportException(
                    TransportException.Kind.OFFLINE, "the link's lock cannot be taken: " + failed.getMessage(), failed);
        }
    }

    private static TransportException taken(Exception cause) {
        return new TransportException(
                TransportException.Kind.OFFLINE,
                "another process has this device's link, and syncs by it (tidelock run, say)",
                cause);
    }

    static String remote(SpaceKeys keys) {
        return MonolithLink.nameOf(session(keys));
    }

    @Override
    public String remote() {
        return remote(keys);
    }

    @Override
    public boolean isOrdered() {
        return false;
    }

    @Override
    public PushReceipt push(List<Envelope> envelopes) throws TransportException {
        return line().push(envelopes);
    }

    @Override
    public PullResult pull(PullRequest request) throws TransportException {
        return line().pull(request);
    }

    @Override
    public void listen(LiveListener listener) {
        try {
            line(Duration.ZERO).listen(listener);
        } catch (TransportException notNow) {
            // Each sync tries again, and says why not.
        }
    }

    @Override
    public boolean isLive() {
        LinkTransport opened;
        synchronized (this) {
            opened = line;
        }
        return opened != null && opened.isLive();
    }

    @Override
    public void close() {
        LinkTransport opened;
        FileChannel held;
        synchronized (this) {
            closed = true;
            opened = line;
            held = lock;
        }
        if (opened != null) {
            opened.close();
        }
        if (held != null) {
            try {
                held.close();
            } catch (IOException goneAnyway) {
                // The process ends soon, and the lock with it.
            }
        }
    }
}
