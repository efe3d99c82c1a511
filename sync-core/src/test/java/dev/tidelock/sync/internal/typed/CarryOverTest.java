package dev.tidelock.sync.internal.typed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tidelock.sync.json.JsonValue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stays of a stored value, by example. */
class CarryOverTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // stored | known | fresh | result
                "{'a':1,'x':2} | {'a':1} | {'a':3} | {'a':3,'x':2}",
                "{'a':1,'x':null} | {'a':1} | {'a':3} | {'a':3,'x':null}",
                "{'a':1,'b':2,'x':3} | {'a':1,'b':2} | {'a':1} | {'a':1,'x':3}",
                "{'a':1} | {'a':1,'d':0} | {'a':1,'d':0} | {'a':1,'d':0}",
                "{'o':{'a':1,'x':2}} | {'o':{'a':1}} | {'o':{'a':3}} | {'o':{'a':3,'x':2}}",
                "{'o':{'a':1,'x':2}} | {'o':{'a':1}} | {} | {}",
                "{'o':{'a':1,'x':2}} | {'o':{'a':1}} | {'o':5} | {'o':5}",
                "{'e':'NEW'} | {'e':'UNKNOWN'} | {'e':'UNKNOWN'} | {'e':'NEW'}",
                "{'e':'NEW'} | {'e':'UNKNOWN'} | {'e':'OLD'} | {'e':'OLD'}",
                // arrays: left alone, moved, changed, gone, of the same id, twice the same
                "[{'a':1,'x':2}] | [{'a':1}] | [{'a':1}] | [{'a':1,'x':2}]",
                "[{'a':1,'x':2}] | [{'a':1}] | [{'a':0},{'a':1}] | [{'a':0},{'a':1,'x':2}]",
                "[{'a':1,'x':1},{'a':2,'x':2}] | [{'a':1},{'a':2}] | [{'a':2},{'a':1}] | [{'a':2,'x':2},{'a':1,'x':1}]",
                "[{'a':1,'x':1},{'a':2,'x':2}] | [{'a':1},{'a':2}] | [{'a':2}] | [{'a':2,'x':2}]",
                "[{'a':1,'x':2}] | [{'a':1}] | [{'a':3}] | [{'a':3}]",
                "[{'id':7,'a':1,'x':2}] | [{'id':7,'a':1}] | [{'id':8,'a':1},{'id':7,'a':3}] | [{'id':8,'a':1},{'id':7,'a':3,'x':2}]",
                "[{'id':7,'x':1},{'id':7,'x':2}] | [{'id':7},{'id':7}] | [{'id':7,'a':1}] | [{'id':7,'a':1}]",
                "[{'a':1,'x':1},{'a':1,'x':2}] | [{'a':1},{'a':1}] | [{'a':1},{'a':1},{'a':1}] | [{'a':1,'x':1},{'a':1,'x':2},{'a':1}]",
                "[1,2,3] | [1,3] | [1] | [1]", // the codec drops items: nobody can say which
                "5 | {'a':1} | {'a':2} | {'a':2}",
                "'2026-01-01T00:00Z' | '2026-01-01T00:00:00Z' | '2026-01-01T00:00:00Z' | '2026-01-01T00:00Z'",
            })
    void carried(String stored, String known, String fresh, String result) {
        JsonValue carried = CarryOver.of(json(stored), json(known), json(fresh));
        assertEquals(json(result), carried);
    }

    private static JsonValue json(String text) {
        return JsonValue.parse(text.replace('\'', '"'));
    }
}
