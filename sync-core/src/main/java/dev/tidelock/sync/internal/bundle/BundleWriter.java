package dev.tidelock.sync.internal.bundle;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.seal.Sealer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Writes a bundle, block by block. See {@link BundleFormat}. */
public final class BundleWriter {
    private final DataOutputStream out;
    private final Sealer sealer;
    private final byte[] id;
    private final ByteArrayOutputStream block = new ByteArrayOutputStream();
    private long blocks;
    private long envelopes;

    /** @param id 16 bytes that no other bundle has */
    public BundleWriter(OutputStream out, Sealer sealer, byte[] id, BundleHeader header) throws IOException {
        this.out = new DataOutputStream(out);
        this.sealer = sealer;
        this.id = id.clone();
        this.out.write(BundleFormat.MAGIC);
        this.out.writeByte(BundleFormat.VERSION);
        this.out.write(sealer.space().toByteArray());
        this.out.write(id);
        write(BundleFormat.FIRST, BundleFormat.first(header));
    }

    public void add(Envelope envelope) throws IOException {
        if (block.size() > 0 && block.size() + Integer.BYTES + envelope.length() > BundleFormat.BLOCK_BYTES) {
            writeBlock();
        }
        block.write(ByteBuffer.allocate(Integer.BYTES).putInt(envelope.length()).array());
        block.write(envelope.toByteArray());
        envelopes++;
    }

    private void writeBlock() throws IOException {
        write(BundleFormat.ENVELOPES, block.toByteArray());
        block.reset();
    }

    private void write(byte kind, byte[] content) throws IOException {
        byte[] sealed = sealer.sealMessage(content, BundleFormat.context(id, blocks++, kind));
        out.writeByte(kind);
        out.writeInt(sealed.length);
        out.write(sealed);
    }

    /**
     * Ends the bundle; the stream stays open.
     *
     * @return how many envelopes are in it
     */
    public long finish() throws IOException {
        if (block.size() > 0) {
            writeBlock();
        }
        write(
                BundleFormat.LAST,
                ByteBuffer.allocate(Long.BYTES).putLong(envelopes).array());
        out.flush();
        return envelopes;
    }
}
