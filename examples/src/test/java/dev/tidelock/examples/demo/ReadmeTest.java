package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what {@link QuickStart} does: each of its Java programs is a region of that class. */
class ReadmeTest {
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

    private static Path root() {
        return MarkdownFiles.root();
    }

    /** The regions of the class, by name, without their indentation. */
    private static Map<String, String> regions() throws Exception {
        Path source = root().resolve("examples/src/main/java/dev/tidelock/examples/demo/QuickStart.java");
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
        return regions;
    }

    @Test
    void programs_ofTheReadme_areThoseThatAreTested() throws Exception {
        List<String> programs = new ArrayList<>();
        Matcher found = PROGRAM.matcher(Files.readString(root().resolve("README.md")));
        while (found.find()) {
            programs.add(found.group(1));
        }
        assertEquals(String.join("\n", regions().values()), String.join("\n", programs));
    }

    @Test
    void links_ofTheReadme_leadSomewhere() throws Exception {
        Matcher link = LINK.matcher(Files.readString(root().resolve("README.md")));
        while (link.find()) {
            String target = link.group(1);
            assertTrue(target.startsWith("http") || Files.exists(root().resolve(target)), target);
        }
    }
}
