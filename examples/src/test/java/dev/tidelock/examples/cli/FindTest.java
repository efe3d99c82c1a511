package dev.tidelock.examples.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindTest {
    @TempDir
    Path folder;

    private Path home;

    @BeforeEach
    void makeHome() {
        home = folder.resolve("device");
        Cli.ok("init", home, "--relay", "http://127.0.0.1:1", "--offline");
        put("a", "{\"title\":\"Crème brûlée\",\"stars\":5,\"author\":{\"name\":\"Zoë\"},\"code\":\"5\"}");
        put("b", "{\"title\":\"Soup\",\"stars\":2,\"tags\":[\"hot\"],\"odd name\":\"x=y\"}");
        put("c", "{\"title\":\"Bread and cream\",\"stars\":4}");
        put("d", "{\"title\":\"No stars\"}");
    }

    private void put(String id, String json) {
        Cli.ok("put", home, "dishes", id, json);
    }

    private Object[] args(String... options) {
        List<Object> args = new ArrayList<>(List.of("find", home, "dishes"));
        args.addAll(Arrays.asList(options));
        return args.toArray();
    }

    private String ids(String... options) {
        return Cli.run(args(options)).lines().stream()
                .map(line -> line.substring(0, line.indexOf('\t')))
                .collect(Collectors.joining());
    }

    @Test
    void find_conditions_holdTogether() {
        assertEquals("abcd", ids());
        assertEquals("a", ids("--where", "stars=5"));
        assertEquals("a", ids("--where", "code=\"5\""));
        assertEquals("", ids("--where", "code=5"));
        assertEquals("bcd", ids("--where", "stars!=5"));
        assertEquals("bc", ids("--where", "stars<5"));
        assertEquals("ac", ids("--where", "stars>=4"));
        assertEquals("c", ids("--where", "stars>2", "--where", "stars<=4"));
        assertEquals("a", ids("--where", "author.name=Zoë"));
        assertEquals("b", ids("--where", "tags[0]=hot"));
        assertEquals("b", ids("--where", "\"odd name\"=x=y"));
        assertEquals("ac", ids("--where", "title~cre*"));
        assertEquals("a", ids("--where", "title~BRULEE creme"));
    }

    @Test
    void find_orderLimitOffsetCount() {
        assertEquals("dbca", ids("--order", "stars"));
        assertEquals("ac", ids("--order", "stars", "--desc", "--limit", "2"));
        assertEquals("bc", ids("--offset", "1", "--limit", "2"));
        assertEquals("", ids("--limit", "0"));
        assertEquals(3, Cli.ok(args("--count", "--where", "stars>0")).number("count"));
    }

    @Test
    void find_asJson_isLikeLs() {
        assertEquals(
                "{\"collection\":\"dishes\",\"id\":\"d\",\"value\":{\"title\":\"No stars\"}}",
                Cli.ok(args("--where", "title=No stars")).out().strip());
        assertTrue(
                Cli.ok(args("--explain", "--where", "stars=5")).lines().contains("{\"step\":\"filter: stars = 5\"}"));
        assertEquals("", Cli.ok("find", home, "nothing").out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"stars", "", "=5", "a b=5", "a[x]=1", "a..b>1", "\"a=1", "~x", "a[1234567890]=1"})
    void find_badCondition_isRefused(String where) {
        Cli.run(args("--where", where)).mustFail(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1e400", "123456789012345678901"})
    void find_numberThatNoRecordCanHold_isRefused_insteadOfComparedAsText(String number) {
        Cli.run(args("--where", "stars>" + number)).mustFail(2).saying(number);
    }

    @Test
    void find_badOption_saysWhatIsAccepted() {
        Cli.run(args("--limit", "99999999999999999999")).mustFail(2).saying("whole number");
        Cli.run(args("--where", "stars")).mustFail(2).saying("PATH=VALUE");
        Cli.run(args("--where", "a[x]=1")).mustFail(2).saying("at character 3");
        Cli.run(args("--limit", "-1")).mustFail(2).saying("0 or more");
        Cli.run(args("--limit", "many")).mustFail(2).saying("--limit");
        Cli.run(args("--desc")).mustFail(2).saying("--order");
        Cli.run(args("--count", "--explain")).mustFail(2).saying("choose one");
        Cli.run("find", home).mustFail(2).saying("COLLECTION");
        Cli.run("find", home, "").mustFail(2).saying("collection name");
    }

    @Test
    void find_whatLooksLikeSql_isTakenAsItIs() {
        put("'; DROP TABLE records; --", "{\"title\":\"'; DELETE FROM records; --\"}");
        assertEquals("'; DROP TABLE records; --", ids("--where", "title='; DELETE FROM records; --"));
        assertEquals(5, Cli.ok(args("--count")).number("count"));
    }
}
