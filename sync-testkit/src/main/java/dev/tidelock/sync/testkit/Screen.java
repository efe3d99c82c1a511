package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the user of a simulated app sees: read once at the start, and from then on only what listeners are told of. */
final class Screen implements SyncListener {
    private final SyncClient client;
    private final BooleanSupplier isOpen;
    private final Map<RecordKey, JsonValue> shown = new HashMap<>();
    private @Nullable SyncStatus status;

    /** @param isOpen whether the app still runs; a closed one looks at nothing */
    Screen(SyncClient client, List<RecordKey> keys, BooleanSupplier isOpen) {
        this.client = client;
        this.isOpen = isOpen;
        keys.forEach(this::show);
    }

    private void show(RecordKey key) {
        JsonValue value = client.collection(key.collection()).get(key.id()).orElse(null);
        if (value == null) {
            shown.remove(key);
        } else {
            shown.put(key, value);
        }
    }

    @Override
    public void onRecordsChanged(Set<RecordKey> keys) {
        if (isOpen.getAsBoolean()) {
            keys.forEach(this::show);
        }
    }

    @Override
    public void onStatusChanged(SyncStatus told) {
        status = told;
    }

    @Nullable
    JsonValue shown(RecordKey key) {
        return shown.get(key);
    }

    /** The status that was told last; null if none was. */
    @Nullable
    SyncStatus status() {
        return status;
    }
}
