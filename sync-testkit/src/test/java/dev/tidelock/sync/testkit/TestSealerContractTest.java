package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.SpaceId;
import java.util.Map;

class TestSealerContractTest extends SealerContract {
    private static Member of(TestSealer sealer) {
        return new Member(sealer, sealer.publicKey());
    }

    @Override
    protected Member member(SpaceId space, int device) {
        return of(TestSealer.of(space, device));
    }

    @Override
    protected Member memberWithOtherKey(SpaceId space, int device) {
        return of(TestSealer.of(space, device).withKeys(Map.of(1, 7L)));
    }

    @Override
    protected Member memberWithoutEpoch(SpaceId space, int device) {
        return of(TestSealer.of(space, device).withKeys(Map.of(2, 7L)));
    }
}
