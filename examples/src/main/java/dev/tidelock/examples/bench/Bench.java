package dev.tidelock.examples.bench;

import java.util.List;
import java.util.function.Consumer;

/** The first figures: local writes, push, first pull, bytes on the wire, memory. */
public final class Bench {
    private Bench() {}

    /**
     * Measures, for a minute or so.
     *
     * @param records how many notes
     * @param figures is given each figure as soon as it is known
     */
    public static void measure(int records, Consumer<Figure> figures) throws Exception {
        List<Notes.Note> notes = Notes.generate(records);
        try (BenchFolder folder = new BenchFolder()) {
            new WriteFigures(folder, notes).measure(figures);
            new SyncFigures(folder, notes).measure(figures);
        }
    }

    /**
     * Measures what a live query over so many notes costs who writes, for half a minute or so.
     *
     * @param figures is given each figure as soon as it is known
     */
    public static void measureLive(int records, Consumer<Figure> figures) throws Exception {
        try (BenchFolder folder = new BenchFolder()) {
            new LiveFigures(folder, Notes.generate(records)).measure(figures);
        }
    }

    /**
     * Measures how soon an edit on one device is told on another one, for some minutes.
     *
     * @param figures is given each figure as soon as it is known
     */
    public static void measureLiveEdits(int edits, Consumer<Figure> figures) throws Exception {
        try (BenchFolder folder = new BenchFolder()) {
            new LiveEditFigures(folder, edits).measure(figures);
        }
    }

    /** As {@link #measure}: queries on indexes, and what these cost. Of a million notes, it takes some minutes and 3 GB of disk. */
    public static void measureQueries(int records, Consumer<Figure> figures) throws Exception {
        try (BenchFolder folder = new BenchFolder()) {
            new QueryFigures(folder, records).measure(figures);
        }
    }
}
