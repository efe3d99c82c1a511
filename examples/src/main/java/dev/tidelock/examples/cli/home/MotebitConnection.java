package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.EnvelopeHeader;
import dev.tidelock.sync.motebit.MotebitIdentity;
import dev.tidelock.sync.motebit.MotebitRelay;
import dev.tidelock.sync.spi.runtime.SystemRuntime;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.Arrays;
import java.util.List;

/**
 * A connection to a motebit relay. All devices of a space have its first content key, and so the motebit's identity: each can register each of them, and nobody has to be let in.
 */
final class MotebitConnection implements RelayWay.Connection {
    private final String url;
    private final SpaceKeys keys;
    private final MotebitIdentity identity;
    private final SystemRuntime runtime = new SystemRuntime();
    private final MotebitRelay relay;

    MotebitConnection(String url, SpaceKeys keys) {
        this.url = url;
        this.keys = keys;
        byte[] first = keys.ring().exportUnprotectedKey(keys.ring().epochs().first());
        this.identity = MotebitIdentity.derivedFrom(first);
        Arrays.fill(first, (byte) 0);
        this.relay = open(keys.device());
    }

    private MotebitRelay open(DeviceId device) {
        return MotebitRelay.at(url, runtime).open(keys.space(), identity, device);
    }

    @Override
    public LiveTransport transport() {
        return relay.transport();
    }

    @Override
    public void listen(LiveListener listener) {
        transport().listen(listener);
    }

    @Override
    public boolean isLive() {
        return transport().isLive();
    }

    @Override
    public Registrar registrar() {
        return new Registrar() {
            @Override
            public void createSpace() throws TransportException {
                relay.register();
            }

            @Override
            public void admit(byte[] publicKey) throws TransportException {
                try (MotebitRelay other = open(EnvelopeHeader.deviceOf(publicKey))) {
                    other.register();
                }
            }

            /** The relay does not tell. */
            @Override
            public void deleteSpace() throws TransportException {
                throw new TransportException(
                        TransportException.Kind.REJECTED, "this kind of relay deletes nothing", null);
            }

            @Override
            public List<Member> members() {
                return List.of();
            }
        };
    }

    @Override
    public void close() {
        relay.close();
        runtime.close();
    }
}
