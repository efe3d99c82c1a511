package dev.tidelock.examples.cli.home;

import dev.tidelock.examples.cli.common.CliException;
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
import java.util.Locale;
import java.util.Optional;

/** How a HOME reaches its relay. */
public enum RelayWay {
    /** A request for everything. */
    HTTP,
    /** One WebSocket that stays open while the HOME runs, and HTTP wherever it cannot be opened. */
    WS,
    /** Another kind of relay: the log of a motebit, whose identity follows from the space's first key. */
    MOTEBIT;

    /** The name in options and settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the relay is of another kind: one that carries no pairing. */
    public boolean isDialect() {
        return this == MOTEBIT;
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
}
