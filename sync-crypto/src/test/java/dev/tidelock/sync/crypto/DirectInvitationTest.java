package dev.tidelock.sync.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectInvitationTest {
    private final KeyRing ring = KeyRing.newSpace().withNewEpoch();

    @Test
    void parse_whatWasExported_givesTheSameKeysAndParameters() throws PairingException {
        Map<String, String> parameters = Map.of("link", "ws://localhost:3005/a b&c=d", "label", "Schreibtisch ä");
        DirectInvitation parsed =
                DirectInvitation.parse(DirectInvitation.of(ring, parameters).exportUnprotectedUri());
        assertEquals(parameters, parsed.parameters());
        SpaceKeys keys = parsed.join();
        assertEquals(ring, keys.ring());
        assertEquals(ring.space(), parsed.space());
        assertNotEquals(keys.device(), parsed.join().device(), "each device has an identity of its own");
    }

    @Test
    void toString_always_holdsNoKey() {
        DirectInvitation invitation = DirectInvitation.of(ring, Map.of());
        String key = Bytes.toBase64Url(ring.exportUnprotectedKey(1)).substring(2, 20);
        assertFalse(invitation.toString().contains(key));
    }

    @Test
    void of_parametersThatAreReservedOrTooMany_areRefused() {
        for (String name : new String[] {"v", "keys", "", "A", "with-dash", "abcdefghijklmnopq"}) {
            Map<String, String> parameters = Map.of(name, "x");
            assertThrows(IllegalArgumentException.class, () -> DirectInvitation.of(ring, parameters), name);
        }
        Map<String, String> tooLong = Map.of("a", "x".repeat(1025));
        assertThrows(IllegalArgumentException.class, () -> DirectInvitation.of(ring, tooLong));
    }

    @Test
    void parse_anythingElse_isRefusedAndNotRepeated() {
        String uri = DirectInvitation.of(ring, Map.of("link", "x")).exportUnprotectedUri();
        String[] wrong = {
            "",
            "tidelock:pair?v=1",
            uri.replace("v=1", "v=x1"),
            uri.replace("&link=x", "&link=x&link=y"),
            uri.replace("&link=x", "&link"),
            uri.replace("&link=x", "&LINK=x"),
            uri.replace("keys=", "keys=A"),
            uri.replace("keys=", "keys=*"),
            uri.replace("v=1&", ""),
            uri.substring(0, uri.indexOf("keys")) + "keys=",
            uri + "&x=" + "y".repeat(1025),
            uri + "x".repeat(DirectInvitation.CHARS_MAX)
        };
        for (String text : wrong) {
            PairingException refused = assertThrows(PairingException.class, () -> DirectInvitation.parse(text), text);
            assertFalse(refused.getMessage().contains(uri.substring(40, 60)));
        }
        PairingException newer =
                assertThrows(PairingException.class, () -> DirectInvitation.parse(uri.replace("v=1", "v=2")));
        assertEquals(PairingException.Kind.UNSUPPORTED_VERSION, newer.kind());
    }
}
