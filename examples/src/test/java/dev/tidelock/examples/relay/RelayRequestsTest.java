package dev.tidelock.examples.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.KeyBody;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.http.wire.WireText;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the relay says to who is no member, or makes no sense: always JSON, always the right code. */
class RelayRequestsTest {
    private static final String ENVELOPES = "application/vnd.tidelock.envelopes";
    private static final long MINUTE = 60_000;

    @TempDir
    Path folder;

    private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
    private TestSpace space;
    private RawHttp http;

    @BeforeEach
    void startRelay() throws Exception {
        space = TestSpace.start(RelaySettings.of(folder.resolve("relay.db")).withWallMillis(wallMillis::get), 2);
        http = new RawHttp(space.url());
    }

    @AfterEach
    void stopRelay() throws Exception {
        space.close();
    }

    private String token(int device) {
        return "Tidelock " + space.keys(device).tokenAt(wallMillis.get());
    }

    private HttpRequest.Builder devices(String authorization) {
        return http.to(space.path() + "/devices").header("Authorization", authorization);
    }

    private HttpRequest.Builder asMember(HttpRequest.Builder request) {
        return request.header("Authorization", token(0));
    }

    @Test
    void health_isTheJsonOfTheProtocol() throws Exception {
        HttpResponse<byte[]> response = http.send(http.to("/health"));
        assertEquals(200, response.statusCode());
        assertEquals(
                "{\"ok\":true,\"protocol\":1,\"timeMillis\":1700000000000}",
                new String(response.body(), StandardCharsets.UTF_8));
    }

    @Test
    void unknownPath_isRefused() throws Exception {
        for (String path :
                List.of("/", "/v1", "/v1/", "/v2/spaces", "/health/", "/v1/spaces", "/favicon.ico", "/%00", "//")) {
            assertEquals(
                    wallMillis.get(),
                    http.refused(ErrorCode.UNKNOWN_PATH, http.to(path)).timeMillis());
        }
        http.refused(ErrorCode.UNKNOWN_PATH, http.to("/v1/mailboxes/" + "0".repeat(32) + "/other"));
    }

    @Test
    void otherMethod_isRefusedWithThoseThatAreTaken() throws Exception {
        HttpResponse<byte[]> response = http.send(http.json("PATCH", "/v1/mailboxes/" + "0".repeat(32), "{}"));
        assertEquals(405, response.statusCode());
        assertEquals("POST, DELETE", response.headers().firstValue("Allow").orElseThrow());
        http.refused(ErrorCode.METHOD, http.to(space.path() + "/push"));
        http.refused(ErrorCode.METHOD, http.to("/health").DELETE());
    }

    @Test
    void id_thatIsNone_isMalformed() throws Exception {
        for (String id : List.of("0", "Z".repeat(32), "A".repeat(32), "0".repeat(33), "%20")) {
            http.refused(ErrorCode.MALFORMED, asMember(http.to("/v1/spaces/" + id + "/devices")));
            http.refused(ErrorCode.MALFORMED, http.to("/v1/mailboxes/" + id + "/request"));
        }
    }

    @Test
    void token_missingOrMalformed_isRefused() throws Exception {
        http.refused(ErrorCode.TOKEN_MISSING, http.to(space.path() + "/devices"));
        String good = token(0);
        for (String bad : List.of(
                "Bearer x", "Tidelock", "Tidelock ", "Tidelock x", good + "x", good.replace('.', '-'), good + " ")) {
            if (!bad.trim().equals(good)) {
                http.refused(ErrorCode.TOKEN_MALFORMED, devices(bad));
            }
        }
    }

    @Test
    void token_expired_isRefusedWithTheRelaysTime() throws Exception {
        String token = token(0);
        wallMillis.addAndGet(5 * MINUTE - 1);
        assertEquals(200, http.send(devices(token)).statusCode());
        wallMillis.addAndGet(1);
        assertEquals(
                wallMillis.get(),
                http.refused(ErrorCode.TOKEN_EXPIRED, devices(token)).timeMillis());
    }

    @Test
    void token_ofTheFuture_isRefused() throws Exception {
        String token = token(0);
        wallMillis.addAndGet(-MINUTE);
        assertEquals(200, http.send(devices(token)).statusCode());
        wallMillis.addAndGet(-1);
        http.refused(ErrorCode.TOKEN_INVALID, devices(token));
    }

    @Test
    void token_signatureBroken_isRefused() throws Exception {
        String token = token(0);
        char last = token.charAt(token.length() - 10);
        String bent = token.substring(0, token.length() - 10)
                + (last == 'A' ? 'B' : 'A')
                + token.substring(token.length() - 9);
        http.refused(ErrorCode.TOKEN_INVALID, devices(bent));
    }

    @Test
    void token_ofAnotherSpace_isRefused() throws Exception {
        try (TestSpace other =
                TestSpace.start(RelaySettings.of(folder.resolve("other.db")).withWallMillis(wallMillis::get), 1)) {
            String foreign = "Tidelock " + other.keys(0).tokenAt(wallMillis.get());
            http.refused(ErrorCode.TOKEN_INVALID, devices(foreign));
            http.refused(
                    ErrorCode.UNKNOWN_SPACE, http.to(other.path() + "/devices").header("Authorization", foreign));
        }
    }

    @Test
    void token_ofNoMember_isForbidden() throws Exception {
        http.refused(ErrorCode.NOT_A_MEMBER, devices(token(5)));
        http.refused(
                ErrorCode.NOT_A_MEMBER,
                http.json(
                                "PUT",
                                space.path(),
                                new String(
                                        KeyBody.write(space.keys(5).identity().publicKey()), StandardCharsets.UTF_8))
                        .header("Authorization", token(5)));
        http.refused(
                ErrorCode.NOT_A_MEMBER,
                http.json(
                                "POST",
                                "/v1/mailboxes/" + "0".repeat(32),
                                "{\"space\":\"" + space.keys(0).space() + "\",\"expiresSeconds\":60}")
                        .header("Authorization", token(5)));
    }

    @Test
    void createSpace_withAnothersKey_isRefused() throws Exception {
        String body = new String(KeyBody.write(space.keys(1).identity().publicKey()), StandardCharsets.UTF_8);
        http.refused(ErrorCode.TOKEN_INVALID, asMember(http.json("PUT", space.path(), body)));
    }

    @Test
    void admit_keyOfAnotherDevice_isMalformed() throws Exception {
        String body = new String(KeyBody.write(space.keys(5).identity().publicKey()), StandardCharsets.UTF_8);
        String path = space.path() + "/devices/" + space.keys(6).device();
        http.refused(ErrorCode.MALFORMED, asMember(http.json("PUT", path, body)));
    }

    @Test
    void body_ofAnotherType_isRefused() throws Exception {
        http.refused(ErrorCode.CONTENT_TYPE, asMember(http.json("POST", space.path() + "/push", "{}")));
        http.refused(
                ErrorCode.CONTENT_TYPE, asMember(http.body("POST", space.path() + "/pull", ENVELOPES, new byte[5])));
        http.refused(
                ErrorCode.CONTENT_TYPE,
                asMember(http.to(space.path() + "/push").POST(BodyPublishers.ofByteArray(new byte[5]))));
        http.refused(
                ErrorCode.CONTENT_TYPE,
                asMember(http.json("POST", space.path() + "/pull", "{}").header("Content-Encoding", "gzip")));
    }

    @Test
    void body_malformed_isRefused() throws Exception {
        for (String body :
                List.of("", "{", "[]", "{}", "{\"known\":{},\"from\":-1}", "{\"known\":{\"x\":1},\"from\":0}")) {
            http.refused(ErrorCode.MALFORMED, asMember(http.json("POST", space.path() + "/pull", body)));
        }
        for (byte[] body :
                List.of(new byte[0], new byte[3], new byte[4], new byte[] {0, 0, 0, 9, 1}, new byte[] {-1, 0, 0, 0})) {
            http.refused(ErrorCode.MALFORMED, asMember(http.body("POST", space.path() + "/push", ENVELOPES, body)));
        }
    }

    @Test
    void body_tooLarge_isRefused_whetherItSaysSoOrNot() throws Exception {
        byte[] tooLarge = new byte[WireLimits.PUSH_BYTES_MAX + 1];
        http.refused(ErrorCode.TOO_LARGE, asMember(http.body("POST", space.path() + "/push", ENVELOPES, tooLarge)));
        String json = " ".repeat(WireLimits.JSON_REQUEST_BYTES_MAX + 1);
        http.refused(ErrorCode.TOO_LARGE, asMember(http.json("POST", space.path() + "/pull", json)));
        byte[] slot = new byte[8193];
        String mailbox = "/v1/mailboxes/" + "0".repeat(32) + "/request";
        http.refused(ErrorCode.TOO_LARGE, http.body("PUT", mailbox, "application/octet-stream", slot));
        http.refused(
                ErrorCode.TOO_LARGE,
                http.to(mailbox)
                        .header("Content-Type", "application/octet-stream")
                        .PUT(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(slot))));
    }

    @Test
    void push_ofNoEnvelopes_refusesEachByItself() throws Exception {
        byte[] body = new byte[4 + 300];
        Arrays.fill(body, 4, body.length, (byte) 7);
        body[2] = 1;
        body[3] = 44;
        HttpResponse<byte[]> response = http.send(asMember(http.body("POST", space.path() + "/push", ENVELOPES, body)));
        String answer = new String(response.body(), StandardCharsets.UTF_8);
        assertEquals(200, response.statusCode());
        assertTrue(answer.contains("\"reason\":\"invalid\""), answer);
    }

    @Test
    void expectContinue_isGranted() throws Exception {
        HttpRequest.Builder request = http.json("POST", space.path() + "/pull", "{\"known\":{},\"from\":0}")
                .expectContinue(true);
        assertEquals(200, http.send(asMember(request)).statusCode());
    }

    @Test
    void mailboxId_isNotASpaceId_andHasOneSpelling() throws Exception {
        http.refused(ErrorCode.UNKNOWN_MAILBOX, http.to("/v1/mailboxes/" + WireText.mailbox(new byte[16]) + "/answer"));
    }
}
