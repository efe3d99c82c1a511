package dev.tidelock.sync.cell;

import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One value per key of a space, that any of its devices writes and reads with one plain request: for a phone's widget, say, which has no time to sync. The last write wins, there is no history, and it works
 * only while the relay can be reached: what matters belongs in a collection.
 *
 * <p>Keys and values are sealed: the relay sees an id that it cannot guess, a padded size, and when it was written. It can keep a write back, or show an old one again; it cannot make one. Calls block; safe for
 * use by any number of threads.
 */
public final class StateCells {
    /** The longest key, in bytes of UTF-8. */
    public static final int KEY_BYTES_MAX = 256;

    /** The longest value, in bytes of canonical JSON. */
    public static final int VALUE_BYTES_MAX = 60 << 10;

    private static final String NAMES = "cell";

    /** Values are padded to multiples of this. */
    private static final int PAD_BYTES = 256;

    private final Cells cells;
    private final Sealer sealer;
    private final LongSupplier wallMillis;

    /**
     * The cells of a space at one relay.
     *
     * @param wallMillis this device's clock
     */
    public StateCells(Cells cells, Sealer sealer, LongSupplier wallMillis) {
        this.cells = Objects.requireNonNull(cells, "cells");
        this.sealer = Objects.requireNonNull(sealer, "sealer");
        this.wallMillis = Objects.requireNonNull(wallMillis, "wallMillis");
    }

    /**
     * Writes a value in the place of whatever is there.
     *
     * @throws IllegalArgumentException if the key or the value is too long
     */
    public StateCell put(String key, JsonValue value) throws TransportException {
        return write(key, value, null);
    }

    /**
     * Writes a value in the place of one that was read.
     *
     * @throws TransportException of kind {@code REJECTED} if somebody else has written since
     */
    public StateCell replace(StateCell read, JsonValue value) throws TransportException {
        return write(read.key(), value, read);
    }

    private StateCell write(String key, JsonValue value, @Nullable StateCell instead) throws TransportException {
        byte[] id = id(key);
        long now = wallMillis.getAsLong();
        byte[] json = JsonValue.object(Map.of("value", value, "writtenMillis", JsonValue.of(now)))
                .toJson()
                .getBytes(StandardCharsets.UTF_8);
        if (value.toJson().getBytes(StandardCharsets.UTF_8).length > VALUE_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a value of more than " + VALUE_BYTES_MAX + " bytes; keep what is long in a collection");
        }
        byte[] padded = Arrays.copyOf(json, (json.length + PAD_BYTES - 1) / PAD_BYTES * PAD_BYTES);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        String version =
                cells.write(id, sealer.sealMessage(padded, context(key)), instead == null ? null : instead.version());
        return new StateCell(key, value, now, version);
    }

    /** What was written last under a key; empty if nothing ever was. */
    public Optional<StateCell> get(String key) throws TransportException {
        Optional<Cells.Stored> stored = cells.read(id(key), null);
        return stored.isPresent() ? Optional.of(open(key, stored.get())) : Optional.empty();
    }

    /** What is there now under the key of a cell that was read before: the same one, without its content having travelled, if nobody has written since. */
    public StateCell refresh(StateCell known) throws TransportException {
        Optional<Cells.Stored> stored = cells.read(id(known.key()), known.version());
        boolean isNews = stored.isPresent() && stored.get().content() != null;
        return isNews ? open(known.key(), stored.get()) : known;
    }

    private StateCell open(String key, Cells.Stored stored) throws TransportException {
        byte[] sealed = stored.content();
        byte[] json = sealed == null ? null : sealer.openMessage(sealed, context(key));
        if (json == null) {
            throw new TransportException(
                    Kind.PROTOCOL, "what the relay has under this key was not sealed by a device of the space", null);
        }
        try {
            JsonObject content =
                    JsonValue.parse(new String(json, StandardCharsets.UTF_8)).asObject();
            JsonValue value = content == null ? null : content.get("value");
            JsonValue written = content == null ? null : content.get("writtenMillis");
            JsonNumber millis = written == null ? null : written.asNumber();
            if (value != null && millis != null && millis.isInteger()) {
                return new StateCell(key, value, millis.longValue(), stored.version());
            }
        } catch (IllegalArgumentException notJson) {
            // said below
        }
        throw new TransportException(Kind.PROTOCOL, "a newer version of the SDK wrote under this key", null);
    }

    private byte[] id(String key) {
        int length = key.getBytes(StandardCharsets.UTF_8).length;
        if (length < 1 || length > KEY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a key of " + length + " bytes; 1 to " + KEY_BYTES_MAX + " are accepted");
        }
        return sealer.blindName(NAMES, key);
    }

    private static byte[] context(String key) {
        return (NAMES + ":" + key).getBytes(StandardCharsets.UTF_8);
    }
}
