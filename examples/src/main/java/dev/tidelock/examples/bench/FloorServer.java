package dev.tidelock.examples.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The floor of a relay: keeps whatever is posted as one row, durably, and says so. Looks at nothing. */
final class FloorServer implements AutoCloseable {
    private final HttpServer server;
    private final Connection connection;

    FloorServer(Path file) throws IOException, SQLException {
        connection = SqliteFloor.open(file, "FULL");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::keep);
        server.start();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    private synchronized void keep(HttpExchange exchange) throws IOException {
        try (exchange;
                PreparedStatement insert = connection.prepareStatement("INSERT INTO outbox (value) VALUES (?)")) {
            insert.setBytes(1, exchange.getRequestBody().readAllBytes());
            insert.executeUpdate();
            connection.commit();
            exchange.sendResponseHeaders(200, -1);
        } catch (SQLException failed) {
            throw new IOException(failed);
        }
    }

    @Override
    public void close() throws SQLException {
        server.stop(0);
        connection.close();
    }
}
