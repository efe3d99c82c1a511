package dev.tidelock.sync.testkit.monolith;

import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonString;
import dev.tidelock.sync.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A session relay for two parties that other people wrote, as it was observed: it forwards frames, keeps nothing but a short queue in memory, and surprises. What it does wrong it does here, too: a device that takes its own
 * socket's place while alone is left in a session that nobody else finds; the queue goes to whoever comes next; a third device makes the two others hear of a disconnect.
 *
 * <p>Safe for use by any number of threads. Time passes where it is told to look: {@link #tick}.
 */
public final class MonolithModel {
    /** The longest frame that it takes, in bytes. */
    public static final int FRAME_BYTES_MAX = 65_536;

    private static final int SESSIONS_MAX = 10_000;
    private static final int QUEUE_MAX = 1_000;
    private static final int BURST = 20;
    private static final int REFILL_PER_SECOND = 120;
    private static final long JOIN_MILLIS = 10_000;
    private static final long WAITING_MILLIS = 5 * 60_000L;
    private static final long PAIRED_MILLIS = 90 * 86_400_000L;
    private static final long SWEEP_MILLIS = 60_000;
    private static final Pattern UUID_4 =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final LongSupplier millis;

    // Guarded by this.
    private final Map<String, Session> sessions = new HashMap<>();
    private final Set<String> revoked = new HashSet<>();
    private final Set<Connection> strangers = new HashSet<>();
    private long lastSweepMillis;
    private final Map<String, JsonObject> states = new HashMap<>();
    private @Nullable String stateSecret;
    private boolean refusing;
    private long forwarded;
    private long queued;
    private long dropped;

    /** @param millis its clock */
    public MonolithModel(LongSupplier millis) {
        this.millis = Objects.requireNonNull(millis, "millis");
        this.lastSweepMillis = millis.getAsLong();
    }

    private record Frame(boolean text, byte[] bytes) {
        void to(MonolithSocket client) {
            if (text) {
                client.text(new String(bytes, StandardCharsets.UTF_8));
            } else {
                client.binary(bytes.clone());
            }
        }
    }

    private final class Session {
        final String id;
        final Map<String, Connection> devices = new LinkedHashMap<>();
        final Deque<Frame> queue = new ArrayDeque<>();
        String pairedAt = "";
        long expiresMillis;
        long tokens = BURST;
        long lastMessageMillis = millis.getAsLong();

        Session(String id) {
            this.id = id;
            expiresMillis = millis.getAsLong() + WAITING_MILLIS;
        }

        /** The remainder of a refill is thrown away with each message. */
        boolean takeToken() {
            long now = millis.getAsLong();
            tokens = Math.min(BURST, tokens + (now - lastMessageMillis) * REFILL_PER_SECOND / 1_000);
            lastMessageMillis = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }

        @Nullable
        Connection peerOf(Connection one) {
            for (Connection other : devices.values()) {
                if (other != one) {
                    return other;
                }
            }
            return null;
        }

        boolean isKnown() {
            return sessions.get(id) == this;
        }

        JsonValue named(String type) {
            return object("type", type, "session_id", id);
        }

        JsonValue paired() {
            return object(
                    "type",
                    "session_paired",
                    "session_id",
                    id,
                    "paired_at",
                    pairedAt,
                    "expires_at",
                    ISO.format(Instant.ofEpochMilli(expiresMillis)));
        }

        void pair() {
            pairedAt = ISO.format(Instant.ofEpochMilli(millis.getAsLong()));
            expiresMillis = millis.getAsLong() + PAIRED_MILLIS;
            devices.values().forEach(one -> one.tell(paired()));
            devices.values().forEach(one -> one.tell(named("peer_connected")));
        }

        void drainTo(Connection one) {
            queue.forEach(frame -> frame.to(one.client));
            queue.clear();
        }
    }

    private static JsonValue object(String... members) {
        Map<String, JsonValue> object = new LinkedHashMap<>();
        for (int i = 0; i < members.length; i += 2) {
            object.put(members[i], JsonValue.of(members[i + 1]));
        }
        return JsonValue.object(object);
    }

    /** One WebSocket, from its upgrade on. */
    public final class Connection {
        private final MonolithSocket client;
        private final long sinceMillis = millis.getAsLong();
        private @Nullable Session session;
        private String device = "";
        private boolean open = true;

        private Connection(MonolithSocket client) {
            this.client = client;
        }

        /** The client sends a text frame. */
        public void text(String frame) {
            received(new Frame(true, frame.getBytes(StandardCharsets.UTF_8)));
        }

        /** The client sends a binary frame. */
        public void binary(byte[] frame) {
            received(new Frame(false, frame.clone()));
        }

        /** The client closes the socket; with code 1005 it gave none, with 1006 the line dropped. */
        public void close(int code, String reason) {
            synchronized (MonolithModel.this) {
                gone(code, reason);
            }
        }

        private void tell(JsonValue message) {
            client.text(message.toJson());
        }

        private void received(Frame frame) {
            synchronized (MonolithModel.this) {
                if (!open) {
                    return;
                }
                if (frame.bytes.length > FRAME_BYTES_MAX) {
                    client.closed(1009, "Received too big message");
                    gone(1006, "Received too big message");
                } else if (session == null) {
                    join(frame);
                } else {
                    forward(session, frame);
                }
            }
        }

        private void refuse(int code, String reason) {
            client.closed(code, reason);
            gone(code, reason);
        }

        private void gone(int code, String reason) {
            if (!open) {
                return;
            }
            open = false;
            strangers.remove(this);
            Session left = session;
            if (left == null) {
                return;
            }
            left.devices.remove(device, this);
            Connection peer = left.peerOf(this);
            if (peer == null) {
                sessions.remove(left.id, left);
            } else if (code != 4014) {
                peer.tell(JsonValue.object(Map.of(
                        "type", JsonValue.of("peer_disconnected"),
                        "code", JsonValue.of(code),
                        "reason", JsonValue.of(reason))));
            }
        }

        private void join(Frame frame) {
            JsonObject message = null;
            try {
                if (!(JsonValue.parse(frame.bytes) instanceof JsonObject object)) {
                    refuse(4003, "Invalid join message");
                    return;
                }
                message = object;
            } catch (JsonFormatException notJson) {
                refuse(4003, "Invalid JSON");
                return;
            }
            if (!"join".equals(textOf(message.get("type")))) {
                refuse(4003, "First message must be join");
                return;
            }
            JsonValue version = message.get("version");
            if (version == null
                    || !(version.toJson().equals("1") || version.toJson().equals("\"1\""))) {
                refuse(
                        4008,
                        "Protocol version mismatch. Expected 1, got "
                                + (version == null ? "undefined" : version.toJson()));
                return;
            }
            String id = textOf(message.get("session_id"));
            if (id == null || !UUID_4.matcher(id.toLowerCase(Locale.ROOT)).matches()) {
                refuse(4004, "Invalid session ID");
                return;
            }
            String given = textOf(message.get("device_id"));
            join(id, given == null ? "unknown" : given);
        }

        private void join(String id, String deviceId) {
            if (revoked.contains(id)) {
                refuse(4013, "Session revoked");
                return;
            }
            Session found = sessions.get(id);
            if (found == null && sessions.size() >= SESSIONS_MAX) {
                refuse(4006, "Server full");
                return;
            }
            Connection former = found == null ? null : found.devices.get(deviceId);
            if (found != null && former == null && found.devices.size() >= 2) {
                client.closed(4010, "Session already has maximum peers");
                open = false;
                strangers.remove(this);
                // The two healthy ones hear of it as if somebody had gone.
                found.devices
                        .values()
                        .forEach(one -> one.tell(JsonValue.object(Map.of(
                                "type", JsonValue.of("peer_disconnected"),
                                "code", JsonValue.of(4010),
                                "reason", JsonValue.of("Session already has maximum peers")))));
                return;
            }
            strangers.remove(this);
            device = deviceId;
            if (found != null && former != null) {
                replace(found, former);
                return;
            }
            Session joined = found == null ? new Session(id) : found;
            sessions.put(id, joined);
            session = joined;
            joined.devices.put(deviceId, this);
            if (joined.devices.size() == 2) {
                joined.pair();
                joined.drainTo(this);
            } else {
                tell(joined.paired());
            }
        }

        private void replace(Session found, Connection former) {
            Connection peer = found.peerOf(former);
            former.client.closed(4014, "Replaced by new connection");
            former.gone(4014, "Replaced by new connection"); // alone, and the session goes with it
            session = found;
            found.devices.put(device, this);
            if (peer != null) {
                peer.tell(found.named("peer_connected"));
                found.pair();
                found.drainTo(this);
            } else {
                boolean wasPaired = !found.pairedAt.isEmpty();
                if (wasPaired) {
                    found.drainTo(this); // what it sent itself, before anything else
                }
                found.pairedAt = "";
                tell(found.paired());
            }
        }

        private void forward(Session in, Frame frame) {
            String control = control(frame);
            if (!in.isKnown()) {
                refuse(4009, "Session not found");
            } else if ("unlink".equals(control)) {
                Connection peer = in.peerOf(this);
                if (peer != null) {
                    peer.tell(in.named("device_unlinked"));
                }
                refuse(4011, "Unlinked");
            } else if ("revoke".equals(control)) {
                revoked.add(in.id);
                Connection peer = in.peerOf(this);
                if (peer != null) {
                    peer.tell(object("type", "peer_revoked"));
                    peer.refuse(4012, "Device revoked");
                }
            } else if (!in.takeToken()) {
                refuse(4005, "Rate limit exceeded");
            } else {
                pass(in, frame);
            }
        }

        private void pass(Session in, Frame frame) {
            Connection peer = in.peerOf(this);
            if (peer != null) {
                forwarded++;
                frame.to(peer.client);
                return;
            }
            queued++;
            in.queue.add(frame);
            if (in.queue.size() > QUEUE_MAX) {
                dropped++;
                in.queue.remove();
            }
        }

        private @Nullable String control(Frame frame) {
            try {
                return JsonValue.parse(frame.bytes) instanceof JsonObject object ? textOf(object.get("type")) : null;
            } catch (JsonFormatException notJson) {
                return null;
            }
        }
    }

    private static @Nullable String textOf(@Nullable JsonValue value) {
        return value instanceof JsonString string ? string.value() : null;
    }

    /** A client has opened a WebSocket; null if the relay is down. */
    public synchronized @Nullable Connection connect(MonolithSocket client) {
        if (refusing) {
            return null;
        }
        Connection connection = new Connection(client);
        strangers.add(connection);
        return connection;
    }

    /** Does what is due: who did not join in time goes, and once a minute, sessions that have expired. */
    public synchronized void tick() {
        long now = millis.getAsLong();
        for (Connection stranger : new ArrayList<>(strangers)) {
            if (now - stranger.sinceMillis >= JOIN_MILLIS) {
                stranger.refuse(4001, "Identification timeout");
            }
        }
        if (now - lastSweepMillis < SWEEP_MILLIS) {
            return;
        }
        lastSweepMillis = now;
        for (Session session : new ArrayList<>(sessions.values())) {
            if (session.expiresMillis <= now) {
                for (Connection one : new ArrayList<>(session.devices.values())) {
                    one.tell(object("type", "server_shutdown", "reason", "Session expired"));
                }
                sessions.remove(session.id);
                for (Connection one : new ArrayList<>(session.devices.values())) {
                    one.open = false;
                    one.client.closed(4007, "Session expired");
                }
            }
        }
    }

    /** Ends, and forgets everything, revocations too; until {@link #start}, nobody can connect. */
    public synchronized void stop() {
        refusing = true;
        List<Connection> all = new ArrayList<>(strangers);
        sessions.values().forEach(session -> all.addAll(session.devices.values()));
        sessions.clear();
        strangers.clear();
        revoked.clear();
        for (Connection one : all) {
            one.tell(object("type", "server_shutdown"));
            one.open = false;
            one.client.closed(1001, "Server closed");
        }
    }

    /** Takes connections again. */
    public synchronized void start() {
        refusing = false;
    }

    /** Drops what it has queued, of all sessions. */
    public synchronized void dropQueues() {
        sessions.values().forEach(session -> session.queue.clear());
    }

    /** How many sockets have joined a session. */
    public synchronized int devices(String sessionId) {
        Session session = sessions.get(sessionId);
        return session == null ? 0 : session.devices.size();
    }

    /** How many frames it has forwarded at once, queued, and dropped from a queue, in this order. */
    public synchronized List<Long> counts() {
        return List.of(forwarded, queued, dropped);
    }

    /** What it answers over HTTP. */
    public record Answer(int status, boolean json, String body) {
        private static Answer text(int status, String body) {
            return new Answer(status, false, body);
        }
    }

    /** From now on, requests for the state need this in the header {@code X-Monolith-Secret}. */
    public synchronized void setStateSecret(String secret) {
        stateSecret = secret;
    }

    /** What is kept as the state of a session, in the clear, and plus when; null if nothing is. */
    public synchronized @Nullable JsonObject state(String sessionId) {
        return states.get(sessionId);
    }

    /**
     * Answers a request that is no upgrade.
     *
     * @param sessionId the query's parameter {@code sessionId}, if there is one
     * @param secret the header {@code X-Monolith-Secret}, if there is one
     */
    public synchronized Answer http(
            String method, String path, @Nullable String sessionId, @Nullable String secret, byte[] body) {
        if (path.equals("/health")) {
            return new Answer(200, true, health());
        } else if (!path.equals("/state")) {
            return Answer.text(426, "Upgrade Required");
        } else if (stateSecret != null && !stateSecret.equals(secret)) {
            return Answer.text(401, "Unauthorized");
        } else if (method.equals("POST")) {
            return putState(body);
        } else if (sessionId == null) {
            return Answer.text(400, "Missing sessionId");
        }
        return new Answer(500, false, "<html>a function that it needs is not imported</html>");
    }

    private Answer putState(byte[] body) {
        try {
            if (JsonValue.parse(body) instanceof JsonObject request && textOf(request.get("session_id")) != null) {
                String id = Objects.requireNonNull(textOf(request.get("session_id")));
                JsonValue given = request.get("state");
                if (given instanceof JsonObject state) {
                    states.put(id, state.with("lastUpdate", JsonValue.of(millis.getAsLong())));
                } else if (given != null) {
                    states.remove(id);
                }
                return new Answer(200, true, "{\"ok\":true}");
            }
        } catch (JsonFormatException notJson) {
            return Answer.text(400, "Invalid JSON");
        }
        return Answer.text(400, "Missing session_id");
    }

    private String health() {
        return JsonValue.object(Map.of("status", JsonValue.of("ok"), "version", JsonValue.of("0.9.0")))
                .toJson();
    }
}
