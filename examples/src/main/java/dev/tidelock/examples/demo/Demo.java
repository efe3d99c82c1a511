package dev.tidelock.examples.demo;

import dev.tidelock.examples.bench.Notes;
import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.CliProcess;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The main job, start to end: two devices and a relay, each a process of its own; real input; edits on both sides while the relay is away; the same data on both
 * in the end; and a search for anything readable in all that the relay has stored and all that went over the wire.
 */
public final class Demo {
    static final String DOCUMENTS = "markdown-files";
    static final String NOTES = "everyday-notes";
    static final String LAPTOP = "demo-laptop";
    static final String PHONE = "demo-phone-of-mine";

    private static final int NOTE_COUNT = 2_000;

    private final DemoWorld world;
    private final Consumer<String> narrator;
    private final Needles needles = new Needles();
    private int step;

    private Demo(DemoWorld world, Consumer<String> narrator) {
        this.world = world;
        this.narrator = narrator;
    }

    /** What came of it. */
    public record Outcome(
            int devices, long records, long conflicts, boolean converged, long plaintextBytesAtRelay, long millis) {
        /** Whether everything is as it should be. */
        public boolean isGood() {
            return devices == 2 && records > NOTE_COUNT && conflicts == 1 && converged && plaintextBytesAtRelay == 0;
        }

        public JsonObject toJson() {
            return Json.object(
                    "devices", devices,
                    "records", records,
                    "conflicts", conflicts,
                    "converged", converged,
                    "plaintextBytesAtRelay", plaintextBytesAtRelay,
                    "millis", millis);
        }
    }

    /**
     * Plays it, in a temporary folder that is removed afterwards.
     *
     * @param narrator is told what happens, line by line
     */
    public static Outcome play(Consumer<String> narrator) throws IOException, InterruptedException {
        try (DemoWorld world = DemoWorld.open()) {
            return new Demo(world, narrator).play();
        }
    }

    private Outcome play() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        startRelay();
        makeLaptop();
        importRealInput();
        pairPhone();
        editOffline();
        converge();
        JsonObject laptop = world.laptop("status").json();
        JsonObject phone = world.phone("status").json();
        boolean converged = compare(laptop, phone);
        long records = countRecords();
        long plaintext = searchRelay();
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
        return new Outcome(
                (int) number(laptop, "devices"), records, number(laptop, "conflicts"), converged, plaintext, millis);
    }

    private void startRelay() throws IOException {
        world.startRelay();
        step(
                "A relay runs as process %d. A proxy before it writes down every byte in both directions.",
                world.relayPid());
    }

    private void makeLaptop() throws IOException, InterruptedException {
        world.cli("init", world.laptop(), "--relay", world.proxyUrl(), "--name", LAPTOP);
        step(
                "The laptop makes a new space. Its keys stay in its folder; the relay learns random ids and a public key.");
    }

    private void importRealInput() throws IOException, InterruptedException {
        List<String> documents = new ArrayList<>();
        for (JsonObject document : MarkdownFiles.read(MarkdownFiles.root())) {
            needles.addValue(document);
            documents.add(document.toJson());
        }
        List<String> notes = new ArrayList<>();
        for (Notes.Note note : Notes.generate(NOTE_COUNT)) {
            needles.add(note.id());
            needles.addValue(JsonValue.parse(note.json()));
            notes.add(note.json());
        }
        for (String name : List.of(DOCUMENTS, NOTES, LAPTOP, PHONE)) {
            needles.add(name);
        }
        Path documentFile = world.write("documents.jsonl", documents);
        Path noteFile = world.write("notes.jsonl", notes);
        world.cli("import", world.laptop(), DOCUMENTS, documentFile.toString(), "--id", "path");
        world.cli("import", world.laptop(), NOTES, noteFile.toString(), "--id", "id");
        JsonObject sync = world.cli("sync", world.laptop()).json();
        step(
                "The laptop imports %d Markdown files of this repository and %,d notes, and sends %,d changes in %,d ms.",
                documents.size(), notes.size(), number(sync, "pushed"), number(sync, "millis"));
    }

    private void pairPhone() throws IOException, InterruptedException {
        try (CliProcess pairing = CliProcess.start("pair", world.laptop(), "--yes", "--json")) {
            String uri = text(pairing.jsonLine(), "uri");
            world.cli("join", world.phone(), uri, "--name", PHONE);
            String joined = text(pairing.jsonLine(), "device");
            pairing.finish();
            JsonObject sync = world.cli("sync", world.phone()).json();
            step(
                    "The laptop shows a pairing URI; the phone (device %s…) joins with it, and fetches %,d changes in %,d ms.",
                    joined.substring(0, 8), number(sync, "pulled"), number(sync, "millis"));
        }
    }

    /** One record is changed on both sides, one removed, one counted up on both; each side also does something of its own. */
    private void editOffline() throws IOException, InterruptedException {
        world.stopRelay();
        List<Notes.Note> notes = Notes.generate(NOTE_COUNT);
        String contested = notes.get(0).id();
        String removed = notes.get(1).id();
        String patched = notes.get(2).id();
        String counted = "pages-read-this-year";
        needles.add(counted);
        put(
                world.laptop(),
                contested,
                "{\"title\":\"As the laptop has it\",\"body\":\"Written on the train, without a network\"}");
        put(
                world.phone(),
                contested,
                "{\"title\":\"As the phone has it\",\"body\":\"Written at the same time, on a walk\"}");
        world.cli("rm", world.laptop(), NOTES, removed);
        world.cli("patch", world.phone(), NOTES, patched, seen("{\"reminder\":\"Thursday at seven\"}"));
        world.cli("op", world.laptop(), NOTES, counted, "add", "{\"pageCount\":12}");
        world.cli("op", world.phone(), NOTES, counted, "add", "{\"pageCount\":30}");
        JsonObject status = world.laptop("status").json();
        CliProcess.Result offline = world.tryCli("sync", world.laptop());
        if (offline.exit() != 1 || number(status, "pending") == 0) {
            throw CliException.failed("without a relay, a sync ended with status " + offline.exit()
                    + " and the device said that " + number(status, "pending") + " changes wait");
        }
        step(
                "The relay stops. Both devices go on: the same note is changed on both, one is removed, one is patched, and both count pages. "
                        + "The laptop says '%s' with %d changes pending, and its sync ends with status 1.",
                text(status, "state"), number(status, "pending"));
    }

    private void put(String home, String id, String json) throws IOException, InterruptedException {
        world.cli("put", home, NOTES, id, seen(json));
    }

    private String seen(String json) {
        needles.addValue(JsonValue.parse(json));
        return json;
    }

    private void converge() throws IOException, InterruptedException {
        world.startRelay();
        world.cli("sync", world.laptop());
        world.cli("sync", world.phone());
        world.cli("sync", world.laptop());
        step("The relay is back, as process %d. Laptop, phone and laptop sync in turn.", world.relayPid());
    }

    private boolean compare(JsonObject laptop, JsonObject phone) throws IOException, InterruptedException {
        boolean equal = text(laptop, "stateHash").equals(text(phone, "stateHash"));
        boolean synced =
                text(laptop, "state").equals("synced") && text(phone, "state").equals("synced");
        JsonObject lost = world.laptop("conflicts").json();
        JsonObject lostOnPhone = world.phone("conflicts").json();
        long pages = number(
                world.cli("get", world.phone(), NOTES, "pages-read-this-year").json(), "pageCount");
        step(
                "%s: the state hash is %s… on both. 12 and 30 pages make %d. The value that lost is in the conflict log of both: %s",
                equal ? "Converged" : "NOT CONVERGED",
                text(laptop, "stateHash").substring(0, 16),
                pages,
                lost.get("value"));
        return equal && synced && pages == 42 && lost.equals(lostOnPhone);
    }

    private long countRecords() throws IOException, InterruptedException {
        return world.cli("ls", world.phone()).lines().size();
    }

    /** Looks for every needle in every byte that the relay has, or has seen; and shows that the search finds what is there. */
    private long searchRelay() throws IOException, InterruptedException {
        ByteScan scan = new ByteScan(needles.forms());
        long found = 0;
        long searched = 0;
        for (Path file : world.everythingTheRelaySaw()) {
            byte[] content = Files.readAllBytes(file);
            searched += content.length;
            found += scan.matchedBytes(content);
        }
        long inLaptop = scan.matchedBytes(world.laptopDatabase());
        requireFindsPlanted(scan);
        step(
                "In %,d bytes of the relay's database and of the wire, a search for %,d names, ids and values, also as hexadecimal, Base64 and SHA-256, "
                        + "finds %,d bytes. (The same search finds %,d in the laptop's own database.)",
                searched, needles.count(), found, inLaptop);
        if (searched == 0 || inLaptop == 0) {
            throw CliException.failed("the search looked through " + searched + " bytes of the relay, and found "
                    + inLaptop + " in the laptop's database: it proves nothing");
        }
        return found;
    }

    private void requireFindsPlanted(ByteScan scan) throws IOException {
        byte[] wire = Files.readAllBytes(world.everythingTheRelaySaw().get(0));
        byte[] planted = Notes.generate(1).get(0).id().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(planted, 0, wire, wire.length / 2, planted.length);
        if (scan.matchedBytes(wire) < planted.length) {
            throw CliException.failed("the search did not find what was planted for it: it proves nothing");
        }
    }

    private void step(String format, Object... values) {
        step++;
        narrator.accept(step + ". " + String.format(Locale.ROOT, format, values));
    }

    private static long number(JsonObject json, String name) {
        JsonValue value = json.get(name);
        if (value == null || value.asNumber() == null) {
            throw CliException.failed("a command did not print the number '" + name + "'");
        }
        return value.asNumber().longValue();
    }

    private static String text(JsonObject json, String name) {
        JsonValue value = json.get(name);
        if (value == null || value.asString() == null) {
            throw CliException.failed("a command did not print '" + name + "'");
        }
        return value.asString();
    }
}
