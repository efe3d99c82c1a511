package dev.tidelock.sync.testkit.motebit;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonNumber;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The motebit relay, in memory: registration of devices, tokens, push, pull and clock over HTTP, and its WebSocket. With its quirks: anybody may register under any motebit; what is accepted may not
 * be stored; clocks collide and are the writer's choice; 403 stands for everything; a device's id
 * is whose it was registered for last; an offer of HTTP/2 is answered with an empty body, and whatever it came with is done as if it were a GET. Conversations, plans, pairing, agents and redaction are left out.
 *
 * <p>Safe for use by any number of threads. What sockets are sent is sent while a lock is held; whoever receives it returns at once.
 */
public final class MotebitModel {
    /** How many frames one device may send within {@link #FRAME_WINDOW_MILLIS}, the one with its token included. */
    public static final int FRAMES_MAX = 100;

    /** The fixed window in which frames are counted, in milliseconds. */
    public static final long FRAME_WINDOW_MILLIS = 10_000;

    private static final long REGISTRATION_SKEW_MILLIS = 5 * 60 * 1000;
    private static final int REGISTRATIONS_MAX = 30;
    private static final long REGISTRATION_WINDOW_MILLIS = 60_000;
    private static final String REGISTRATION_SUITE = "motebit-jcs-ed25519-b64-v1";
    private static final String TOKEN_SUITE = "motebit-jwt-ed25519-v1";
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", java.util.Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LongSupplier millis;

    // Guarded by this.
    private final StoredEvents events = new StoredEvents();
    private final Map<String, Device> devices = new HashMap<>();
    private final Map<String, Integer> registrations = new HashMap<>();
    private final Set<MotebitSocket> sockets = new HashSet<>();
    private final Map<String, Window> frames = new HashMap<>();
    private long registrationWindow;
    private Predicate<JsonObject> keeps = event -> true;
    private boolean bindsKeys;
    private long made;

    private record Device(String motebitId, String publicKey) {}

    private static final class Window {
        private long start;
        private int count;
    }

    /** @param millis the relay's clock, in milliseconds since 1970 */
    public MotebitModel(LongSupplier millis) {
        this.millis = Objects.requireNonNull(millis, "millis");
    }

    /** From now on, only such events are stored; all are counted as accepted. */
    public synchronized void storeOnly(Predicate<JsonObject> chosen) {
        keeps = Objects.requireNonNull(chosen, "chosen");
    }

    /**
     * From now on, as newer versions of the relay do: a motebit that has a key takes no other one, a device's id stays with its motebit, and a push that holds an event of another motebit is refused.
     */
    public synchronized void bindKeys() {
        bindsKeys = true;
    }

    /** Stores an event in the log of a motebit, as somebody would have who registered under it. */
    public synchronized void insert(String motebitId, JsonObject event) {
        events.insert(motebitId, event, any -> true);
    }

    /** All events of a log, as a pull gives them. */
    public synchronized List<JsonValue> events(String motebitId) {
        return events.after(motebitId, Double.NEGATIVE_INFINITY);
    }

    /** The table of events as it is now, to be {@linkplain #restore restored} later. */
    public synchronized Map<String, Object> backup() {
        return events.copy();
    }

    /** Begins anew with the events of a backup. The devices stay registered. */
    public synchronized void restore(Map<String, Object> backup) {
        events.replace(backup);
    }

    /** Forgets everything: another relay in the place of this one. */
    public synchronized void empty() {
        events.replace(Map.of());
        devices.clear();
    }

    /** Answers a request. */
    public synchronized MotebitAnswer handle(MotebitRequest request) {
        String upgrade = request.header("upgrade");
        if (upgrade != null && upgrade.contains("h2c")) {
            MotebitRequest asGet =
                    new MotebitRequest("GET", request.path(), request.query(), request.headers(), new byte[0]);
            return new MotebitAnswer(answerTo(asGet).status(), Map.of(), "", true);
        }
        return answerTo(request);
    }

    private MotebitAnswer answerTo(MotebitRequest request) {
        try {
            return route(request);
        } catch (JsonFormatException notJson) {
            return error(request, 500, "Internal server error", "INTERNAL_ERROR");
        }
    }

    private MotebitAnswer route(MotebitRequest request) {
        String[] path = request.path().split("/", -1);
        String asked = request.method() + " " + request.path();
        if (asked.equals("GET /health")) {
            return answer(request, 200, object("status", JsonValue.of("ok")));
        }
        if (asked.equals("POST /api/v1/devices/register-self")) {
            return register(request);
        }
        if (path.length != 4 || !path[1].equals("sync")) {
            return error(request, 404, "Not Found", null);
        }
        MotebitAnswer refused = refusal(request, path[2]);
        if (refused != null) {
            return refused;
        }
        return switch (request.method() + " " + path[3]) {
            case "POST push" -> push(request, path[2]);
            case "GET pull" -> pull(request, path[2]);
            case "GET clock" ->
                answer(
                        request,
                        200,
                        object("motebit_id", JsonValue.of(path[2])).with("latest_clock", events.latestClock(path[2])));
            default -> error(request, 404, "Not Found", null);
        };
    }

    private MotebitAnswer register(MotebitRequest request) {
        long now = millis.getAsLong();
        if (now / REGISTRATION_WINDOW_MILLIS != registrationWindow) {
            registrationWindow = now / REGISTRATION_WINDOW_MILLIS;
            registrations.clear();
        }
        String address = request.headers().getOrDefault("x-real-ip", "");
        if (registrations.merge(address, 1, Integer::sum) > REGISTRATIONS_MAX) {
            long left = (REGISTRATION_WINDOW_MILLIS - now % REGISTRATION_WINDOW_MILLIS + 999) / 1000;
            MotebitAnswer limited = answer(
                    request,
                    429,
                    object("error", JsonValue.of("Rate limit exceeded")).with("retry_after", JsonValue.of(left)));
            return withHeader(limited, "Retry-After", String.valueOf(left));
        }
        JsonObject body;
        try {
            body = JsonValue.parse(request.body()).asObject();
        } catch (JsonFormatException notJson) {
            body = null;
        }
        if (body == null) {
            return error(request, 400, "Body must be JSON", null);
        }
        String reason = rejection(body);
        if (reason != null) {
            JsonObject said = object("error", JsonValue.of(reason))
                    .with("code", JsonValue.of("DEVICE_REGISTRATION_REJECTED"))
                    .with("reason", JsonValue.of(reason));
            return answer(request, 400, said);
        }
        return registered(request, body);
    }

    private @Nullable String rejection(JsonObject body) {
        for (String name : List.of("motebit_id", "device_id", "public_key", "suite", "signature")) {
            if (text(body, name) == null) {
                return "malformed";
            }
        }
        String publicKey = Objects.requireNonNull(text(body, "public_key"));
        JsonValue timestamp = body.get("timestamp");
        JsonNumber number = timestamp == null ? null : timestamp.asNumber();
        if (number == null || !publicKey.matches("[0-9a-fA-F]{64}")) {
            return "malformed";
        }
        if (Math.abs(number.doubleValue() - millis.getAsLong()) > REGISTRATION_SKEW_MILLIS) {
            return "stale";
        }
        if (!REGISTRATION_SUITE.equals(text(body, "suite"))) {
            return "unsupported_suite";
        }
        TreeMap<String, JsonValue> signed = new TreeMap<>(body.members());
        signed.remove("signature");
        byte[] message = JsonValue.object(signed).toUtf8();
        boolean holds = Ed25519.isSigned(publicKey, message, Objects.requireNonNull(text(body, "signature")));
        return holds ? null : "bad_signature";
    }

    private MotebitAnswer registered(MotebitRequest request, JsonObject body) {
        String motebitId = Objects.requireNonNull(text(body, "motebit_id"));
        String deviceId = Objects.requireNonNull(text(body, "device_id"));
        String publicKey = Objects.requireNonNull(text(body, "public_key")).toLowerCase(java.util.Locale.ROOT);
        String conflict = conflict(motebitId, devices.get(deviceId), publicKey);
        if (conflict != null) {
            JsonObject said = object("error", JsonValue.of("registered already, otherwise"))
                    .with("code", JsonValue.of(conflict));
            return answer(request, 409, said);
        }
        boolean first =
                devices.values().stream().noneMatch(device -> device.motebitId().equals(motebitId));
        devices.put(deviceId, new Device(motebitId, publicKey));
        if (first) {
            JsonObject event = object("event_id", JsonValue.of("relay-" + ++made))
                    .with("motebit_id", JsonValue.of(motebitId))
                    .with("event_type", JsonValue.of("identity_created"))
                    .with("payload", object("public_key", JsonValue.of(publicKey)))
                    .with("version_clock", JsonValue.of(1))
                    .with("timestamp", JsonValue.of(millis.getAsLong()));
            events.insert(motebitId, event, any -> true);
        }
        JsonObject said = object("motebit_id", JsonValue.of(motebitId))
                .with("device_id", JsonValue.of(deviceId))
                .with("registered_at", JsonValue.of(millis.getAsLong()))
                .with("created", JsonValue.of(first));
        return answer(request, first ? 201 : 200, said);
    }

    private @Nullable String conflict(String motebitId, @Nullable Device known, String publicKey) {
        boolean another = known != null && !known.motebitId().equals(motebitId);
        if (bindsKeys && another) {
            return "DEVICE_ID_TAKEN";
        }
        if (known != null && !another && !known.publicKey().equals(publicKey)) {
            return "DEVICE_KEY_CONFLICT";
        }
        // Once it binds keys, all devices of a motebit have the same one.
        boolean otherKey = devices.values().stream()
                .anyMatch(device -> device.motebitId().equals(motebitId)
                        && !device.publicKey().equals(publicKey));
        return bindsKeys && otherKey ? "IDENTITY_KEY_CONFLICT" : null;
    }

    private @Nullable MotebitAnswer refusal(MotebitRequest request, String motebitId) {
        String header = request.headers().getOrDefault("authorization", "");
        if (!header.startsWith("Bearer ")) {
            return error(request, 401, "Missing token", "AUTH_MISSING_TOKEN");
        }
        String token = header.substring("Bearer ".length());
        if (token.indexOf('.') < 0) {
            return error(request, 401, "Legacy device tokens are no longer accepted", "AUTH_LEGACY_TOKEN");
        }
        return isGood(token, motebitId)
                ? null
                : error(request, 403, "Device not authorized", "AUTHZ_DEVICE_NOT_AUTHORIZED");
    }

    boolean isGood(String token, String motebitId) {
        try {
            int dot = token.indexOf('.');
            byte[] claims = Base64.getUrlDecoder().decode(token.substring(0, Math.max(0, dot)));
            JsonObject read = JsonValue.parse(claims).asObject();
            Device device = read == null ? null : devices.get(String.valueOf(text(read, "did")));
            JsonValue expires = read == null ? null : read.get("exp");
            JsonNumber until = expires == null ? null : expires.asNumber();
            String jti = read == null ? null : text(read, "jti");
            return read != null
                    && device != null
                    && until != null
                    && until.doubleValue() > millis.getAsLong()
                    && motebitId.equals(text(read, "mid"))
                    && device.motebitId().equals(motebitId)
                    && "sync".equals(text(read, "aud"))
                    && TOKEN_SUITE.equals(text(read, "suite"))
                    && jti != null
                    && !jti.isEmpty()
                    && Ed25519.isSigned(device.publicKey(), claims, token.substring(dot + 1));
        } catch (IllegalArgumentException none) { // base64, or JSON
            return false;
        }
    }

    private MotebitAnswer push(MotebitRequest request, String motebitId) {
        JsonObject body = JsonValue.parse(request.body()).asObject();
        JsonValue member = body == null ? null : body.get("events");
        JsonArray pushed = member == null ? null : member.asArray();
        if (pushed == null) {
            return error(request, 400, "Missing or invalid 'events' field (must be array)", null);
        }
        if (bindsKeys && pushed.items().stream().anyMatch(item -> !isOf(motebitId, item))) {
            return error(request, 403, "Every event must be one of the motebit", null);
        }
        String sender = request.header("x-device-id");
        store(motebitId, pushed, socket -> sender == null || !sender.equals(socket.deviceId()));
        JsonObject said = object("motebit_id", JsonValue.of(motebitId))
                .with("accepted", JsonValue.of(pushed.items().size()))
                .with("duplicates", JsonValue.of(0));
        return answer(request, 200, said);
    }

    private static boolean isOf(String motebitId, JsonValue item) {
        JsonObject event = item.asObject();
        return event != null && motebitId.equals(text(event, "motebit_id"));
    }

    /** Stores what it can of these, each in the log of the motebit that it names, and sends all of them to the sockets of the motebit that are chosen: as they were pushed. */
    void store(String motebitId, JsonArray pushed, Predicate<MotebitSocket> receivers) {
        for (JsonValue item : pushed.items()) {
            JsonObject event = item.asObject();
            if (event == null) {
                continue;
            }
            String named = text(event, "motebit_id");
            if (named != null) {
                events.insert(named, event, keeps);
            }
            String frame =
                    object("type", JsonValue.of("event")).with("event", event).toJson();
            new ArrayList<>(sockets)
                    .stream()
                            .filter(socket ->
                                    socket.isReady() && socket.motebitId().equals(motebitId))
                            .filter(receivers)
                            .forEach(socket -> socket.send(frame));
        }
    }

    private MotebitAnswer pull(MotebitRequest request, String motebitId) {
        String after = request.query().getOrDefault("after_clock", "0");
        double clock;
        try {
            clock = Double.parseDouble(after);
        } catch (NumberFormatException none) {
            clock = Double.NaN; // nothing is more than that
        }
        JsonObject said = object("motebit_id", JsonValue.of(motebitId))
                .with("events", JsonValue.array(events.after(motebitId, clock)))
                .with("after_clock", Double.isNaN(clock) ? JsonValue.NULL : JsonValue.of(clock));
        return answer(request, 200, said);
    }

    /**
     * Opens a WebSocket at {@code /ws/sync/ID}.
     *
     * @param token that of the query; null if it has none
     */
    public synchronized MotebitSocket connect(
            String motebitId, String deviceId, @Nullable String token, MotebitSocket.Line line) {
        MotebitSocket socket = new MotebitSocket(this, motebitId, deviceId, line);
        sockets.add(socket);
        if (token != null) {
            socket.authorize(token, false);
        }
        return socket;
    }

    synchronized void receive(MotebitSocket socket, String frame) {
        Window window = frames.computeIfAbsent(socket.motebitId() + " " + socket.deviceId(), name -> new Window());
        long now = millis.getAsLong();
        if (now - window.start >= FRAME_WINDOW_MILLIS) {
            window.start = now;
            window.count = 0;
        }
        if (++window.count > FRAMES_MAX) {
            socket.send("{\"type\":\"error\",\"message\":\"Rate limit exceeded\"}"); // and the frame is thrown away
        } else {
            socket.take(frame);
        }
    }

    synchronized void gone(MotebitSocket socket) {
        sockets.remove(socket);
    }

    /** How many WebSockets are open. */
    public synchronized int openSockets() {
        return sockets.size();
    }

    /** Cuts every WebSocket. */
    public void cutSockets() {
        List<MotebitSocket> open;
        synchronized (this) {
            open = new ArrayList<>(sockets);
            sockets.clear();
        }
        open.forEach(MotebitSocket::cut);
    }

    static @Nullable String text(JsonObject object, String name) {
        JsonValue value = object.get(name);
        return value == null ? null : value.asString();
    }

    static JsonObject object(String name, JsonValue value) {
        return JsonObject.EMPTY.with(name, value);
    }

    private MotebitAnswer error(MotebitRequest request, int status, String text, @Nullable String code) {
        JsonObject said = object("error", JsonValue.of(text)).with("status", JsonValue.of(status));
        return answer(request, status, code == null ? said : said.with("code", JsonValue.of(code)));
    }

    private MotebitAnswer answer(MotebitRequest request, int status, JsonObject body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Date", HTTP_DATE.format(Instant.ofEpochMilli(millis.getAsLong())));
        headers.put("X-Correlation-ID", request.headers().getOrDefault("x-correlation-id", "correlation-" + ++made));
        return new MotebitAnswer(status, headers, new String(body.toUtf8(), StandardCharsets.UTF_8), false);
    }

    private static MotebitAnswer withHeader(MotebitAnswer answer, String name, String value) {
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        headers.put(name, value);
        return new MotebitAnswer(answer.status(), headers, answer.body(), answer.closes());
    }
}
