package dev.tidelock.sync.http.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.TestEnvelopes;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PushReceipt;
import dev.tidelock.sync.spi.transport.PushReceipt.Refusal;
import dev.tidelock.sync.spi.transport.PushReceipt.RefusalReason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonBodiesTest {
    private static final EnvelopeHash HASH = EnvelopeHash.ofEnvelope(new byte[] {1, 2, 3});
    private static final SpaceId SPACE = SpaceId.parse("000102030405060708090a0b0c0d0e0f");
    private static final DeviceId DEVICE = DeviceId.parse("f00102030405060708090a0b0c0d0e0f");

    @Test
    void pushAnswer_everyReason_roundTrips() throws Exception {
        for (RefusalReason reason : RefusalReason.values()) {
            PushReceipt receipt = new PushReceipt(List.of(HASH), List.of(new Refusal(HASH, reason, "why")), 17);
            assertEquals(receipt, PushAnswer.read(PushAnswer.write(receipt)));
        }
    }

    @Test
    void pushAnswer_isTheJsonOfTheProtocol() {
        PushReceipt receipt =
                new PushReceipt(List.of(HASH), List.of(new Refusal(HASH, RefusalReason.TOO_LARGE, null)), 17);
        assertEquals(
                "{\"accepted\":[\"" + HASH + "\"],\"refused\":[{\"hash\":\"" + HASH
                        + "\",\"reason\":\"too-large\"}],\"timeMillis\":17}",
                text(PushAnswer.write(receipt)));
    }

    @Test
    void pushAnswer_longDetail_isCut() throws Exception {
        String detail = "x".repeat(3000);
        PushReceipt receipt = new PushReceipt(List.of(), List.of(new Refusal(HASH, RefusalReason.INVALID, detail)), 17);
        PushReceipt read = PushAnswer.read(PushAnswer.write(receipt));
        assertEquals(detail.substring(0, 500), read.refusals().get(0).detail());
    }

    @Test
    void pushAnswer_fullPushRefusedAtLength_fitsAnAnswer() throws Exception {
        Refusal refusal = new Refusal(HASH, RefusalReason.UNKNOWN_DEVICE, "x".repeat(500));
        PushReceipt receipt = new PushReceipt(List.of(), java.util.Collections.nCopies(1000, refusal), 17);
        assertEquals(receipt, PushAnswer.read(PushAnswer.write(receipt)));
    }

    @Test
    void pushAnswer_unknownReason_isRefused() {
        refused(() -> PushAnswer.read(utf8(
                "{\"accepted\":[],\"refused\":[{\"hash\":\"" + HASH + "\",\"reason\":\"mood\"}],\"timeMillis\":1}")));
    }

    @Test
    void pullBody_byCursor_isTheJsonOfTheProtocol() throws Exception {
        PullBody body = new PullBody(PullRequest.after(new Cursor(new LogId("log-1"), 7, HASH)), 65536);
        assertEquals(
                "{\"after\":{\"log\":\"log-1\",\"position\":7,\"prefix\":\"" + HASH + "\"},\"bytesMax\":65536}",
                text(body.write()));
        PullBody read = PullBody.read(body.write());
        assertEquals(body.request().after(), read.request().after());
        assertEquals(65536, read.bytesMax());
    }

    @Test
    void pullBody_byKnown_isTheJsonOfTheProtocol() throws Exception {
        PullBody body = new PullBody(PullRequest.missing(Map.of(DEVICE, 12L), 5), 65536);
        assertEquals("{\"known\":{\"" + DEVICE + "\":12},\"from\":5,\"bytesMax\":65536}", text(body.write()));
        PullBody read = PullBody.read(body.write());
        assertNull(read.request().after());
        assertEquals(Map.of(DEVICE, 12L), read.request().known());
        assertEquals(5, read.request().fromPosition());
    }

    @Test
    void pullBody_withoutBytesMax_asksForTheDefault() throws Exception {
        assertEquals(1 << 20, PullBody.read(utf8("{\"known\":{},\"from\":0}")).bytesMax());
    }

    @Test
    void pullBody_fullSpace_fitsARequest() throws Exception {
        Map<DeviceId, Long> known = new java.util.HashMap<>();
        for (int i = 0; i < WireLimits.DEVICES_MAX; i++) {
            known.put(new TestEnvelopes(i).device(), (1L << 48) - 1);
        }
        PullBody body = new PullBody(PullRequest.missing(known, Long.MAX_VALUE), WireLimits.PULL_BYTES_MAX);
        assertEquals(known, PullBody.read(body.write()).request().known());
    }

    @Test
    void pullBody_neitherOrBothForms_isRefused() {
        String after = "\"after\":{\"log\":\"a\",\"position\":0,\"prefix\":\"" + EnvelopeHash.NONE + "\"}";
        refused(() -> PullBody.read(utf8("{}")));
        refused(() -> PullBody.read(utf8("{\"known\":{}}")));
        refused(() -> PullBody.read(utf8("{" + after + ",\"from\":0}")));
        refused(() -> PullBody.read(utf8("{" + after + ",\"known\":{},\"from\":0}")));
        refused(() -> PullBody.read(utf8("{" + after + ",\"bytesMax\":16383}")));
        refused(() -> PullBody.read(utf8("{" + after + ",\"bytesMax\":4194305}")));
        refused(() -> PullBody.read(utf8("{" + after + ",\"bytesMax\":1e5}")));
        refused(() -> PullBody.read(utf8("{" + after.replace("0,", "-1,") + "}")));
    }

    @Test
    void errorAnswer_withLog_roundTrips() throws Exception {
        ErrorAnswer answer = new ErrorAnswer("cursor-refused", "", new LogId("abc"), 17);
        assertEquals("{\"error\":\"cursor-refused\",\"log\":\"abc\",\"timeMillis\":17}", text(answer.write()));
        assertEquals(answer, ErrorAnswer.read(answer.write()));
    }

    @Test
    void devicesAnswer_roundTripsInOrder() throws Exception {
        byte[] one = new TestEnvelopes(1).publicKey();
        byte[] two = new TestEnvelopes(2).publicKey();
        DevicesAnswer answer =
                new DevicesAnswer(List.of(new DevicesAnswer.Device(two, 5), new DevicesAnswer.Device(one, 6)), 17);
        DevicesAnswer read = DevicesAnswer.read(answer.write());
        assertEquals(17, read.timeMillis());
        assertArrayEquals(two, read.devices().get(0).publicKey());
        assertEquals(new TestEnvelopes(1).device(), read.devices().get(1).id());
        assertEquals(6, read.devices().get(1).addedAtMillis());
    }

    @Test
    void devicesAnswer_keyOfAnotherDevice_isRefused() {
        byte[] honest =
                new DevicesAnswer(List.of(new DevicesAnswer.Device(new TestEnvelopes(1).publicKey(), 5)), 17).write();
        String forged = text(honest)
                .replace(
                        WireText.base64Url(new TestEnvelopes(1).publicKey()),
                        WireText.base64Url(new TestEnvelopes(2).publicKey()));
        refused(() -> DevicesAnswer.read(utf8(forged)));
    }

    @Test
    void keyBody_anySecondSpelling_isRefused() throws Exception {
        byte[] key = new TestEnvelopes(1).publicKey();
        String text = WireText.base64Url(key);
        assertArrayEquals(key, KeyBody.read(KeyBody.write(key)));
        refused(() -> KeyBody.read(utf8("{\"publicKey\":\"" + text + "=\"}")));
        refused(() -> KeyBody.read(utf8("{\"publicKey\":\"" + text.substring(0, 42) + "_\"}")));
        refused(() -> KeyBody.read(utf8("{\"publicKey\":\"" + text.substring(0, 40) + "\"}")));
        refused(() -> KeyBody.read(utf8("{\"publicKey\":\"" + text.substring(0, 42) + "+\"}")));
    }

    @Test
    void mailboxBody_outsideItsBounds_isRefused() throws Exception {
        MailboxBody body = new MailboxBody(SPACE, 60);
        assertEquals("{\"space\":\"" + SPACE + "\",\"expiresSeconds\":60}", text(body.write()));
        assertEquals(body, MailboxBody.read(body.write()));
        refused(() -> MailboxBody.read(utf8("{\"space\":\"" + SPACE + "\",\"expiresSeconds\":9}")));
        refused(() -> MailboxBody.read(utf8("{\"space\":\"" + SPACE + "\",\"expiresSeconds\":3601}")));
        refused(() -> MailboxBody.read(utf8("{\"expiresSeconds\":60}")));
        assertThrows(IllegalArgumentException.class, () -> new MailboxBody(SPACE, 9));
    }

    @Test
    void healthAnswer_isTheJsonOfTheProtocol() {
        assertEquals("{\"ok\":true,\"protocol\":1,\"timeMillis\":17}", text(HealthAnswer.write(17)));
    }

    @Test
    void unknownMember_isPassedOver() throws Exception {
        assertEquals(
                5,
                DoneAnswer.read(utf8("{\"later\":{\"a\":[1,{}]},\"timeMillis\":5}"))
                        .timeMillis());
    }

    @Test
    void anythingButOneStrictObject_isRefused() {
        for (String body : List.of(
                "",
                "5",
                "[]",
                "null",
                "{",
                "{}{}",
                "{} x",
                "{\"timeMillis\":1,\"timeMillis\":2}",
                "{\"timeMillis\":-1}",
                "{\"timeMillis\":1.5}",
                "{\"timeMillis\":\"1\"}",
                "{\"timeMillis\":99999999999999999999}",
                "{\"timeMillis\":" + "9".repeat(1000) + "}",
                "{timeMillis:1}",
                "{\"timeMillis\":1,}",
                "{\"deep\":" + "[".repeat(20) + "]".repeat(20) + "}",
                "{\"" + "n".repeat(500) + "\":1}",
                "{\"long\":\"" + "x".repeat(5000) + "\",\"timeMillis\":\"" + "x".repeat(5000) + "\"}")) {
            refused(() -> DoneAnswer.read(utf8(body)));
        }
        refused(() -> DoneAnswer.read(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));
        refused(() -> DoneAnswer.read("{\"timeMillis\":1}".getBytes(StandardCharsets.UTF_16)));
        refused(() -> KeyBody.read(new byte[KeyBody.BYTES_MAX + 1]));
    }

    @Test
    void refusal_quotesNothingOfTheBody() {
        WireFormatException refused =
                refused(() -> DoneAnswer.read(utf8("{\"timeMillis\":\"canary-7731\" canary-7731")));
        assertFalse(refused.getMessage().contains("canary"), refused.getMessage());
    }

    @Test
    void upperCaseId_isRefused() throws Exception {
        assertEquals(SPACE, WireText.space(SPACE.toString()));
        refused(() -> WireText.space(SPACE.toString().toUpperCase(java.util.Locale.ROOT)));
        refused(() -> WireText.device("zz"));
        refused(() -> WireText.hash(SPACE.toString()));
    }

    private interface Reading {
        Object read() throws WireFormatException;
    }

    private static WireFormatException refused(Reading reading) {
        WireFormatException refused = assertThrows(WireFormatException.class, reading::read);
        assertTrue(refused.getMessage().length() < 300, refused.getMessage());
        return refused;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
