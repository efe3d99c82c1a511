package dev.tidelock.sync.crypto;

import static dev.tidelock.sync.crypto.Fixtures.filled;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.testkit.SealerContract;
import java.util.Map;

class SealerContractTest extends SealerContract {
    @Override
    protected Member member(SpaceId space, int device) {
        return member(KeyRing.ofUnprotectedKeys(space, Map.of(1, filled(32, 0x11), 2, filled(32, 0x22)), 2), device);
    }

    @Override
    protected Member memberWithOtherKey(SpaceId space, int device) {
        return member(KeyRing.ofUnprotectedKeys(space, Map.of(1, filled(32, 0x11), 2, filled(32, 0x23)), 2), device);
    }

    @Override
    protected Member memberWithoutEpoch(SpaceId space, int device) {
        return member(KeyRing.ofUnprotectedKeys(space, Map.of(1, filled(32, 0x11)), 1), device);
    }

    private static Member member(KeyRing ring, int device) {
        SpaceKeys keys = SpaceKeys.of(ring, Fixtures.identity(100 + device));
        return new Member(keys.sealer(), keys.identity().publicKey());
    }
}
