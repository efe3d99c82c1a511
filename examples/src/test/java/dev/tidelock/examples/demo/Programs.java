package dev.tidelock.examples.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The programs of a text, and of the class that they are regions of. */
final class Programs {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private Programs() {}

    /** What a Markdown file shows, in its order, with an empty line between. */
    static String ofText(String file) throws IOException {
        List<String> programs = new ArrayList<>();
        Matcher found = PROGRAM.matcher(Files.readString(MarkdownFiles.root().resolve(file)));
        while (found.find()) {
            programs.add(found.group(1));
        }
        return String.join("\n", programs);
    }

    /** The regions of a class of this package, in their order, without their indentation, with an empty line between. */
    static String ofClass(Class<?> type) throws IOException {
        Path source = MarkdownFiles.root()
                .resolve("examples/src/main/java/dev/tidelock/examples/demo/" + type.getSimpleName() + ".java");
        Map<String, String> regions = new LinkedHashMap<>();
        String name = null;
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(source)) {
            if (line.strip().startsWith("// region ")) {
                name = line.strip().substring("// region ".length());
                text.setLength(0);
            } else if (line.strip().equals("// endregion")) {
                regions.put(name, text.toString().stripTrailing().stripIndent() + "\n");
                name = null;
            } else if (name != null) {
                text.append(line).append('\n');
            }
        }
        return String.join("\n", regions.values());
    }
}
