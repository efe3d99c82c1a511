package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.model.Incident;
import dev.tidelock.sync.status.BlockedBy;
import dev.tidelock.sync.status.SyncStatus;
import dev.tidelock.sync.status.UpdateNeeded;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A device's status in words. */
final class StatusText {
    private StatusText() {}

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What blocks, as a word; null if nothing does. */
    static String blockedBy(SyncStatus status) {
        return status.blockedBy() == BlockedBy.NOTHING ? null : word(status.blockedBy());
    }

    static JsonObject json(SyncStatus status) {
        return Json.object(
                "state", word(status.state()),
                "pending", status.pending(),
                "quarantined", status.quarantined(),
                "held", status.held(),
                "conflicts", status.conflicts(),
                "lastSync", Json.time(status.lastSyncMillis()),
                "blockedBy", blockedBy(status),
                "detail", status.detail(),
                "passingOn", status.passingOn(),
                "devices", status.devices(),
                "clockOffsetMillis", status.clockOffsetMillis(),
                "incidents", incidents(status),
                "updatesNeeded", updatesNeeded(status));
    }

    private static JsonValue updatesNeeded(SyncStatus status) {
        List<JsonValue> all = new ArrayList<>();
        for (UpdateNeeded update : status.updatesNeeded()) {
            all.add(Json.object(
                    "kind", word(update.kind()),
                    "name", update.name(),
                    "needed", update.needed(),
                    "own", update.own()));
        }
        return JsonValue.array(all);
    }

    /** What another device's app has in a newer version, and what that means here, in one line. */
    static String text(UpdateNeeded update) {
        String effect = switch (update.kind()) {
            case STRATEGY -> "what other devices write to the collection is held back";
            case REDUCER -> "what other devices do with the op is held back";
            case FENCE -> "the collection cannot be changed from here";
        };
        return word(update.kind()) + " '" + Failures.oneLine(update.name()) + "': version " + update.needed()
                + " is in use, this program has " + update.own() + "; " + effect;
    }

    private static JsonValue incidents(SyncStatus status) {
        List<JsonValue> all = new ArrayList<>();
        status.incidents().forEach(incident -> all.add(json(incident)));
        return JsonValue.array(all);
    }

    static JsonObject json(Incident incident) {
        return Json.object(
                "kind", word(incident.kind()),
                "device", incident.device(),
                "detail", incident.detail(),
                "open", incident.open(),
                "first", Json.time(incident.firstMillis()),
                "last", Json.time(incident.lastMillis()),
                "count", incident.count());
    }

    /** An incident in one line. */
    static String text(Incident incident) {
        String times = incident.count() == 1 ? "" : ", " + incident.count() + " times";
        return word(incident.kind()) + (incident.open() ? "" : " (over)") + ": " + Failures.oneLine(incident.detail())
                + " (" + Json.time(incident.lastMillis()) + times + ")";
    }

    /** What a person can do about it. */
    static String advice(BlockedBy reason) {
        return switch (reason) {
            case NOTHING -> "nothing is to be done";
            case OFFLINE -> "check that the relay runs and can be reached, then sync again";
            case THROTTLED -> "try again later";
            case PROTOCOL ->
                "check that the address is that of the relay, and that it is of the kind that this HOME was made for";
            case UNAUTHORIZED ->
                "check that this is the relay of the space, and that this device is still a member; if the relay was made anew, a device that is one lets it in with 'tidelock sync HOME --accept-relay'";
            case REJECTED -> "check that this is the relay of the space";
            case REFUSED -> "see the relay's limits; what it refused is kept here";
            case FORKED ->
                "another copy of this folder is in use; 'tidelock renew HOME' gives this one an identity of its own, and loses nothing";
            case UNKNOWN_LOG ->
                "check that the relay is the right one; if it was emptied or replaced and that is meant to be, 'tidelock sync HOME --accept-relay' makes it whole from what is here";
            case STORE -> "check the disk, and that the folder can be written";
            case BUG -> "please report it";
        };
    }
}
