package dev.tidelock.sync.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows a script: its steps, and in each the faults that it names. */
final class ScriptedCourse implements Course {
    private final List<Step> script;
    private final Deque<Step> underWay = new ArrayDeque<>();
    private Step.@Nullable Happening last;

    ScriptedCourse(List<Step> script) {
        this.script = script;
    }

    @Override
    public int details(Fault fault, int occasion) {
        Step step = underWay.peek();
        if (step != null) {
            for (Step.Happening happening : step.happenings()) {
                if (happening.fault() == fault && happening.occasion() == occasion) {
                    last = happening;
                    return happening.details();
                }
            }
        }
        return NOT;
    }

    @Override
    public Steps steps() {
        return over(script);
    }

    private static Steps over(List<Step> steps) {
        Iterator<Step> left = steps.iterator();
        return () -> left.hasNext() ? left.next() : null;
    }

    @Override
    public Steps meanwhile(SimulatedDevice waiting) {
        return over(last == null ? List.of() : last.meanwhile());
    }

    @Override
    public void begin(Step step) {
        underWay.push(step);
    }

    @Override
    public void end() {
        underWay.pop();
    }
}
