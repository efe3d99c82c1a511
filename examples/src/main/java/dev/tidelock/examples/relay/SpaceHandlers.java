package dev.tidelock.examples.relay;

import dev.tidelock.sync.crypto.AccessToken;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.DevicesAnswer;
import dev.tidelock.sync.http.wire.KeyBody;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import java.util.List;

/** What can be asked about a space. */
final class SpaceHandlers {
    private final Membership membership;
    private final Doorkeeper doorkeeper;
    private final EnvelopeCheck check;
    private final LogWriter writer;
    private final LogReader reader;
    private final LiveLines lines;

    SpaceHandlers(
            Membership membership,
            Doorkeeper doorkeeper,
            EnvelopeCheck check,
            LogWriter writer,
            LogReader reader,
            LiveLines lines) {
        this.lines = lines;
        this.membership = membership;
        this.doorkeeper = doorkeeper;
        this.check = check;
        this.writer = writer;
        this.reader = reader;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/spaces/{space}/pull", this::pull),
                new Route("POST", "/v1/spaces/{space}/push", this::push),
                new Route("PUT", "/v1/spaces/{space}", this::create),
                new Route("DELETE", "/v1/spaces/{space}", this::delete),
                new Route("PUT", "/v1/spaces/{space}/devices/{device}", this::admit),
                new Route("GET", "/v1/spaces/{space}/devices", this::devices));
    }

    private void create(RelayRequest request) throws Exception {
        SpaceId space = request.space();
        AccessToken token = doorkeeper.tokenFor(request.token(), space);
        request.receive(MediaTypes.JSON, KeyBody.BYTES_MAX, body -> {
            byte[] publicKey = KeyBody.read(body);
            doorkeeper.requireValid(token, publicKey, request.nowMillis());
            request.answerDone(membership.createSpace(space, publicKey));
        });
    }

    /** Any member may: each could as well empty the space by deleting what is in it. */
    private void delete(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        membership.retire(caller.space());
        lines.end(caller.space().number());
        membership.empty(caller.space().number());
        request.answerDone(false);
    }

    private void admit(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        request.receive(MediaTypes.JSON, KeyBody.BYTES_MAX, body -> {
            byte[] publicKey = KeyBody.read(body);
            if (!EnvelopeHeader.deviceOf(publicKey).equals(request.device())) {
                throw new WireFormatException("the public key is not that of the device in the path");
            }
            request.answerDone(membership.admit(caller.space(), publicKey));
        });
    }

    private void devices(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        request.answerLarge(200, new DevicesAnswer(membership.members(caller.space()), request.nowMillis()).write());
    }

    private void push(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        request.receiveLarge(MediaTypes.ENVELOPES, WireLimits.PUSH_BYTES_MAX, body -> {
            List<Candidate> candidates = check.check(caller, PushBody.read(body));
            request.answer(200, PushAnswer.write(writer.append(caller.space(), candidates, request.nowMillis())));
        });
    }

    private void pull(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        request.receiveLarge(MediaTypes.JSON, WireLimits.JSON_REQUEST_BYTES_MAX, body -> {
            PullBody pull = PullBody.read(body);
            ByteBudget.Share share = request.reserve(pull.bytesMax());
            byte[] page = reader.pull(caller.space(), caller.member(), pull, request.nowMillis());
            share.resize(page.length); // its first entry may be longer than what was asked for
            request.answer(200, MediaTypes.PAGE, page);
        });
    }
}
