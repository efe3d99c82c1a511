package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MailboxBody;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Pairing mailboxes. Only opening one takes a member; the id of a mailbox is the key to all else. */
final class HttpMailboxes implements Mailboxes {
    private static final MediaType BYTES = MediaType.get(MediaTypes.BYTES);

    /** What is left of the read timeout for the way there and back. */
    private static final long WAY_SECONDS = 5;

    private final RelayCalls calls;
    private final @Nullable SpaceId space;
    private final long waitSecondsMax;

    /** @param space null for a guest, who is a member of none */
    HttpMailboxes(RelayCalls calls, @Nullable SpaceId space, HttpLimits limits) {
        this.calls = calls;
        this.space = space;
        long patience =
                Math.min(limits.readTimeout().getSeconds(), limits.callTimeout().getSeconds());
        this.waitSecondsMax = Math.max(0, Math.min(WireLimits.MAILBOX_WAIT_SECONDS_MAX, patience - WAY_SECONDS));
    }

    @Override
    public void create(byte[] mailboxId, Duration expires) throws TransportException {
        if (space == null) {
            throw new TransportException(Kind.UNAUTHORIZED, "only a member of a space may open a mailbox", null);
        }
        byte[] body = new MailboxBody(space, seconds(expires)).write();
        calls.withToken(calls.to(path(mailboxId)).post(RelayCalls.json(body)), answer -> done(answer, 201));
    }

    @Override
    public void write(byte[] mailboxId, Slot slot, byte[] content) throws TransportException {
        if (content.length < 1 || content.length > CONTENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a slot takes 1 to " + CONTENT_BYTES_MAX + " bytes, not " + content.length);
        }
        RequestBody body = RequestBody.create(content.clone(), BYTES);
        calls.withoutToken(calls.to(path(mailboxId, slot)).put(body), answer -> done(answer, 201));
    }

    @Override
    public Optional<byte[]> read(byte[] mailboxId, Slot slot, Duration wait) throws TransportException {
        long seconds = Math.max(0, Math.min(waitSecondsMax, wait.getSeconds()));
        Request.Builder request =
                calls.to(path(mailboxId, slot), "wait=" + seconds).get();
        return calls.withoutToken(request, answer -> {
            if (answer.status() == 204) {
                return Optional.empty();
            }
            answer.require(200);
            byte[] content = answer.body(MediaTypes.BYTES, CONTENT_BYTES_MAX);
            if (content.length == 0) {
                throw new WireFormatException("a slot that was written with nothing");
            }
            return Optional.of(content);
        });
    }

    @Override
    public void delete(byte[] mailboxId) throws TransportException {
        calls.withoutToken(calls.to(path(mailboxId)).delete(), answer -> {
            boolean gone = answer.refuses(ErrorCode.UNKNOWN_MAILBOX);
            return gone ? 0L : done(answer, 200);
        });
    }

    private long done(RelayAnswer answer, int status) throws IOException, WireFormatException, TransportException {
        answer.require(status);
        return calls.observed(DoneAnswer.read(answer.json()).timeMillis());
    }

    private static int seconds(Duration expires) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, expires.getSeconds()));
    }

    private static String path(byte[] mailboxId) {
        return "v1/mailboxes/" + WireText.mailbox(mailboxId);
    }

    private static String path(byte[] mailboxId, Slot slot) {
        return path(mailboxId) + "/" + slot.name().toLowerCase(Locale.ROOT);
    }
}
