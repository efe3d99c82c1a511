package dev.tidelock.sync.strategy;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.List;

/** Ranks values by the role that a member of theirs names. */
final class RoleRank implements Strategy.Rank {
    private final String member;
    private final List<String> rolesBestFirst;

    RoleRank(String member, List<String> rolesBestFirst) {
        this.member = member;
        this.rolesBestFirst = rolesBestFirst;
    }

    @Override
    public int of(DeviceId author, JsonValue value) {
        JsonObject record = value.asObject();
        JsonValue role = record == null ? null : record.get(member);
        String name = role == null ? null : role.asString();
        int place = name == null ? -1 : rolesBestFirst.indexOf(name);
        return place < 0 ? rolesBestFirst.size() : place;
    }
}
