package dev.tidelock.sync.testkit;

import java.util.ArrayList;
import java.util.List;

/** A step while it is under way: the occasions for faults that it has had so far, and the faults that happened in it. */
final class StepFrame {
    private static final int KINDS = Fault.values().length;

    private final int[] occasions = new int[KINDS];
    private final List<Step.Happening> happenings = new ArrayList<>(2);
    private final List<Step> meanwhile = new ArrayList<>(0);

    /** Counts an occasion for a fault; the first is 1. */
    int countOccasion(Fault fault) {
        return ++occasions[fault.ordinal()];
    }

    void happened(Fault fault, int occasion, int details) {
        completeLast();
        happenings.add(new Step.Happening(fault, occasion, details, List.of()));
    }

    /** Another step that is over, and ran within the fault that happened last. */
    void ranMeanwhile(Step inner) {
        meanwhile.add(inner);
    }

    /** What happened within this step. */
    List<Step.Happening> happenings() {
        completeLast();
        return happenings;
    }

    private void completeLast() {
        if (!meanwhile.isEmpty()) {
            int last = happenings.size() - 1;
            happenings.set(last, happenings.get(last).with(List.copyOf(meanwhile)));
            meanwhile.clear();
        }
    }
}
