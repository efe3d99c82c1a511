package dev.tidelock.sync.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tidelock.sync.http.wire.DevicesAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.KeyBody;
import dev.tidelock.sync.spi.transport.Registrar.Member;
import dev.tidelock.sync.spi.transport.TransportException.Kind;
import java.util.List;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.Test;

class HttpRegistrarTest extends HttpRelayFixture {
    @Test
    void createSpace_newOrThereAlready_isDone() throws Exception {
        answer(Answers.done(201));
        answer(Answers.done(200));
        relay().registrar().createSpace();
        relay().registrar().createSpace();
        RecordedRequest request = server.takeRequest();
        assertEquals("PUT /base/v1/spaces/" + SPACE + " HTTP/1.1", request.getRequestLine());
        assertArrayEquals(device.publicKey(), KeyBody.read(request.getBody().toByteArray()));
    }

    @Test
    void createSpace_ofOthers_isRejected() {
        answer(Answers.error(ErrorCode.NOT_A_MEMBER));
        fails(Kind.REJECTED, () -> relay().registrar().createSpace());
    }

    @Test
    void admit_namesTheDeviceByItsKey() throws Exception {
        TestEnvelopes other = new TestEnvelopes(2);
        answer(Answers.done(201));
        relay().registrar().admit(other.publicKey());
        RecordedRequest request = server.takeRequest();
        assertEquals(
                "PUT /base/v1/spaces/" + SPACE + "/devices/" + other.device() + " HTTP/1.1", request.getRequestLine());
        assertArrayEquals(other.publicKey(), KeyBody.read(request.getBody().toByteArray()));
        assertThrows(IllegalArgumentException.class, () -> relay().registrar().admit(new byte[31]));
    }

    @Test
    void members_comeInOrder() throws Exception {
        TestEnvelopes other = new TestEnvelopes(2);
        answer(Answers.json(
                200,
                new DevicesAnswer(
                                List.of(
                                        new DevicesAnswer.Device(other.publicKey(), 3),
                                        new DevicesAnswer.Device(device.publicKey(), 4)),
                                5)
                        .write()));
        assertEquals(
                List.of(new Member(other.device(), 3), new Member(device.device(), 4)),
                relay().registrar().members());
        assertEquals(
                "GET /base/v1/spaces/" + SPACE + "/devices HTTP/1.1",
                server.takeRequest().getRequestLine());
    }
}
