package dev.tidelock.sync.testkit;

import dev.tidelock.sync.SyncClientBuilder;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.gate.ApplyGate;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.spi.seal.OpenResult;
import dev.tidelock.sync.spi.seal.Sealer;
import dev.tidelock.sync.status.SyncListener;
import dev.tidelock.sync.status.SyncReport;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.strategy.Reducer;
import dev.tidelock.sync.strategy.Strategies;
import dev.tidelock.sync.strategy.Strategy;
import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an app hands to its client, and how that fails while the device is in trouble. */
final class TroubledApp {
    private static final List<String> OPS_THAT_FAIL = List.of("append", "max");

    private TroubledApp() {}

    /** What the app declares. Merges and reducers fail by what they are given. */
    static void register(SyncClientBuilder builder, Strategies strategies, Troubles troubles) {
        Workload.RELATIONS.forEach(builder::relation);
        if (strategies.strategy(Workload.TEXTS) instanceof Strategy.Merging merging) {
            Strategy.Merge merge = merging.merge();
            builder.strategy(
                    Workload.TEXTS, Strategy.merging(merging.name(), merging.version(), (base, local, remote) -> {
                        fail(troubles, remote.value());
                        return merge.merge(base, local, remote);
                    }));
        }
        builder.strategy(Workload.NOTES, strategies.strategy(Workload.NOTES));
        for (String op : OPS_THAT_FAIL) {
            Reducer reducer = Objects.requireNonNull(strategies.reducer(op));
            builder.reducer(op, strategies.reducerVersion(op), (current, argument) -> {
                fail(troubles, argument);
                return reducer.reduce(current, argument);
            });
        }
    }

    /** Holds back some transactions while the gate is shut. */
    static ApplyGate gate(Troubles troubles) {
        return incoming -> troubles.strikes(
                        Trouble.GATE_SHUT, incoming.millis() ^ incoming.device().hashCode())
                ? "the app waits for something"
                : null;
    }

    private static void fail(Troubles troubles, JsonValue input) {
        if (troubles.strikes(Trouble.MERGES_FAIL, input.toJson().hashCode())) {
            throw new IllegalStateException("the app's own code fails on this");
        }
    }

    /** Seals as another, and cannot open some envelopes of other devices while keys are missing. */
    static Sealer sealer(Sealer sealer, Troubles troubles) {
        return new Sealer() {
            @Override
            public SpaceId space() {
                return sealer.space();
            }

            @Override
            public DeviceId device() {
                return sealer.device();
            }

            @Override
            public Envelope seal(long firstCounter, int eventCount, EnvelopeHash previous, byte[] plaintext) {
                return sealer.seal(firstCounter, eventCount, previous, plaintext);
            }

            @Override
            public OpenResult open(Envelope envelope, byte[] authorKey) {
                OpenResult opened = sealer.open(envelope, authorKey);
                boolean lacksKey = opened instanceof OpenResult.Opened
                        && !envelope.header().device().equals(sealer.device())
                        && troubles.strikes(
                                Trouble.KEYS_MISSING, envelope.hash().toString().hashCode());
                return lacksKey ? new OpenResult.Rejected(OpenResult.Reason.UNKNOWN_EPOCH) : opened;
            }

            @Override
            public byte[] sealMessage(byte[] message, byte[] context) {
                return sealer.sealMessage(message, context);
            }

            @Override
            public byte[] blindName(String kind, String name) {
                return sealer.blindName(kind, name);
            }

            @Override
            public byte @Nullable [] openMessage(byte[] sealed, byte[] context) {
                return sealer.openMessage(sealed, context);
            }
        };
    }

    /** A listener that throws, whatever it is told. */
    static SyncListener listener(FaultDice dice) {
        return new SyncListener() {
            @Override
            public void onRecordsChanged(Set<RecordKey> keys) {
                fail();
            }

            @Override
            public void onStatusChanged(SyncStatus status) {
                fail();
            }

            @Override
            public void onSynced(SyncReport report) {
                fail();
            }

            private void fail() {
                if (dice.happens(Fault.LISTENER_THROWS)) {
                    throw new IllegalStateException("a listener of the app fails");
                }
            }
        };
    }
}
