package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A sealer for tests: quick, from a seed, and without a crypto library. It hides what it seals from a search and rejects every changed byte, every
 * other space, author and key. INSECURE: whoever has this class can forge and read, so it must never meet anybody's data.
 *
 * <p>Deterministic: sealers made alike give the same envelopes for the same calls in the same order. No two calls of one sealer give the
 * same envelope.
 */
public final class TestSealer implements Sealer {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final long STEP = 0x9e3779b97f4a7c15L;

    private final SpaceId space;
    private final byte[] publicKey;
    private final DeviceId device;
    private final TreeMap<Integer, Long> keys;
    private final long deviceSeed;
    private final AtomicLong sealed = new AtomicLong();

    private TestSealer(SpaceId space, long deviceSeed, Map<Integer, Long> keys) {
        this.space = Objects.requireNonNull(space, "space");
        this.deviceSeed = deviceSeed;
        this.publicKey = publicKey(deviceSeed);
        this.device = EnvelopeHeader.deviceOf(publicKey);
        this.keys = new TreeMap<>(keys);
        if (keys.isEmpty() || this.keys.firstKey() < 1) {
            throw new IllegalArgumentException(
                    "key epochs " + keys.keySet() + "; at least one is needed, and they count from 1");
        }
    }

    /** A device of a space, in key epoch 1. Devices of one space read each other. */
    public static TestSealer of(SpaceId space, long deviceSeed) {
        return new TestSealer(space, deviceSeed, Map.of(1, 1L));
    }

    /** This device with other keys: a key (any number) per epoch. It seals under the last one. */
    public TestSealer withKeys(Map<Integer, Long> keysByEpoch) {
        return new TestSealer(space, deviceSeed, keysByEpoch);
    }

    /** What takes the place of the device's Ed25519 public key. */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    private static byte[] publicKey(long deviceSeed) {
        SeededRandom random = new SeededRandom(deviceSeed);
        ByteBuffer key = ByteBuffer.allocate(EnvelopeHeader.PUBLIC_KEY_BYTES);
        while (key.hasRemaining()) {
            key.putLong(random.nextLong());
        }
        return key.array();
    }

    @Override
    public SpaceId space() {
        return space;
    }

    @Override
    public DeviceId device() {
        return device;
    }

    @Override
    public Envelope seal(long firstCounter, int eventCount, EnvelopeHash previous, byte[] plaintext) {
        int epoch = keys.lastKey();
        long key = keys.lastEntry().getValue();
        EnvelopeHeader header = EnvelopeHeader.of(device, firstCounter, eventCount, epoch, previous, publicKey);
        byte[] start = header.toByteArray();
        byte[] body = new byte[NONCE_BYTES + plaintext.length + TAG_BYTES];
        ByteBuffer out = ByteBuffer.wrap(body);
        long nonce = SeededRandom.mix(deviceSeed + STEP * sealed.incrementAndGet());
        out.putLong(nonce).putInt((int) (nonce >>> 7));
        System.arraycopy(plaintext, 0, body, NONCE_BYTES, plaintext.length);
        applyKeyStream(key, body);
        int tagAt = NONCE_BYTES + plaintext.length;
        putHash(out, tagAt, TAG_BYTES, hash(hash(key, start), body, tagAt));
        byte[] signature = new byte[Envelope.SIGNATURE_BYTES];
        putHash(ByteBuffer.wrap(signature), 0, signature.length, hash(signedHash(publicKey, start), body, body.length));
        return Envelope.of(header, body, signature);
    }

    @Override
    public OpenResult open(Envelope envelope, byte[] authorKey) {
        byte[] start = envelope.header().toByteArray();
        byte[] body = envelope.body();
        if (!isSigned(envelope, authorKey, start, body)) {
            return new OpenResult.Rejected(OpenResult.Reason.BAD_SIGNATURE);
        }
        Long key = keys.get(envelope.header().keyEpoch());
        if (key == null) {
            return new OpenResult.Rejected(OpenResult.Reason.UNKNOWN_EPOCH);
        }
        int tagAt = body.length - TAG_BYTES;
        byte[] tag = new byte[TAG_BYTES];
        putHash(ByteBuffer.wrap(tag), 0, TAG_BYTES, hash(hash(key, start), body, tagAt));
        for (int i = 0; i < TAG_BYTES; i++) {
            if (tag[i] != body[tagAt + i]) {
                return new OpenResult.Rejected(OpenResult.Reason.BAD_SEAL);
            }
        }
        applyKeyStream(key, body);
        return new OpenResult.Opened(Arrays.copyOfRange(body, NONCE_BYTES, tagAt));
    }

    @Override
    public byte[] sealMessage(byte[] message, byte[] context) {
        byte[] body = new byte[NONCE_BYTES + message.length + TAG_BYTES];
        long nonce = SeededRandom.mix(deviceSeed + STEP * sealed.incrementAndGet());
        ByteBuffer.wrap(body).putLong(nonce).putInt(keys.lastKey());
        System.arraycopy(message, 0, body, NONCE_BYTES, message.length);
        long key = keys.lastEntry().getValue();
        applyKeyStream(key, body);
        int tagAt = NONCE_BYTES + message.length;
        putHash(ByteBuffer.wrap(body), tagAt, TAG_BYTES, hash(messageHash(key, context), body, tagAt));
        return body;
    }

    @Override
    public byte @Nullable [] openMessage(byte[] message, byte[] context) {
        int tagAt = message.length - TAG_BYTES;
        if (tagAt < NONCE_BYTES) {
            return null;
        }
        Long key = keys.get(ByteBuffer.wrap(message).getInt(Long.BYTES));
        if (key == null) {
            return null;
        }
        byte[] body = message.clone();
        byte[] tag = new byte[TAG_BYTES];
        putHash(ByteBuffer.wrap(tag), 0, TAG_BYTES, hash(messageHash(key, context), body, tagAt));
        if (!Arrays.equals(tag, Arrays.copyOfRange(body, tagAt, body.length))) {
            return null;
        }
        applyKeyStream(key, body);
        return Arrays.copyOfRange(body, NONCE_BYTES, tagAt);
    }

    @Override
    public byte[] blindName(String kind, String name) {
        byte[] named = (kind + "\0" + name).getBytes(StandardCharsets.UTF_8);
        byte[] id = new byte[BLIND_NAME_BYTES];
        putHash(
                ByteBuffer.wrap(id),
                0,
                BLIND_NAME_BYTES,
                messageHash(keys.firstEntry().getValue(), named));
        return id;
    }

    private long messageHash(long key, byte[] context) {
        return hash(hash(hash(3, context), space.toByteArray()), new byte[0]) ^ SeededRandom.mix(key);
    }

    /** Whether an envelope carries the signature of the device with this public key; what a relay can check. */
    public boolean isSigned(Envelope envelope, byte[] authorKey) {
        return isSigned(envelope, authorKey, envelope.header().toByteArray(), envelope.body());
    }

    private boolean isSigned(Envelope envelope, byte[] authorKey, byte[] header, byte[] body) {
        byte[] expected = new byte[Envelope.SIGNATURE_BYTES];
        putHash(ByteBuffer.wrap(expected), 0, expected.length, hash(signedHash(authorKey, header), body, body.length));
        return authorKey.length == EnvelopeHeader.PUBLIC_KEY_BYTES && Arrays.equals(expected, envelope.signature());
    }

    private long signedHash(byte[] authorKey, byte[] header) {
        return hash(hash(hash(2, authorKey), space.toByteArray()), header);
    }

    private static long hash(long seed, byte[] bytes) {
        return hash(seed, bytes, bytes.length);
    }

    /** Each step is one to one in the state and in the bytes, so one changed word always changes the result. */
    private static long hash(long seed, byte[] bytes, int length) {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
        long state = seed + length * STEP;
        while (in.remaining() >= Long.BYTES) {
            state = Long.rotateLeft((state ^ in.getLong()) * STEP, 29);
        }
        long rest = 0;
        while (in.hasRemaining()) {
            rest = rest << 8 | (in.get() & 0xff);
        }
        return SeededRandom.mix(Long.rotateLeft((state ^ rest) * STEP, 29));
    }

    private static void putHash(ByteBuffer out, int offset, int length, long hash) {
        long state = hash;
        for (int at = offset; at < offset + length; at += Long.BYTES) {
            state = SeededRandom.mix(state + STEP);
            out.putLong(at, state);
        }
    }

    private static void applyKeyStream(long key, byte[] body) {
        ByteBuffer buffer = ByteBuffer.wrap(body);
        long state = SeededRandom.mix(buffer.getLong(0) ^ SeededRandom.mix(key));
        int end = body.length - TAG_BYTES;
        int at = NONCE_BYTES;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            state += STEP;
            buffer.putLong(at, buffer.getLong(at) ^ SeededRandom.mix(state));
        }
        long last = SeededRandom.mix(state + STEP);
        for (; at < end; at++) {
            body[at] ^= (byte) last;
            last >>>= 8;
        }
    }
}
