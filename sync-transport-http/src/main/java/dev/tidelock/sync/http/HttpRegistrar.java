package dev.tidelock.sync.http;

import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.http.wire.DevicesAnswer;
import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.KeyBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import okhttp3.Request;

/** Membership of one space. */
final class HttpRegistrar implements Registrar {
    private final RelayCalls calls;
    private final String spacePath;
    private final byte[] publicKey;

    HttpRegistrar(RelayCalls calls, String spacePath, byte[] publicKey) {
        this.calls = calls;
        this.spacePath = spacePath;
        this.publicKey = publicKey.clone();
    }

    @Override
    public void createSpace() throws TransportException {
        Request.Builder request = calls.to(spacePath).put(RelayCalls.json(KeyBody.write(publicKey)));
        calls.withToken(request, answer -> {
            if (answer.status() == 403) {
                throw new TransportException(
                        Kind.REJECTED, "the space exists at this relay, and this device is no member of it", null);
            }
            return done(answer);
        });
    }

    @Override
    public void admit(byte[] newKey) throws TransportException {
        String path = spacePath + "/devices/" + EnvelopeHeader.deviceOf(newKey);
        calls.withToken(calls.to(path).put(RelayCalls.json(KeyBody.write(newKey))), this::done);
    }

    @Override
    public void deleteSpace() throws TransportException {
        calls.withToken(calls.to(spacePath).delete(), answer -> {
            boolean gone = answer.refuses(ErrorCode.UNKNOWN_SPACE);
            return gone ? 0L : done(answer);
        });
    }

    private long done(RelayAnswer answer) throws IOException, WireFormatException, TransportException {
        answer.require(200, 201);
        return calls.observed(DoneAnswer.read(answer.json()).timeMillis());
    }

    @Override
    public List<Member> members() throws TransportException {
        return calls.withToken(calls.to(spacePath + "/devices").get(), answer -> {
            answer.require(200);
            DevicesAnswer devices = DevicesAnswer.read(answer.json());
            calls.observed(devices.timeMillis());
            return devices.devices().stream()
                    .map(device -> new Member(device.id(), device.addedAtMillis()))
                    .collect(Collectors.toList());
        });
    }
}
