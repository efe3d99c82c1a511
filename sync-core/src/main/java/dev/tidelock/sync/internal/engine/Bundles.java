package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleReport;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.internal.bundle.BundleHeader;
import dev.tidelock.sync.internal.bundle.BundleHeader.Head;
import dev.tidelock.sync.internal.bundle.BundleReader;
import dev.tidelock.sync.internal.bundle.BundleWriter;
import dev.tidelock.sync.model.SyncLimits;
import dev.tidelock.sync.spi.runtime.SyncRuntime;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.store.EnvelopeChain;
import dev.tidelock.sync.spi.store.PlacedEnvelope;
import dev.tidelock.sync.spi.store.Store;
import dev.tidelock.sync.spi.store.StoreReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes what this device holds to a file, and takes what is in one that another device wrote. */
final class Bundles {
    private final Store store;
    private final Sealer sealer;
    private final SyncRuntime runtime;
    private final PeerDesk desk;
    private final Witness witness;
    private final Consumer<PullOutcome> afterCommit;

    /** @param desk takes what a bundle brings */
    Bundles(
            Store store,
            Sealer sealer,
            SyncRuntime runtime,
            PeerDesk desk,
            Witness witness,
            Consumer<PullOutcome> afterCommit) {
        this.store = store;
        this.sealer = sealer;
        this.runtime = runtime;
        this.desk = desk;
        this.witness = witness;
        this.afterCommit = afterCommit;
    }

    /** Writes all envelopes that are held when it begins, but for those that the writer of another bundle had. */
    BundleReport write(OutputStream out, @Nullable Path missingFrom) throws IOException, BundleException {
        Map<DeviceId, Head> theirs =
                missingFrom == null ? Map.of() : headerOf(missingFrom).heads();
        Map<DeviceId, Head> heads = store.read(Bundles::heads);
        Map<DeviceId, Long> known = store.read(reader -> had(reader, theirs));
        BundleWriter bundle = new BundleWriter(out, sealer, newId(), new BundleHeader(sealer.device(), heads));
        long place = 0;
        List<PlacedEnvelope> part = missing(known, place);
        while (!part.isEmpty()) {
            for (PlacedEnvelope one : part) {
                place = one.place();
                Envelope envelope = one.envelope();
                Head head = heads.get(envelope.header().device());
                if (head != null && envelope.header().lastCounter() <= head.counter()) {
                    bundle.add(envelope); // what came since is not what the bundle says that it has
                }
            }
            part = missing(known, place);
        }
        return new BundleReport(bundle.finish(), 0, 0);
    }

    private List<PlacedEnvelope> missing(Map<DeviceId, Long> known, long place) {
        return store.read(
                reader -> reader.missing(known, place, SyncLimits.PUSH_ENVELOPES_MAX, SyncLimits.SLICE_BYTES_MAX));
    }

    private static Map<DeviceId, Head> heads(StoreReader reader) {
        Map<DeviceId, Head> heads = new HashMap<>();
        for (EnvelopeChain chain : reader.chains()) {
            heads.put(chain.device(), new Head(chain.lastCounter(), chain.lastHash()));
        }
        return heads;
    }

    /** Up to where another device surely has what is here, of each author: nothing of one of whom it has another branch. */
    private static Map<DeviceId, Long> agreed(StoreReader reader, Map<DeviceId, Head> theirs) {
        Map<DeviceId, Long> agreed = new HashMap<>();
        theirs.forEach((author, head) -> {
            Envelope ours = reader.envelope(head.hash());
            if (ours != null
                    && ours.header().device().equals(author)
                    && ours.header().lastCounter() == head.counter()) {
                agreed.put(author, head.counter());
            }
        });
        return agreed;
    }

    /** The same, and it is believed of an author of whom it has more than is here: what it would be sent, it most likely has. */
    private static Map<DeviceId, Long> had(StoreReader reader, Map<DeviceId, Head> theirs) {
        Map<DeviceId, Long> had = agreed(reader, theirs);
        theirs.forEach((author, head) -> {
            if (head.counter() > Witness.held(reader, author)) {
                had.put(author, head.counter());
            }
        });
        return had;
    }

    private byte[] newId() {
        ByteBuffer id = ByteBuffer.allocate(16);
        while (id.hasRemaining()) {
            id.putInt((int) (long) (runtime.random() * (1L << 32)));
        }
        return id.array();
    }

    private BundleHeader headerOf(Path file) throws IOException, BundleException {
        try (InputStream in = open(file)) {
            return new BundleReader(in, sealer).header();
        }
    }

    private static InputStream open(Path file) throws IOException {
        return new BufferedInputStream(Files.newInputStream(file));
    }

    /** Takes what is in a bundle: in two passes, so that nothing is taken of one that is damaged anywhere. */
    BundleReport take(Path file) throws IOException, BundleException {
        try (InputStream in = open(file)) {
            BundleReader check = new BundleReader(in, sealer);
            while (!check.next().isEmpty()) {
                // every block is opened
            }
        }
        try (InputStream in = open(file)) {
            return take(new BundleReader(in, sealer));
        }
    }

    private BundleReport take(BundleReader bundle) throws IOException, BundleException {
        long added = 0;
        long refused = 0;
        for (List<Envelope> block = bundle.next(); !block.isEmpty(); block = bundle.next()) {
            PeerDesk.Taken taken = desk.take(block);
            added += taken.added();
            refused += taken.refusals().size();
        }
        if (!bundle.header().writer().equals(sealer.device())) {
            confirm(bundle.header().heads());
        }
        PullOutcome noted = new PullOutcome();
        store.write(tx -> {
            witness.review(tx, noted);
            return null;
        });
        afterCommit.accept(noted);
        return new BundleReport(bundle.envelopes(), added, refused);
    }

    /** What another device has is no longer only here: it is off the list that a space without a relay keeps. */
    private void confirm(Map<DeviceId, Head> theirs) {
        Map<DeviceId, Long> had = store.read(reader -> agreed(reader, theirs));
        Set<DeviceId> done = new HashSet<>();
        boolean more = true;
        while (more) {
            more = store.write(tx -> {
                List<Envelope> waiting = tx.outbox(
                        OfflineTransport.REMOTE, done, SyncLimits.PUSH_ENVELOPES_MAX, SyncLimits.PUSH_BYTES_MAX);
                Set<EnvelopeHash> confirmed = new HashSet<>();
                for (Envelope envelope : waiting) {
                    DeviceId author = envelope.header().device();
                    if (envelope.header().lastCounter() <= had.getOrDefault(author, 0L)) {
                        confirmed.add(envelope.hash());
                    } else {
                        done.add(author);
                    }
                }
                tx.removeFromOutbox(OfflineTransport.REMOTE, confirmed);
                return !waiting.isEmpty();
            });
        }
    }
}
