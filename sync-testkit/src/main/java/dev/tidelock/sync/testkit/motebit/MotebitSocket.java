package dev.tidelock.sync.testkit.motebit;

import dev.tidelock.sync.json.JsonArray;
import dev.tidelock.sync.json.JsonFormatException;
import dev.tidelock.sync.json.JsonObject;
import dev.tidelock.sync.json.JsonValue;

/** A WebSocket at a {@link MotebitModel}, seen from the client's end of the line. */
public final class MotebitSocket {
    private final MotebitModel relay;
    private final String motebitId;
    private final String deviceId;
    private final Line line;

    // Guarded by relay.
    private boolean ready;

    /** What goes to the client. Calls return at once. */
    public interface Line {
        /** A text frame. */
        void send(String frame);

        /** The relay closes the line. */
        void close(int code, String reason);
    }

    MotebitSocket(MotebitModel relay, String motebitId, String deviceId, Line line) {
        this.relay = relay;
        this.motebitId = motebitId;
        this.deviceId = deviceId;
        this.line = line;
    }

    String motebitId() {
        return motebitId;
    }

    String deviceId() {
        return deviceId;
    }

    boolean isReady() {
        return ready;
    }

    /** The client sent a frame. */
    public void receive(String frame) {
        relay.receive(this, frame);
    }

    /** The line is cut, or the client has closed it. */
    public void closed() {
        relay.gone(this);
    }

    void send(String frame) {
        line.send(frame);
    }

    void cut() {
        line.close(1006, "");
    }

    void take(String frame) {
        JsonObject read;
        try {
            read = JsonValue.parse(frame).asObject();
        } catch (JsonFormatException malformed) {
            read = null;
        }
        String type = read == null ? null : MotebitModel.text(read, "type");
        if (read != null && "auth".equals(type)) {
            String token = MotebitModel.text(read, "token");
            if (ready) {
                send("{\"type\":\"auth_result\",\"ok\":true}"); // whatever the token
            } else if (token == null) {
                end(4001, "Missing token");
            } else {
                authorize(token, true);
            }
        } else if (!ready) {
            send("{\"type\":\"error\",\"message\":\"Authentication required. Send auth frame first.\"}");
        } else if (read != null && "push".equals(type)) {
            push(read);
        }
    }

    private void push(JsonObject frame) {
        JsonValue member = frame.get("events");
        JsonArray events = member == null ? null : member.asArray();
        if (events != null) {
            relay.store(motebitId, events, socket -> socket != this);
            send("{\"type\":\"ack\",\"accepted\":" + events.items().size() + "}");
        }
    }

    /** @param says whether the relay says what came of it */
    void authorize(String token, boolean says) {
        if (relay.isGood(token, motebitId)) {
            ready = true;
            if (says) {
                send("{\"type\":\"auth_result\",\"ok\":true}");
            }
        } else {
            if (says) {
                send("{\"type\":\"auth_result\",\"ok\":false,\"error\":\"Unauthorized\"}");
            }
            end(4003, token.indexOf('.') < 0 ? "Legacy device tokens are no longer accepted" : "Unauthorized");
        }
    }

    private void end(int code, String reason) {
        relay.gone(this);
        line.close(code, reason);
    }
}
