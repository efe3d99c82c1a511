package dev.tidelock.sync.internal.live;

import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.live.CollectionListener;
import dev.tidelock.sync.live.RecordChange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A listener to a whole collection: of each record it keeps the id and eight bytes of a hash, not the value. */
final class CollectionLook extends ChangeLook<Long> {
    private final CollectionListener listener;
    private final MessageDigest digest;

    CollectionLook(Observed observed, CollectionListener listener) {
        super(observed);
        this.listener = listener;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** What is there now is nothing new. */
    void begin() {
        Map<String, Long> all = observed.read(reader -> readAll(reader, observed.visibility(reader)));
        all.forEach(told::set);
        told.accepted();
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public void failed(Exception failure) {
        listener.onError(failure);
    }

    @Override
    Long entry(String id, JsonValue value) {
        return ByteBuffer.wrap(digest.digest(value.toJson().getBytes(StandardCharsets.UTF_8)))
                .getLong();
    }

    @Override
    @Nullable
    JsonValue valueOf(Long entry) {
        return null;
    }

    @Override
    boolean mustReadAll(Map<String, Seen<Long>> some) {
        return false;
    }

    @Override
    void replaced(Map<String, Long> all) {}

    @Override
    void changed(Map<String, Seen<Long>> some) {}

    @Override
    void tell(Map<String, Seen<Long>> seen, BooleanSupplier isOpen) {
        List<RecordChange> changes = new ArrayList<>();
        for (String id : told.untold()) {
            if (!Objects.equals(told.before(id), told.now(id))) {
                changes.add(Objects.requireNonNull(seen.get(id), "all untold are read")
                        .change(id));
            }
        }
        if (!changes.isEmpty() && isOpen.getAsBoolean()) {
            listener.onChanges(Collections.unmodifiableList(changes));
        }
        told.accepted();
    }
}
