package dev.tidelock.examples.memory;

import dev.tidelock.sync.Transaction;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What fills a space. The same seed writes the same. */
interface Content {
    String COLLECTION = "things";
    String NOTE = "note";

    /** How many changes one transaction makes. */
    int perTransaction();

    /** Makes the change with this number; exactly one event. */
    void write(Transaction tx, int number, Random random);

    /** Many small records, some of them changed or deleted later: more events than records. */
    static Content smallRecords() {
        return new Content() {
            private int records;

            @Override
            public int perTransaction() {
                return 1000;
            }

            @Override
            public void write(Transaction tx, int number, Random random) {
                int kind = records < 1000 ? 0 : random.nextInt(100);
                if (kind < 80) {
                    tx.put(COLLECTION, id(records++), small(number, random));
                } else if (kind < 97) {
                    tx.patch(
                            COLLECTION,
                            id(random.nextInt(records)),
                            JsonValue.object(Map.of("n", JsonValue.of(number))));
                } else {
                    tx.delete(COLLECTION, id(random.nextInt(records)));
                }
            }
        };
    }

    /** Records of about 900 KB that hardly compress. */
    static Content largeRecords() {
        return whole(random -> {
            byte[] bytes = new byte[675_000];
            random.nextBytes(bytes);
            return JsonValue.of(Base64.getEncoder().encodeToString(bytes));
        });
    }

    /** Records as long as they may be that compress to nothing. */
    static Content emptyRecords() {
        JsonValue zeros = JsonValue.of("0".repeat((1 << 20) - 2));
        return whole(random -> zeros);
    }

    /** Records as long as they may be that compress to nothing, and are far longer in memory: of the smallest objects that there are. */
    static Content crumbs() {
        JsonValue crumbs = JsonValue.array(Collections.nCopies(((1 << 20) - 2) / 3, JsonObject.EMPTY));
        return whole(random -> crumbs);
    }

    /** One note of 60 KB, written again and again. */
    static Content versions() {
        return new Content() {
            @Override
            public int perTransaction() {
                return 1;
            }

            @Override
            public void write(Transaction tx, int number, Random random) {
                byte[] bytes = new byte[45_000];
                random.nextBytes(bytes);
                tx.put(COLLECTION, NOTE, JsonValue.of(Base64.getEncoder().encodeToString(bytes)));
            }
        };
    }

    private static Content whole(java.util.function.Function<Random, JsonValue> values) {
        return new Content() {
            @Override
            public int perTransaction() {
                return 1;
            }

            @Override
            public void write(Transaction tx, int number, Random random) {
                tx.put(COLLECTION, id(number), values.apply(random));
            }
        };
    }

    private static String id(int number) {
        return String.format("%016x", number * 0x9e3779b97f4a7c15L); // scattered, as real ids are
    }

    private static JsonValue small(int number, Random random) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            words.add(Integer.toString(random.nextInt(50_000), 36));
        }
        return JsonValue.object(Map.of(
                "n", JsonValue.of(number), "text", JsonValue.of(String.join(" ", words)), "done", JsonValue.FALSE));
    }
}
