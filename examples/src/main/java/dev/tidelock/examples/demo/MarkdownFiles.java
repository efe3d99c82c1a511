package dev.tidelock.examples.demo;

import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.json.JsonObject;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** The Markdown files of this repository, as records {@code {"path","text"}}: input that nobody made up for the occasion. */
final class MarkdownFiles {
    /** A record has at most a mebibyte of JSON, in which a character may take six. */
    private static final int PART_CHARACTERS_MAX = 150_000;

    private MarkdownFiles() {}

    /** The repository: where the script says, or around the folder that the program was started in. */
    static Path root() {
        String told = System.getProperty("tidelock.root");
        Path folder = Path.of(told == null ? "" : told).toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("sync-core/pom.xml"))) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("").toAbsolutePath() : folder;
    }

    static List<JsonObject> read(Path root) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                String name = String.valueOf(folder.getFileName());
                boolean skipped = !folder.equals(root) && (name.startsWith(".") || name.equals("target"));
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && file.toString().endsWith(".md")) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        List<JsonObject> records = new ArrayList<>();
        for (Path file : files) {
            addRecords(root.relativize(file).toString(), Files.readString(file), records);
        }
        return records;
    }

    /** One record, unless it would be too long for one. */
    private static void addRecords(String path, String text, List<JsonObject> records) {
        int part = 1;
        int from = 0;
        do {
            int to = Math.min(text.length(), from + PART_CHARACTERS_MAX);
            if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
                to--;
            }
            String name = part == 1 ? path : path + " part " + part;
            records.add(Json.object("path", name, "text", text.substring(from, to)));
            from = to;
            part++;
        } while (from < text.length());
    }
}
