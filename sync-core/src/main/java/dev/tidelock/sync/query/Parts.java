package dev.tidelock.sync.query;

import java.util.List;
import java.util.stream.Collectors;

/** What the parts of a condition come to. */
final class Parts {
    private Parts() {}

    /** How many parts these conditions have, themselves included. */
    static int in(List<Condition> conditions) {
        int count = 0;
        for (Condition condition : conditions) {
            count += 1;
            if (condition instanceof Condition.And and) {
                count += in(and.parts());
            } else if (condition instanceof Condition.Or or) {
                count += in(or.parts());
            } else if (condition instanceof Condition.Not not) {
                count += in(List.of(not.part()));
            } else if (condition instanceof Condition.In in) {
                count += in.values().size();
            }
        }
        return count;
    }

    static void require(int count) {
        if (count > Condition.PARTS_MAX) {
            throw new IllegalArgumentException("a condition of " + count + " parts; up to " + Condition.PARTS_MAX
                    + " are accepted, so ask several times");
        }
    }

    static String joined(List<Condition> parts, String sign) {
        return parts.stream()
                .map(part -> isJoined(part) ? "(" + part + ")" : part.toString())
                .collect(Collectors.joining(sign));
    }

    private static boolean isJoined(Condition part) {
        if (part instanceof Condition.And and) {
            return !and.parts().isEmpty();
        }
        return part instanceof Condition.Or;
    }
}
