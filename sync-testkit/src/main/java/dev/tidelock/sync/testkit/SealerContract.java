package dev.tidelock.sync.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeFormatException;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link Sealer} must hold. Extend it, and the tests come along. */
public abstract class SealerContract {
    private static final SpaceId SPACE = SpaceId.parse("000102030405060708090a0b0c0d0e0f");
    private static final SpaceId OTHER_SPACE = SpaceId.parse("100102030405060708090a0b0c0d0e0f");
    private static final EnvelopeHash PREVIOUS = EnvelopeHash.ofEnvelope(new byte[] {1, 2, 3});
    private static final byte[] PLAINTEXT =
            "a note that nobody but its owner may read, longer than one block".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CONTEXT = "what it is about".getBytes(StandardCharsets.UTF_8);
    private static final int NONCE_AND_TAG_BYTES = 12 + 16;

    /** A sealer, and the public key of its device. */
    public record Member(Sealer sealer, byte[] publicKey) {}

    /**
     * A device of a space. The same number is the same device, with the same signing key, in every space. All spaces have the same content keys as
     * well, so that only the binding to the space tells their envelopes apart.
     */
    protected abstract Member member(SpaceId space, int device);

    /** The same device, but for the epoch in which {@link #member} seals it has another content key. */
    protected abstract Member memberWithOtherKey(SpaceId space, int device);

    /** The same device, but without any content key for the epoch in which {@link #member} seals. */
    protected abstract Member memberWithoutEpoch(SpaceId space, int device);

    private Envelope first(Member author) {
        return author.sealer().seal(1, 3, EnvelopeHash.NONE, PLAINTEXT);
    }

    private Envelope later(Member author) {
        return author.sealer().seal(4, 2, PREVIOUS, PLAINTEXT);
    }

    private static byte[] opened(Member reader, Envelope envelope, byte[] authorKey) {
        return assertInstanceOf(OpenResult.Opened.class, reader.sealer().open(envelope, authorKey))
                .plaintext();
    }

    private static OpenResult.Reason rejected(Member reader, Envelope envelope, byte[] authorKey) {
        return assertInstanceOf(OpenResult.Rejected.class, reader.sealer().open(envelope, authorKey))
                .reason();
    }

    /** Whether changed bytes are refused: by their form, or else for their signature. */
    private static boolean isRefused(Member reader, byte[] bytes, byte[] authorKey) {
        Envelope envelope;
        try {
            envelope = Envelope.parse(bytes);
        } catch (EnvelopeFormatException refused) {
            return true;
        }
        OpenResult result = reader.sealer().open(envelope, authorKey);
        if (result instanceof OpenResult.Rejected rejected) {
            assertEquals(OpenResult.Reason.BAD_SIGNATURE, rejected.reason(), "the author signed something else");
            return true;
        }
        return false;
    }

    @Test
    void member_always_isOfItsSpaceAndKey() {
        Member author = member(SPACE, 0);
        assertEquals(SPACE, author.sealer().space());
        assertEquals(
                EnvelopeHeader.deviceOf(author.publicKey()), author.sealer().device());
        assertEquals(
                author.sealer().device(), member(SPACE, 0).sealer().device(), "the same number is the same device");
        assertNotEquals(author.sealer().device(), member(SPACE, 1).sealer().device());
    }

    @Test
    void seal_firstEnvelope_carriesTheAuthorsKey() {
        Member author = member(SPACE, 0);
        EnvelopeHeader header = first(author).header();
        assertEquals(author.sealer().device(), header.device());
        assertEquals(1, header.firstCounter());
        assertEquals(3, header.eventCount());
        assertEquals(EnvelopeHash.NONE, header.previous());
        assertArrayEquals(author.publicKey(), header.authorKey());
        assertTrue(header.keyEpoch() >= 1);
    }

    @Test
    void seal_laterEnvelope_namesThePreviousOneAndNoKey() {
        EnvelopeHeader header = later(member(SPACE, 0)).header();
        assertEquals(4, header.firstCounter());
        assertEquals(2, header.eventCount());
        assertEquals(PREVIOUS, header.previous());
        assertNull(header.authorKey());
    }

    @Test
    void open_byAnotherMember_givesThePlaintext() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        assertArrayEquals(PLAINTEXT, opened(reader, first(author), author.publicKey()));
        assertArrayEquals(PLAINTEXT, opened(reader, later(author), author.publicKey()));
        assertArrayEquals(PLAINTEXT, opened(author, later(author), author.publicKey()), "its own");
    }

    @Test
    void open_afterTheBytesTravelled_givesThePlaintext() {
        Member author = member(SPACE, 0);
        Envelope travelled = Envelope.parse(first(author).toByteArray());
        assertArrayEquals(PLAINTEXT, opened(member(SPACE, 1), travelled, author.publicKey()));
    }

    @Test
    void open_everySize_givesThePlaintext() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        for (int size : new int[] {1, 7, 8, 15, 16, 17, 255, 256, 4095, 65_536, 1_000_003}) {
            byte[] plaintext = new byte[size];
            for (int i = 0; i < size; i++) {
                plaintext[i] = (byte) (i * 31 + size);
            }
            Envelope envelope = author.sealer().seal(4, 1, PREVIOUS, plaintext);
            assertEquals(size + NONCE_AND_TAG_BYTES, envelope.body().length, "nothing but a nonce and a tag is added");
            assertArrayEquals(plaintext, opened(reader, envelope, author.publicKey()), size + " bytes");
        }
    }

    @Test
    void seal_samePlaintextTwice_givesDifferentEnvelopes() {
        Member author = member(SPACE, 0);
        assertFalse(Arrays.equals(later(author).body(), later(author).body()), "a nonce was used twice");
    }

    @Test
    void seal_always_hidesThePlaintext() {
        String bytes = text(later(member(SPACE, 0)).toByteArray());
        String plaintext = text(PLAINTEXT);
        int needle = 8;
        for (int i = 0; i + needle <= plaintext.length(); i++) {
            int at = bytes.indexOf(plaintext.substring(i, i + needle));
            assertEquals(-1, at, () -> needle + " bytes of the plaintext can be read at " + at);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void open_anyBitFlipped_isRejected() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        for (Envelope envelope : new Envelope[] {first(author), later(author)}) {
            byte[] bytes = envelope.toByteArray();
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] bent = bytes.clone();
                bent[bit / 8] ^= (byte) (1 << bit % 8);
                int at = bit / 8;
                assertTrue(
                        isRefused(reader, bent, author.publicKey()),
                        () -> "byte " + at + " was changed and nobody noticed");
            }
        }
    }

    @Test
    void open_anyTruncation_isRejected() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        byte[] bytes = first(author).toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            byte[] start = Arrays.copyOf(bytes, length);
            assertTrue(isRefused(reader, start, author.publicKey()), "cut to " + length + " bytes, and nobody noticed");
        }
    }

    @Test
    void open_anythingAppended_isRejected() {
        Member author = member(SPACE, 0);
        byte[] bytes = first(author).toByteArray();
        for (int more = 1; more <= 65; more++) {
            assertTrue(isRefused(member(SPACE, 1), Arrays.copyOf(bytes, bytes.length + more), author.publicKey()));
        }
    }

    @Test
    void open_ofAnotherSpace_isRejected() {
        Member author = member(OTHER_SPACE, 0);
        assertEquals(OpenResult.Reason.BAD_SIGNATURE, rejected(member(SPACE, 1), first(author), author.publicKey()));
    }

    @Test
    void open_underAnotherHeader_isRejected() {
        Member author = member(SPACE, 0);
        Envelope genuine = later(author);
        EnvelopeHeader header = genuine.header();
        EnvelopeHash otherPrevious = EnvelopeHash.ofEnvelope(new byte[] {9});
        EnvelopeHeader[] others = {
            EnvelopeHeader.of(header.device(), 5, 2, header.keyEpoch(), PREVIOUS, author.publicKey()),
            EnvelopeHeader.of(header.device(), 4, 3, header.keyEpoch(), PREVIOUS, author.publicKey()),
            EnvelopeHeader.of(header.device(), 4, 2, header.keyEpoch() + 1, PREVIOUS, author.publicKey()),
            EnvelopeHeader.of(header.device(), 4, 2, header.keyEpoch(), otherPrevious, author.publicKey()),
            EnvelopeHeader.of(member(SPACE, 2).sealer().device(), 4, 2, header.keyEpoch(), PREVIOUS, author.publicKey())
        };
        for (EnvelopeHeader other : others) {
            Envelope forged = Envelope.of(other, genuine.body(), genuine.signature());
            assertEquals(OpenResult.Reason.BAD_SIGNATURE, rejected(member(SPACE, 1), forged, author.publicKey()));
        }
    }

    @Test
    void open_bodyOfAnotherEnvelope_isRejected() {
        Member author = member(SPACE, 0);
        Envelope one = later(author);
        Envelope other = later(author);
        Envelope mixed = Envelope.of(one.header(), other.body(), one.signature());
        assertEquals(OpenResult.Reason.BAD_SIGNATURE, rejected(member(SPACE, 1), mixed, author.publicKey()));
    }

    @Test
    void open_withAnotherAuthorsKey_isRejected() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        Envelope envelope = later(author);
        byte[][] keys = {
            reader.publicKey(),
            new byte[0],
            new byte[31],
            new byte[32],
            new byte[33],
            Arrays.copyOf(author.publicKey(), 33)
        };
        for (byte[] key : keys) {
            assertEquals(
                    OpenResult.Reason.BAD_SIGNATURE, rejected(reader, envelope, key), key.length + " bytes of key");
        }
        byte[] ones = new byte[32];
        Arrays.fill(ones, (byte) 0xff);
        assertEquals(OpenResult.Reason.BAD_SIGNATURE, rejected(reader, envelope, ones));
    }

    @Test
    void open_withoutTheEpochsKey_saysSo() {
        Member author = member(SPACE, 0);
        Member reader = memberWithoutEpoch(SPACE, 1);
        assertEquals(OpenResult.Reason.UNKNOWN_EPOCH, rejected(reader, later(author), author.publicKey()));
        byte[] bent = later(author).toByteArray();
        bent[bent.length - 1] ^= 1;
        assertTrue(isRefused(reader, bent, author.publicKey()), "the signature comes first");
    }

    @Test
    void open_withAnotherKeyForTheEpoch_saysSo() {
        Member author = member(SPACE, 0);
        Member reader = memberWithOtherKey(SPACE, 1);
        assertEquals(OpenResult.Reason.BAD_SEAL, rejected(reader, later(author), author.publicKey()));
        assertEquals(
                OpenResult.Reason.BAD_SEAL,
                rejected(member(SPACE, 1), later(memberWithOtherKey(SPACE, 0)), author.publicKey()));
    }

    @Test
    void seal_always_leavesItsInputAlone() {
        byte[] plaintext = PLAINTEXT.clone();
        member(SPACE, 0).sealer().seal(4, 2, PREVIOUS, plaintext);
        assertArrayEquals(PLAINTEXT, plaintext);
    }

    @Test
    void open_mayBeRepeated() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        Envelope envelope = later(author);
        byte[] once = opened(reader, envelope, author.publicKey());
        Arrays.fill(once, (byte) 0);
        assertArrayEquals(PLAINTEXT, opened(reader, envelope, author.publicKey()));
    }

    @Test
    void sealAndOpen_byManyThreads_holds() {
        Member author = member(SPACE, 0);
        Member reader = member(SPACE, 1);
        IntStream.range(0, 200).parallel().forEach(i -> {
            byte[] plaintext = ("note " + i).getBytes(StandardCharsets.UTF_8);
            Envelope envelope = author.sealer().seal(i + 2, 1, PREVIOUS, plaintext);
            if (!Arrays.equals(plaintext, opened(reader, envelope, author.publicKey()))) {
                fail("note " + i + " came back changed");
            }
        });
    }

    @Test
    void openMessage_byAnotherMember_givesTheMessage() {
        Sealer author = member(SPACE, 0).sealer();
        Sealer reader = member(SPACE, 1).sealer();
        for (byte[] message : new byte[][] {{}, {7}, PLAINTEXT}) {
            byte[] sealed = author.sealMessage(message, CONTEXT);
            assertArrayEquals(message, reader.openMessage(sealed, CONTEXT));
            assertTrue(sealed.length - message.length <= Sealer.MESSAGE_OVERHEAD_MAX);
        }
        assertFalse(
                Arrays.equals(author.sealMessage(PLAINTEXT, CONTEXT), author.sealMessage(PLAINTEXT, CONTEXT)),
                "no two are the same");
    }

    @Test
    void blindName_isTheSameOnAllDevices_andAnotherForAnythingElse() {
        Sealer author = member(SPACE, 0).sealer();
        byte[] name = author.blindName("cell", "käse");
        assertEquals(Sealer.BLIND_NAME_BYTES, name.length);
        assertArrayEquals(name, member(SPACE, 1).sealer().blindName("cell", "käse"));
        assertFalse(Arrays.equals(name, author.blindName("cell", "kase")));
        assertFalse(Arrays.equals(name, author.blindName("other", "käse")));
        assertFalse(Arrays.equals(name, member(OTHER_SPACE, 0).sealer().blindName("cell", "käse")));
    }

    @Test
    void openMessage_anyByteChanged_isRefused() {
        Sealer author = member(SPACE, 0).sealer();
        byte[] sealed = author.sealMessage(PLAINTEXT, CONTEXT);
        for (int at = 0; at < sealed.length; at++) {
            byte[] changed = sealed.clone();
            changed[at] ^= 1;
            assertNull(author.openMessage(changed, CONTEXT), "byte " + at);
        }
        for (int length = 0; length < sealed.length; length++) {
            assertNull(author.openMessage(Arrays.copyOf(sealed, length), CONTEXT), "length " + length);
        }
    }

    @Test
    void openMessage_anotherContextSpaceOrKey_isRefused() {
        byte[] sealed = member(SPACE, 0).sealer().sealMessage(PLAINTEXT, CONTEXT);
        assertNull(member(SPACE, 1).sealer().openMessage(sealed, PLAINTEXT));
        assertNull(member(OTHER_SPACE, 1).sealer().openMessage(sealed, CONTEXT));
        assertNull(memberWithOtherKey(SPACE, 1).sealer().openMessage(sealed, CONTEXT));
        assertNull(memberWithoutEpoch(SPACE, 1).sealer().openMessage(sealed, CONTEXT));
    }
}
