package dev.tidelock.sync.internal.bundle;

import dev.tidelock.sync.bundle.BundleException;
import dev.tidelock.sync.bundle.BundleException.Kind;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.Sealer;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a bundle, block by block, out of a hostile stream. See {@link BundleFormat}. */
public final class BundleReader {
    private final DataInputStream in;
    private final Sealer sealer;
    private final byte[] id;
    private final BundleHeader header;
    private long blocks;
    private long envelopes;
    private boolean ended;

    /** Reads as far as the first block. */
    public BundleReader(InputStream source, Sealer sealer) throws IOException, BundleException {
        this.in = new DataInputStream(source);
        this.sealer = sealer;
        if (!Arrays.equals(start(BundleFormat.MAGIC.length), BundleFormat.MAGIC)) {
            throw notOne();
        }
        int version = start(1)[0];
        if (version != BundleFormat.VERSION) {
            throw new BundleException(
                    Kind.UNSUPPORTED_VERSION,
                    "the bundle has version " + version + ", and this app reads version " + BundleFormat.VERSION
                            + ": update the app");
        }
        SpaceId space = SpaceId.of(start(SpaceId.BYTES));
        if (!space.equals(sealer.space())) {
            throw new BundleException(
                    Kind.OTHER_SPACE,
                    "the bundle is one of space " + space + ", and this device is of space " + sealer.space());
        }
        this.id = start(BundleFormat.ID_BYTES);
        this.header = header(ByteBuffer.wrap(block(BundleFormat.FIRST)));
    }

    private static BundleException notOne() {
        return new BundleException(Kind.NOT_A_BUNDLE, "this is not a bundle: it does not begin like one");
    }

    private static BundleException damaged(String how) {
        return new BundleException(
                Kind.DAMAGED, "the bundle is damaged: " + how + "; export it again, and copy all of it");
    }

    private byte[] start(int count) throws IOException, BundleException {
        byte[] bytes = new byte[count];
        try {
            in.readFully(bytes);
        } catch (EOFException endsEarly) {
            throw notOne();
        }
        return bytes;
    }

    /** Who wrote it, and what that device had. */
    public BundleHeader header() {
        return header;
    }

    /** How many envelopes were read so far. */
    public long envelopes() {
        return envelopes;
    }

    /** The envelopes of the next block, one at least; none once the bundle has ended as it should. */
    public List<Envelope> next() throws IOException, BundleException {
        if (ended) {
            return List.of();
        }
        byte kind = kind();
        byte[] content = content(kind);
        if (kind == BundleFormat.LAST) {
            requireEnd(content);
            ended = true;
            return List.of();
        }
        List<Envelope> block = envelopes(ByteBuffer.wrap(content));
        envelopes += block.size();
        return block;
    }

    private void requireEnd(byte[] last) throws IOException, BundleException {
        if (last.length != Long.BYTES || ByteBuffer.wrap(last).getLong() != envelopes) {
            throw damaged("it does not have as many envelopes as it says");
        }
        if (in.read() >= 0) {
            throw damaged("it goes on after its end");
        }
    }

    private byte[] block(byte kind) throws IOException, BundleException {
        if (kind() != kind) {
            throw damaged("a block is missing");
        }
        return content(kind);
    }

    private byte kind() throws IOException, BundleException {
        try {
            return in.readByte();
        } catch (EOFException endsEarly) {
            throw damaged("it ends too early");
        }
    }

    private byte[] content(byte kind) throws IOException, BundleException {
        byte[] sealed;
        try {
            int length = in.readInt();
            if (length < 1 || length > BundleFormat.BLOCK_BYTES_MAX + Sealer.MESSAGE_OVERHEAD_MAX) {
                throw damaged("a block has an impossible length");
            }
            sealed = new byte[length];
            in.readFully(sealed);
        } catch (EOFException endsEarly) {
            throw damaged("it ends too early");
        }
        byte[] content = sealer.openMessage(sealed, BundleFormat.context(id, blocks++, kind));
        if (content == null) {
            throw damaged("a block was changed, or is sealed with a key that this device does not have");
        }
        return content;
    }

    private static BundleHeader header(ByteBuffer first) throws BundleException {
        if (first.remaining() < DeviceId.BYTES + Integer.BYTES) {
            throw damaged("its first block is too short");
        }
        DeviceId writer = id(first);
        int count = first.getInt();
        if (count < 0 || first.remaining() != (long) count * BundleFormat.HEAD_BYTES) {
            throw damaged("its first block has an impossible length");
        }
        Map<DeviceId, BundleHeader.Head> heads = new HashMap<>();
        for (int left = count; left > 0; left--) {
            DeviceId device = id(first);
            long counter = first.getLong();
            byte[] hash = new byte[EnvelopeHash.BYTES];
            first.get(hash);
            heads.put(device, new BundleHeader.Head(counter, EnvelopeHash.of(hash)));
        }
        return new BundleHeader(writer, heads);
    }

    private static DeviceId id(ByteBuffer in) {
        byte[] id = new byte[DeviceId.BYTES];
        in.get(id);
        return DeviceId.of(id);
    }

    private static List<Envelope> envelopes(ByteBuffer block) throws BundleException {
        List<Envelope> envelopes = new ArrayList<>();
        do {
            int length = block.remaining() < Integer.BYTES ? -1 : block.getInt();
            if (length < 0 || length > block.remaining()) {
                throw damaged("a block ends within an envelope");
            }
            byte[] bytes = new byte[length];
            block.get(bytes);
            try {
                envelopes.add(Envelope.parse(bytes));
            } catch (EnvelopeFormatException malformed) {
                throw damaged("it has something that is no envelope: " + malformed.getMessage());
            }
        } while (block.hasRemaining());
        return envelopes;
    }
}
