package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.sync.bundle.OfflineTransport;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.ws.WsRelay;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How a HOME reaches its relay. */
public enum RelayWay {
    /** A request for everything. */
    HTTP,
    /** One WebSocket that stays open while the HOME runs, and HTTP wherever it cannot be opened. */
    WS,
    /** Another kind of relay: the log of a motebit, whose identity follows from the space's first key. */
    MOTEBIT,
    /** Another kind of relay: it forwards what two devices say to each other, and keeps nothing. */
    MONOLITH,
    /** No relay: bundles carry what is written. */
    NONE;

    /** The name in options and settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the relay, if there is one, is of another kind: one that carries no pairing. */
    public boolean isDialect() {
        return this != HTTP && this != WS;
    }

    /** The URLs that the relay may have: their schemes, for {@link java.net.URI}. */
    public List<String> schemes() {
        return this == MONOLITH ? List.of("ws", "wss", "http", "https") : List.of("http", "https");
    }

    /** The name under which a HOME's database keeps what it knows of the other side. */
    String remote(String url, SpaceKeys keys) {
        return switch (this) {
            case MONOLITH -> LazyLink.remote(keys);
            case NONE -> OfflineTransport.REMOTE;
            default -> url;
        };
    }

    /** The dialect of this name, if there is one. */
    public static Optional<RelayWay> dialect(String word) {
        return Arrays.stream(values())
                .filter(way -> way.isDialect() && way.word().equals(word))
                .findFirst();
    }

    /** Whether cursors say anything there. */
    boolean isOrdered() {
        return this != MOTEBIT;
    }

    /** A connection to a relay. */
    interface Connection extends AutoCloseable {
        Transport transport();

        Registrar registrar();

        default Mailboxes mailboxes() {
            throw CliException.failed("this kind of relay carries no pairing");
        }

        default Cells cells() {
            throw CliException.failed("this kind of relay keeps no state cells");
        }

        /** Tells the listener of what comes by itself; nothing does over HTTP. */
        default void listen(LiveListener listener) {}

        default boolean isLive() {
            return false;
        }

        @Override
        void close();
    }

    /** A connection for a few requests. */
    Connection connectBriefly(String url, SpaceKeys keys) {
        return (this == WS ? HTTP : this).connect(url, keys);
    }

    Connection connect(String url, SpaceKeys keys) {
        byte[] publicKey = keys.identity().publicKey();
        return switch (this) {
            case HTTP ->
                new Http(HttpRelay.at(url, System::currentTimeMillis).open(keys.space(), publicKey, keys::tokenAt));
            case WS -> new Ws(WsRelay.at(url).open(keys.space(), publicKey, keys::tokenAt));
            case MOTEBIT -> new MotebitConnection(url, keys);
            case MONOLITH, NONE -> new NothingToRegister();
        };
    }

    private record Http(HttpRelay relay) implements Connection {
        @Override
        public Transport transport() {
            return relay.transport();
        }

        @Override
        public Registrar registrar() {
            return relay.registrar();
        }

        @Override
        public Mailboxes mailboxes() {
            return relay.mailboxes();
        }

        @Override
        public Cells cells() {
            return relay.cells();
        }

        @Override
        public void close() {
            relay.close();
        }
    }

    private record Ws(WsRelay relay) implements Connection {
        @Override
        public LiveTransport transport() {
            return relay.transport();
        }

        @Override
        public Registrar registrar() {
            return relay.registrar();
        }

        @Override
        public Mailboxes mailboxes() {
            return relay.mailboxes();
        }

        @Override
        public Cells cells() {
            return relay.cells();
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
        public void close() {
            relay.close();
        }
    }

    /** Where nobody keeps a list of devices: whoever has the keys is one. */
    private static final class NothingToRegister implements Connection, Registrar {
        @Override
        public Transport transport() {
            return new OfflineTransport();
        }

        @Override
        public Registrar registrar() {
            return this;
        }

        @Override
        public void createSpace() {
            // the keys are all that there is of it
        }

        @Override
        public void admit(byte[] publicKey) {
            // nobody asks
        }

        @Override
        public List<Member> members() {
            return List.of();
        }

        @Override
        public void deleteSpace() {
            // nobody keeps it
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
