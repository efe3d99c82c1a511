package dev.tidelock.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the README shows is what {@link QuickStart} does: each of its Java programs is a region of that class. */
class ReadmeTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

    @Test
    void programs_ofTheReadme_areThoseThatAreTested() throws Exception {
        assertEquals(Programs.ofClass(QuickStart.class), Programs.ofText("README.md"));
    }

    @Test
    void links_ofTheReadme_leadSomewhere() throws Exception {
        Matcher link = LINK.matcher(Files.readString(MarkdownFiles.root().resolve("README.md")));
        while (link.find()) {
            String target = link.group(1);
            assertTrue(
                    target.startsWith("http")
                            || Files.exists(MarkdownFiles.root().resolve(target)),
                    target);
        }
    }
}
