package dev.tidelock.examples.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A temporary folder, and numbered places in it. Closing it removes everything. */
final class BenchFolder implements AutoCloseable {
    private final Path folder;
    private int places;

    BenchFolder() throws IOException {
        folder = Files.createTempDirectory("tidelock-bench-");
    }

    /** A path that nothing is at yet. */
    Path place(String name) {
        places++;
        return folder.resolve(name + "-" + places);
    }

    @Override
    public void close() throws IOException {
        List<Path> all;
        try (Stream<Path> inside = Files.walk(folder)) {
            all = inside.sorted(Comparator.reverseOrder()).collect(Collectors.toList());
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}
