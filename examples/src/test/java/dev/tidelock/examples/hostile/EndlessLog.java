package dev.tidelock.examples.hostile;

import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;

/** A log that begins again whenever it is over: more entries than anybody can read. */
final class EndlessLog extends AbstractList<byte[]> {
    private static final int SIZE = 10_000_000;

    private final List<byte[]> trueLog;

    EndlessLog(List<byte[]> trueLog) {
        this.trueLog = List.copyOf(trueLog);
    }

    @Override
    public byte[] get(int index) {
        return trueLog.get(index % trueLog.size());
    }

    /** One round: what comes after it is the same again. */
    @Override
    public Iterator<byte[]> iterator() {
        return trueLog.iterator();
    }

    @Override
    public int size() {
        return SIZE;
    }
}
