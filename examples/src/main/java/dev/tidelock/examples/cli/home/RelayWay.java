package dev.tidelock.examples.cli.home;

import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.LiveListener;
import dev.tidelock.sync.spi.transport.LiveTransport;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.Registrar;
import dev.tidelock.sync.spi.transport.Transport;
import dev.tidelock.sync.ws.WsRelay;
import java.util.Locale;

/** How a HOME reaches its relay. */
public enum RelayWay {
    /** A request for everything. */
    HTTP,
    /** One WebSocket that stays open while the HOME runs, and HTTP wherever it cannot be opened. */
    WS;

    /** The name in options and settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A connection to a relay. */
    interface Connection extends AutoCloseable {
        Transport transport();

        Registrar registrar();

        Mailboxes mailboxes();

        /** Tells the listener of what comes by itself; nothing does over HTTP. */
        default void listen(LiveListener listener) {}

        default boolean isLive() {
            return false;
        }

        @Override
        void close();
    }

    Connection connect(String url, SpaceKeys keys) {
        byte[] publicKey = keys.identity().publicKey();
        return switch (this) {
            case HTTP ->
                new Http(HttpRelay.at(url, System::currentTimeMillis).open(keys.space(), publicKey, keys::tokenAt));
            case WS -> new Ws(WsRelay.at(url).open(keys.space(), publicKey, keys::tokenAt));
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
