package dev.tidelock.sync.sqlite;

import dev.tidelock.sync.model.Op;
import dev.tidelock.sync.spi.store.EventState;

/** The numbers that stand for enumerations in the tables. They never change. */
final class Codes {
    static final int APPLIED = 0;
    private static final int WAITING = 1;
    private static final int QUARANTINED = 2;
    static final int VOID = 3;
    private static final int VOID_UNREAD = 4;

    private static final int PUT = 0;
    private static final int PATCH = 1;
    private static final int DELETE = 2;
    private static final int NAMED = 3;

    private Codes() {}

    static int of(EventState state) {
        return switch (state) {
            case APPLIED -> APPLIED;
            case WAITING -> WAITING;
            case QUARANTINED -> QUARANTINED;
            case VOID -> VOID;
            case VOID_UNREAD -> VOID_UNREAD;
        };
    }

    static EventState state(long code) {
        return switch ((int) code) {
            case APPLIED -> EventState.APPLIED;
            case WAITING -> EventState.WAITING;
            case QUARANTINED -> EventState.QUARANTINED;
            case VOID -> EventState.VOID;
            case VOID_UNREAD -> EventState.VOID_UNREAD;
            default -> throw new IllegalArgumentException("no event state has code " + code);
        };
    }

    static int of(Op.Kind kind) {
        return switch (kind) {
            case PUT -> PUT;
            case PATCH -> PATCH;
            case DELETE -> DELETE;
            case NAMED -> NAMED;
        };
    }

    static Op.Kind kind(long code) {
        return switch ((int) code) {
            case PUT -> Op.Kind.PUT;
            case PATCH -> Op.Kind.PATCH;
            case DELETE -> Op.Kind.DELETE;
            case NAMED -> Op.Kind.NAMED;
            default -> throw new IllegalArgumentException("no kind of op has code " + code);
        };
    }
}
