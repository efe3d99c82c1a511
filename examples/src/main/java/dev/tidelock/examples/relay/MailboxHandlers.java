package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MailboxBody;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.Mailboxes;
import java.util.List;
import java.util.Optional;

/** What can be asked about a mailbox. */
final class MailboxHandlers {
    private final MailboxRoom room;
    private final Doorkeeper doorkeeper;

    MailboxHandlers(MailboxRoom room, Doorkeeper doorkeeper) {
        this.room = room;
        this.doorkeeper = doorkeeper;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/mailboxes/{id}", this::open),
                new Route("DELETE", "/v1/mailboxes/{id}", this::delete),
                new Route("PUT", "/v1/mailboxes/{id}/{slot}", this::write),
                new Route("GET", "/v1/mailboxes/{id}/{slot}", this::read));
    }

    private void open(RelayRequest request) throws Exception {
        String id = id(request);
        request.token(); // nobody without one makes the relay read on
        request.receive(MediaTypes.JSON, MailboxBody.BYTES_MAX, body -> {
            MailboxBody mailbox = MailboxBody.read(body);
            doorkeeper.require(request, mailbox.space());
            room.open(id, mailbox.expiresSeconds());
            request.answerDone(true);
        });
    }

    private void delete(RelayRequest request) throws WireFormatException {
        room.delete(id(request));
        request.answer(200, new DoneAnswer(request.nowMillis()).write());
    }

    private void write(RelayRequest request) throws Exception {
        String id = id(request);
        MailboxRoom.Slot slot = slot(request);
        request.receive(MediaTypes.BYTES, Mailboxes.CONTENT_BYTES_MAX, body -> {
            if (body.length == 0) {
                throw new WireFormatException("a slot takes at least one byte");
            }
            room.write(id, slot, body);
            request.answerDone(true);
        });
    }

    private void read(RelayRequest request) throws Exception {
        String id = id(request);
        MailboxRoom.Slot slot = slot(request);
        int waitSeconds = waitSeconds(request);
        if (waitSeconds == 0) {
            answer(request, room.read(id, slot));
            return;
        }
        request.suspend(() -> {
            Runnable end = room.await(id, slot, content -> request.onWorker(() -> answer(request, content)));
            request.after(waitSeconds, end);
        });
    }

    private static void answer(RelayRequest request, Optional<byte[]> content) {
        if (content.isPresent()) {
            request.answer(200, MediaTypes.BYTES, content.get());
        } else {
            request.answerNothingYet();
        }
    }

    private static String id(RelayRequest request) throws WireFormatException {
        return WireText.mailbox(WireText.mailbox(request.named("id")));
    }

    private static MailboxRoom.Slot slot(RelayRequest request) throws RefusedException {
        return switch (request.named("slot")) {
            case "request" -> MailboxRoom.Slot.REQUEST;
            case "answer" -> MailboxRoom.Slot.ANSWER;
            default ->
                throw new RefusedException(ErrorCode.UNKNOWN_PATH, "a mailbox has the slots 'request' and 'answer'");
        };
    }

    private static int waitSeconds(RelayRequest request) throws WireFormatException {
        String wait = request.query("wait").orElse("0");
        if (!wait.matches("[0-9]{1,4}")) {
            throw new WireFormatException("'wait' is a number of seconds");
        }
        return Math.min(Integer.parseInt(wait), WireLimits.MAILBOX_WAIT_SECONDS_MAX);
    }
}
