package dev.tidelock.sync.jackson;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonEnumDefaultValue;
import com.fasterxml.jackson.databind.DeserializationFeature;
import dev.tidelock.sync.SyncClient;
import dev.tidelock.sync.TypedCollection;
import dev.tidelock.sync.codec.CodecException;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.json.JsonValue;
import dev.tidelock.sync.testkit.MemoryDisk;
import dev.tidelock.sync.testkit.MemoryStore;
import dev.tidelock.sync.testkit.SimulatedRelay;
import dev.tidelock.sync.testkit.SimulatedRuntime;
import dev.tidelock.sync.testkit.SimulatedTransport;
import dev.tidelock.sync.testkit.TestSealer;
import dev.tidelock.sync.testkit.VirtualTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Collections of plain classes and records, with nothing but this module on the class path. */
class JacksonCollectionTest {
    /** As the first version of an app has it. */
    static class Task {
        public String title;
        public Place place;
        public List<Step> steps;
        public String note;
    }

    static class Place {
        public String city;
    }

    static class Step {
        public int id;
        public String text;
    }

    record Renamed(@JsonAlias({"name", "zz"}) String title) {}

    private final VirtualTime time = new VirtualTime();
    private final SpaceId space = SpaceId.of(new byte[SpaceId.BYTES]);
    private final TestSealer sealer = TestSealer.of(space, 1);
    private final SimulatedRelay relay = SimulatedRelay.forTestSealers(space, 1, time::millis);
    private final SyncClient client = SyncClient.builder(
                    new MemoryStore(new MemoryDisk()), new SimulatedTransport(relay, sealer.device()), sealer)
            .runtime(new SimulatedRuntime(time, 1))
            .listenerExecutor(Runnable::run)
            .codec(
                    Level.class,
                    JacksonCodec.of(
                            JacksonCodec.newMapper()
                                    .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_USING_DEFAULT_VALUE),
                            Level.class))
            .open();

    enum Importance {
        LOW,
        @JsonEnumDefaultValue
        OTHER
    }

    record Level(String title, Importance importance) {}

    @AfterEach
    void close() {
        client.close();
    }

    private String raw(String id) {
        return client.collection("tasks").get(id).map(JsonValue::toJson).orElse("absent");
    }

    private void putRaw(String id, String json) {
        client.collection("tasks").put(id, json.replace('\'', '"'));
    }

    @Test
    void update_ofAPlainClass_keepsWhatANewerAppWrote() {
        putRaw(
                "1",
                "{'title':'a','due':5,'note':'n','place':{'city':'Rome','street':'Via'},"
                        + "'steps':[{'id':1,'text':'x','done':true},{'id':2,'text':'y','done':false}]}");
        TypedCollection<Task> tasks = client.collection("tasks", Task.class);
        tasks.update("1", task -> {
            task.title = "b";
            task.note = null;
            task.place.city = "Bari";
            task.steps.get(1).text = "z";
            task.steps.remove(0);
            return task;
        });
        assertEquals(
                "{'due':5,'place':{'city':'Bari','street':'Via'},'steps':[{'done':false,'id':2,'text':'z'}],'title':'b'}"
                        .replace('\'', '"'),
                raw("1"));
    }

    @Test
    void update_withAFormerName_writesTheNewOne_andDropsTheOld() {
        TypedCollection<Renamed> tasks = client.collection("tasks", Renamed.class);
        putRaw("1", "{'zz':'old','x':1}");
        assertEquals(Optional.of(new Renamed("old")), tasks.get("1"));
        tasks.put("1", new Renamed("new"));
        assertEquals("{\"title\":\"new\",\"x\":1}", raw("1"));
        assertEquals(Optional.of(new Renamed("new")), tasks.get("1"));
    }

    @Test
    void update_withAnUnknownConstant_keepsItsName() {
        TypedCollection<Level> tasks = client.collection("tasks", Level.class);
        putRaw("1", "{'title':'a','importance':'URGENT'}");
        assertEquals(Optional.of(new Level("a", Importance.OTHER)), tasks.get("1"));
        tasks.update("1", level -> new Level("b", level.importance()));
        assertEquals("{\"importance\":\"URGENT\",\"title\":\"b\"}", raw("1"));
    }

    @Test
    void get_whatDoesNotFit_isTold() {
        putRaw("1", "{'title':{}}");
        TypedCollection<Task> tasks = client.collection("tasks", Task.class);
        assertEquals(
                "/title",
                assertThrows(CodecException.class, () -> tasks.get("1")).path());
    }
}
