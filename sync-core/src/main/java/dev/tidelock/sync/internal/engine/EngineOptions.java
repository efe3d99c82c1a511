package dev.tidelock.sync.internal.engine;

import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.internal.relation.Relations;
import dev.tidelock.sync.spi.transport.PeerTransport;
import dev.tidelock.sync.strategy.Strategies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an app chooses.
 *
 * @param interval from one sync to the next
 * @param debounce from a local change to the sync that sends it
 * @param liveDebounce the same while the transport is live
 * @param deletesMin how many deletes of one device in one sync are asked about, if they are also
 * @param deletesPercentMin that part of the records
 * @param renewIdentity whether the store of another device of the space may be taken over
 * @param collectionVersions what the app writes of each collection, where that is not version 1
 * @param conflictRetention how long an entry of the conflict log shows; null for as long as it is open
 * @param gate holds back what other devices wrote; null to hold back nothing
 * @param relations which records go with which others
 * @param links other devices, beside the main remote
 */
public record EngineOptions(
        Strategies strategies,
        Duration interval,
        Duration debounce,
        Duration liveDebounce,
        int deletesMin,
        int deletesPercentMin,
        boolean renewIdentity,
        Map<String, Integer> collectionVersions,
        @Nullable Duration conflictRetention,
        @Nullable ApplyGate gate,
        Relations relations,
        List<PeerTransport> links) {}
