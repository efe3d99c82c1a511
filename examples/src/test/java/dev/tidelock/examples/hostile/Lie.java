package dev.tidelock.examples.hostile;

import dev.tidelock.examples.hostile.LyingProxy.View;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.status.BlockedBy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a hostile relay can do. Each lie is as good as a relay can make it: log id, cursors, prefix hashes and heads agree with it.
 *
 * <p>The columns: the incident by which a device that was lied to names it, if there is one for it; and what the status says of it, if it stops the sync.
 */
enum Lie {
    DROPS_WHAT_ONE_DEVICE_WRITES(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            DeviceId silenced = world.device(1).id();
            show(
                    world,
                    (shown, reader, known) ->
                            shown.subList(known, shown.size()).removeIf(entry -> ShownLog.isBy(entry, silenced)));
        }
    },
    DROPS_ONE_ENVELOPE(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(world, (shown, reader, known) -> {
                if (shown.size() > known && !ShownLog.isBy(shown.get(known), reader)) {
                    shown.remove(known);
                }
            });
        }
    },
    WITHHOLDS_THE_NEWEST(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) -> shown.subList(Math.max(known, shown.size() - 2), shown.size())
                            .clear());
        }
    },
    SWALLOWS_EVERYTHING_NEW(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) -> shown.subList(known, shown.size()).clear());
        }
    },
    FORKS(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) ->
                            shown.subList(known, shown.size()).removeIf(entry -> !ShownLog.isBy(entry, reader)));
        }
    },
    SHOWS_EACH_DEVICE_ANOTHER_PAST(null, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(world, (shown, reader, known) -> Collections.rotate(shown, reader.toByteArray()[0] % 2 == 0 ? 1 : 2));
        }
    },
    REPEATS_EVERYTHING(Incident.Kind.REPEATED, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(world, (shown, reader, known) -> {
                for (int i = shown.size() - 1; i >= known; i--) {
                    shown.add(i, shown.get(i));
                }
            });
        }
    },
    REPLAYS_AN_OLD_ENVELOPE(Incident.Kind.REPEATED, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(world, (shown, reader, known) -> shown.add(shown.get(0)));
        }
    },
    REORDERS_WITHIN_A_DEVICE(Incident.Kind.ROLLED_BACK, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(world, (shown, reader, known) -> Collections.reverse(shown.subList(known, shown.size())));
        }
    },
    REORDERS_ACROSS_DEVICES(null, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) -> shown.subList(known, shown.size())
                            .sort((a, b) -> author(b).compareTo(author(a))));
        }

        private String author(byte[] entry) {
            return ShownLog.header(entry).orElseThrow().device().toString();
        }
    },
    LOSES_THE_END(Incident.Kind.ROLLED_BACK, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            world.operate(file -> file.cutOff(2));
        }
    },
    ROLLS_BACK(Incident.Kind.ROLLED_BACK, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            world.operate(file -> file.copyTo(world.copy()));
            for (HostileDevice device : world.devices()) {
                device.write();
                device.trySync();
            }
            world.operate(file -> file.restore(world.copy()));
        }
    },
    EMPTIES_THE_LOG(Incident.Kind.ROLLED_BACK, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            world.operate(file -> file.cutOff(1_000_000));
        }
    },
    SWAPS_THE_LOG(Incident.Kind.LOG_REPLACED, BlockedBy.UNKNOWN_LOG) {
        @Override
        void begin(HostileWorld world) throws Exception {
            world.operate(RelayFile::beginAnew);
        }
    },
    FORGETS_THE_SPACE(null, BlockedBy.UNKNOWN_LOG) {
        @Override
        void begin(HostileWorld world) throws Exception {
            world.operate(RelayFile::delete);
        }
    },
    LIES_ABOUT_TIME(Incident.Kind.OWN_CLOCK, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) {
            world.proxy().tamper(Garbling::aYearAhead);
        }
    },
    GARBLES_BODIES(Incident.Kind.GARBLED, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) ->
                            Garbling.others(shown.subList(known, shown.size()), reader, Garbling::lastByte));
        }
    },
    GARBLES_HEADERS(Incident.Kind.WITHHELD, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) ->
                            Garbling.others(shown.subList(known, shown.size()), reader, Garbling::deviceId));
        }
    },
    SENDS_WHAT_IS_NO_ENVELOPE(Incident.Kind.GARBLED, BlockedBy.NOTHING) {
        @Override
        void begin(HostileWorld world) throws Exception {
            show(
                    world,
                    (shown, reader, known) ->
                            Garbling.others(shown.subList(known, shown.size()), reader, Garbling::version));
        }
    },
    ANSWERS_NONSENSE(null, BlockedBy.PROTOCOL) {
        @Override
        void begin(HostileWorld world) {
            world.proxy().tamper((path, answer) -> Garbling.noise(answer.length));
        }
    },
    ANSWERS_TOO_MUCH(null, BlockedBy.PROTOCOL) {
        @Override
        void begin(HostileWorld world) {
            world.proxy().tamper((path, answer) -> Garbling.endless(answer));
        }
    };

    private static final int ALL = Integer.MAX_VALUE;

    private final Incident.Kind incident;
    private final BlockedBy blockedBy;

    /** How much of the true log is lied about; 0 if the lie is not one about what is in it. */
    private volatile int until;

    Lie(Incident.Kind incident, BlockedBy blockedBy) {
        this.incident = incident;
        this.blockedBy = blockedBy;
    }

    /** How a device that was lied to names it; null if its sync is stopped instead, or if it cannot do harm. */
    Incident.Kind incident() {
        return incident;
    }

    /** What the status of a device says that was lied to. */
    BlockedBy blockedBy() {
        return blockedBy;
    }

    /** Whether it leaves bytes in quarantine that no device has made, and that stand for nothing: the user discards them. */
    boolean leavesJunk() {
        return this == GARBLES_HEADERS || this == SENDS_WHAT_IS_NO_ENVELOPE;
    }

    abstract void begin(HostileWorld world) throws Exception;

    /**
     * What is new from now on is shown to all as it is; the lies about what was before stay.
     *
     * @return false if the lie is not one about what is in the log
     */
    boolean letNewThrough(HostileWorld world) throws Exception {
        if (until == ALL) {
            until = world.trueLogLength();
        }
        return until > 0;
    }

    /** The relay is honest from now on; what it has lost stays lost. */
    void end(HostileWorld world) {
        world.proxy().show(LyingProxy.TRUTH);
        world.proxy().tamper(LyingProxy.NONE);
    }

    /** Changes a copy of the true log into what is shown. */
    interface Change {
        /** @param known how many entries the devices have seen before the lies began */
        void of(List<byte[]> shown, DeviceId reader, int known);
    }

    void show(HostileWorld world, Change change) throws Exception {
        int known = world.device(0).logLength();
        until = ALL;
        View view = (trueLog, reader) -> {
            int end = Math.min(until, trueLog.size());
            List<byte[]> shown = new ArrayList<>(trueLog.subList(0, end));
            change.of(shown, reader, known);
            shown.addAll(trueLog.subList(end, trueLog.size()));
            return shown;
        };
        world.proxy().show(view);
    }
}
