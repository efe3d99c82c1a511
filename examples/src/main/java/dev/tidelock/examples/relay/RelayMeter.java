package dev.tidelock.examples.relay;

import dev.tidelock.sync.spi.transport.PushReceipt;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What this relay has done, in the text format of Prometheus (version 0.0.4). No figure is about one space or device. Safe for use by any number of threads.
 */
final class RelayMeter {
    /** The content type of {@link #text}. */
    static final String MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, LongAdder> counters = new ConcurrentHashMap<>();
    private final Map<String, LongSupplier> gauges = new ConcurrentHashMap<>();

    /** One more request of a route was answered. */
    void answered(String route, int status) {
        count("tidelock_requests_total{route=\"" + route + "\",status=\"" + status + "\"}", 1);
    }

    /** Another message of a line was handled. */
    void lineMessage(String kind) {
        count("tidelock_line_messages_total{kind=\"" + kind + "\"}", 1);
    }

    void pushed(PushReceipt receipt, long appendedEnvelopes, long appendedBytes) {
        count("tidelock_envelopes_appended_total", appendedEnvelopes);
        count("tidelock_envelope_bytes_appended_total", appendedBytes);
        receipt.refusals()
                .forEach(refusal -> count(
                        "tidelock_envelopes_refused_total{reason=\""
                                + refusal.reason().name().toLowerCase(Locale.ROOT) + "\"}",
                        1));
    }

    private void count(String name, long by) {
        counters.computeIfAbsent(name, first -> new LongAdder()).add(by);
    }

    /** A figure that is looked up when somebody asks. */
    void gauge(String name, LongSupplier value) {
        gauges.put(name, value);
    }

    /** All figures. */
    String text() {
        Map<String, String> lines = new TreeMap<>();
        counters.forEach((name, value) -> lines.put(name, name + " " + value.sum()));
        gauges.forEach((name, value) -> lines.put(name, name + " " + value.getAsLong()));
        StringBuilder text = new StringBuilder();
        String last = "";
        for (Map.Entry<String, String> line : lines.entrySet()) {
            String family = line.getKey().split("\\{", 2)[0];
            if (!family.equals(last)) {
                String type = gauges.containsKey(family) ? "gauge" : "counter";
                text.append("# TYPE ").append(family).append(' ').append(type).append('\n');
                last = family;
            }
            text.append(line.getValue()).append('\n');
        }
        return text.toString();
    }
}
