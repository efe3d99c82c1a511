package dev.tidelock.sync.ws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InOrderTest {
    private final InOrder inOrder = new InOrder();
    private final List<Integer> ran = new ArrayList<>();

    @Test
    void tasks_givenWhileOneRuns_runAfterIt() {
        inOrder.run(() -> {
            inOrder.run(() -> ran.add(2));
            inOrder.run(() -> ran.add(3));
            ran.add(1);
        });
        assertEquals(List.of(1, 2, 3), ran);
    }

    @Test
    void taskThatFails_doesNotStopTheOthers() {
        assertThrows(
                IllegalStateException.class,
                () -> inOrder.run(() -> {
                    throw new IllegalStateException("broken");
                }));
        inOrder.run(() -> ran.add(1));
        assertEquals(List.of(1), ran);
    }
}
