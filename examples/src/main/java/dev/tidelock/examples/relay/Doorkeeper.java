package dev.tidelock.examples.relay;

import dev.tidelock.sync.crypto.AccessToken;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.ErrorCode;
import java.sql.SQLException;

/** Lets in whoever shows a good token of a member. */
final class Doorkeeper {
    private final Membership membership;
    private final RateLimit<DeviceId> rate;

    Doorkeeper(Membership membership, RateLimit<DeviceId> rate) {
        this.membership = membership;
        this.rate = rate;
    }

    /** The member of this space who asks. */
    Caller require(RelayRequest request, SpaceId space) throws RefusedException, SQLException {
        return require(request.token(), space, request.nowMillis());
    }

    /** The member of this space whose token this is. */
    Caller require(String shown, SpaceId space, long nowMillis) throws RefusedException, SQLException {
        AccessToken token = tokenFor(shown, space);
        Space there = membership
                .space(space)
                .orElseThrow(() -> new RefusedException(ErrorCode.UNKNOWN_SPACE, "this relay has no such space"));
        Member member = membership
                .member(there, token.device())
                .orElseThrow(
                        () -> new RefusedException(ErrorCode.NOT_A_MEMBER, "this device is no member of the space"));
        requireValid(token, member.publicKey(), nowMillis);
        requireTime(member);
        membership.use(there);
        return new Caller(there, member, token.expiresAtMillis());
    }

    /** @throws RefusedException if the member asks too often */
    void requireTime(Member member) throws RefusedException {
        rate.require(member.device());
    }

    /** The token that is shown, if it claims to be about this space. It proves nothing yet. */
    AccessToken tokenFor(String shown, SpaceId space) throws RefusedException {
        AccessToken token = AccessToken.parse(shown)
                .orElseThrow(() -> new RefusedException(ErrorCode.TOKEN_MALFORMED, "this is no token of version 1"));
        if (!token.space().equals(space)) {
            throw new RefusedException(ErrorCode.TOKEN_INVALID, "the token is about another space");
        }
        return token;
    }

    void requireValid(AccessToken token, byte[] publicKey, long nowMillis) throws RefusedException {
        switch (token.verify(publicKey, nowMillis)) {
            case VALID -> {}
            case EXPIRED -> throw new RefusedException(ErrorCode.TOKEN_EXPIRED, "the token's time is over");
            case MALFORMED -> throw new RefusedException(ErrorCode.TOKEN_MALFORMED, "this is no token of version 1");
            case INVALID ->
                throw new RefusedException(
                        ErrorCode.TOKEN_INVALID,
                        "the token is not the device's, or claims a time that is not accepted");
        }
    }
}
