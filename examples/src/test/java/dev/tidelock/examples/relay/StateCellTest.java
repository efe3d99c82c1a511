package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.examples.demo.StateCellsGuide;
import dev.tidelock.sync.cell.StateCell;
import dev.tidelock.sync.cell.StateCells;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Small last values at the relay, over real sockets. */
class StateCellTest {
    private static final String MARK = "plaintext-marker-4711";

    @TempDir
    private Path folder;

    private TestSpace space;
    private StateCells writer;
    private StateCells reader;

    @BeforeEach
    void start() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")), 2);
        writer = cells(0);
        reader = cells(1);
    }

    @AfterEach
    void stop() throws Exception {
        space.close();
    }

    private StateCells cells(int device) {
        return new StateCells(space.connect(device).cells(), space.keys(device).sealer(), System::currentTimeMillis);
    }

    private static Kind kind(TransportException failed) {
        return failed.kind();
    }

    @Test
    void get_onAnotherDevice_givesWhatWasWrittenLast() throws Exception {
        assertEquals(Optional.empty(), reader.get("timer"));
        writer.put("timer", JsonValue.parse("{\"running\":true}"));
        StateCell last = writer.put("timer", JsonValue.parse("{\"running\":false}"));
        writer.put("other", JsonValue.of(1));
        assertEquals(last, reader.get("timer").orElseThrow());
        space.restart();
        assertEquals(last, cells(1).get("timer").orElseThrow());
    }

    @Test
    void guide_doesWhatItSays() throws Exception {
        List<StateCell> read = StateCellsGuide.run(space.connect(0), space.keys(0));
        assertSame(read.get(0), read.get(1));
    }

    @Test
    void refresh_isTheSame_untilSomebodyWrites() throws Exception {
        writer.put("timer", JsonValue.of(1));
        StateCell read = reader.get("timer").orElseThrow();
        assertSame(read, reader.refresh(read));
        writer.put("timer", JsonValue.of(2));
        assertEquals(JsonValue.of(2), reader.refresh(read).value());
    }

    @Test
    void replace_afterSomebodyElseWrote_isRejected() throws Exception {
        writer.put("timer", JsonValue.of(1));
        StateCell read = reader.get("timer").orElseThrow();
        StateCell replaced = writer.replace(writer.get("timer").orElseThrow(), JsonValue.of(2));
        assertEquals(
                Kind.REJECTED,
                kind(assertThrows(TransportException.class, () -> reader.replace(read, JsonValue.of(3)))));
        assertEquals(replaced, reader.get("timer").orElseThrow());
    }

    @Test
    void relay_seesNeitherKeyNorValue_andOnlyPaddedLengths() throws Exception {
        writer.put(MARK, JsonValue.of(MARK));
        byte[] id = space.keys(0).sealer().blindName("cell", MARK);
        Cells raw = space.connect(1).cells();
        byte[] content = raw.read(id, null).orElseThrow().content();
        assertTrue(content != null);
        int length = content.length;
        writer.put(MARK, JsonValue.of(MARK + "-and-some-more"));
        assertEquals(length, raw.read(id, null).orElseThrow().content().length);
        space.stop();
        for (Path file : Files.list(folder).toList()) {
            String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertFalse(bytes.contains(MARK), file.toString());
        }
    }

    @Test
    void contentThatNoDeviceSealed_orForAnotherKey_isNotTaken() throws Exception {
        writer.put("a", JsonValue.of(1));
        Cells raw = space.connect(0).cells();
        byte[] sealedForA = raw.read(space.keys(0).sealer().blindName("cell", "a"), null)
                .orElseThrow()
                .content();
        byte[] idOfB = space.keys(0).sealer().blindName("cell", "b");
        raw.write(idOfB, sealedForA, null);
        assertEquals(Kind.PROTOCOL, kind(assertThrows(TransportException.class, () -> reader.get("b"))));
        raw.write(idOfB, new byte[] {1, 2, 3}, null);
        assertEquals(Kind.PROTOCOL, kind(assertThrows(TransportException.class, () -> reader.get("b"))));
        byte[] notJson = space.keys(0).sealer().sealMessage(new byte[300], "cell:b".getBytes(StandardCharsets.UTF_8));
        raw.write(idOfB, notJson, null);
        assertEquals(Kind.PROTOCOL, kind(assertThrows(TransportException.class, () -> reader.get("b"))));
    }

    @Test
    void bounds_areNamed() throws Exception {
        String longKey = "k".repeat(StateCells.KEY_BYTES_MAX + 1);
        assertThrows(IllegalArgumentException.class, () -> writer.put("", JsonValue.NULL));
        assertThrows(IllegalArgumentException.class, () -> writer.put(longKey, JsonValue.NULL));
        JsonValue tooLong = JsonValue.of("x".repeat(StateCells.VALUE_BYTES_MAX));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> writer.put("a", tooLong))
                .getMessage()
                .contains("collection"));
        writer.put("a", JsonValue.of("x".repeat(StateCells.VALUE_BYTES_MAX - 2)));
        Cells raw = space.connect(0).cells();
        assertThrows(IllegalArgumentException.class, () -> raw.write(new byte[16], new byte[0], null));
        assertThrows(IllegalArgumentException.class, () -> raw.read(new byte[3], null));
        for (int i = 1; i < WireLimits.CELLS_MAX; i++) {
            byte[] id = new byte[16];
            id[0] = (byte) i;
            raw.write(id, new byte[] {1}, null);
        }
        assertEquals(
                Kind.REJECTED,
                kind(assertThrows(TransportException.class, () -> writer.put("one more", JsonValue.NULL))));
        writer.put("a", JsonValue.of("still taken"));
    }

    @Test
    void stranger_getsNothing() {
        StateCells stranger = cells(2);
        assertEquals(Kind.UNAUTHORIZED, kind(assertThrows(TransportException.class, () -> stranger.get("a"))));
        assertEquals(
                Kind.UNAUTHORIZED,
                kind(assertThrows(TransportException.class, () -> stranger.put("a", JsonValue.NULL))));
    }
}
