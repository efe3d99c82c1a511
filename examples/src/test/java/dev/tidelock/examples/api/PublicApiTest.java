package dev.tidelock.examples.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.jackson.JacksonCodec;
import dev.tidelock.sync.monolith.MonolithLink;
import dev.tidelock.sync.motebit.MotebitRelay;
import dev.tidelock.sync.sqlite.SqliteStore;
import dev.tidelock.sync.testkit.Simulation;
import dev.tidelock.sync.ws.WsRelay;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public API of each module is what {@code docs/api} says, line by line: whoever changes it sees so, and says so. To write the files anew: {@code mvn -q -pl
 * examples -am test -Dtest=PublicApiTest -Dsurefire.failIfNoSpecifiedTests=false -Dtidelock.api.write=true}.
 */
class PublicApiTest {
    private static final List<String> FOREIGN =
            List.of("okhttp3.", "com.google.crypto.", "com.fasterxml.", "org.sqlite.", "java.sql.");

    static Stream<Arguments> modules() {
        return Stream.of(
                Arguments.of("sync-core", SyncClient.class),
                Arguments.of("sync-codec-jackson", JacksonCodec.class),
                Arguments.of("sync-crypto", SpaceKeys.class),
                Arguments.of("sync-store-sqlite", SqliteStore.class),
                Arguments.of("sync-transport-http", HttpRelay.class),
                Arguments.of("sync-transport-ws", WsRelay.class),
                Arguments.of("sync-dialect-motebit", MotebitRelay.class),
                Arguments.of("sync-dialect-monolith", MonolithLink.class),
                Arguments.of("sync-testkit", Simulation.class));
    }

    private static Path file(String module) {
        return Path.of("..", "docs", "api", module + ".txt");
    }

    @ParameterizedTest
    @MethodSource("modules")
    void publicApi_isWhatTheCheckedInTextSays(String module, Class<?> one) throws Exception {
        String text = String.join("\n", ApiText.of(one)) + "\n";
        if (Boolean.getBoolean("tidelock.api.write")) {
            Files.createDirectories(file(module).getParent());
            Files.write(file(module), text.getBytes(StandardCharsets.UTF_8));
        }
        assertEquals(
                read(module),
                text,
                "the public API of " + module + " is another; if that is meant, write docs/api anew");
    }

    private static String read(String module) throws IOException {
        return new String(Files.readAllBytes(file(module)), StandardCharsets.UTF_8);
    }

    /** An app may use another version of these, or none; only where one is the point may it show: an OkHttp client or a mapper that the app passes in. */
    @Test
    void publicApi_namesNoTypeOfALibraryThatItUses() throws Exception {
        for (Arguments module : (Iterable<Arguments>) modules()::iterator) {
            for (String line : ApiText.of((Class<?>) module.get()[1])) {
                boolean meant = line.contains("okhttp3.OkHttpClient")
                        || line.contains("dev.tidelock.sync.jackson.JacksonCodec.of(")
                        || line.contains("dev.tidelock.sync.jackson.JacksonCodec.newMapper()");
                boolean names = FOREIGN.stream().anyMatch(line::contains);
                assertFalse(names && !meant, () -> module.get()[0] + " shows a type of a library: " + line);
            }
        }
    }
}
