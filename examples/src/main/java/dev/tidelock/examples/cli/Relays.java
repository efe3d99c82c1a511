package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** What the commands that make a HOME share. */
final class Relays {
    static final String NO_PASSPHRASE =
            "The keys are protected by file permissions only; for a passphrase, use --passphrase-file or TIDELOCK_PASSPHRASE";

    private static final int TIMEOUT_MILLIS = 10_000;

    private Relays() {}

    /** The URL in the form in which it is kept: without a slash at its end. */
    static String requireUrl(String url) {
        try {
            URI parsed = new URI(url);
            boolean http = "http".equalsIgnoreCase(parsed.getScheme()) || "https".equalsIgnoreCase(parsed.getScheme());
            if (http
                    && parsed.getHost() != null
                    && parsed.getRawUserInfo() == null
                    && parsed.getRawQuery() == null
                    && parsed.getRawFragment() == null) {
                return url.replaceAll("/+$", "");
            }
        } catch (URISyntaxException notAUrl) {
            // said below
        }
        throw CliException.usage("'" + url + "' is not a relay's address; an http or https URL without user, query and"
                + " fragment is accepted, such as http://localhost:8080");
    }

    /** Asks a relay for its health: a pairing would go on asking for minutes before it says that nobody is there. */
    static void requireReachable(String url) {
        int status;
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(url + "/health").openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            status = connection.getResponseCode();
            connection.disconnect();
        } catch (IOException unreachable) {
            throw CliException.failed("the relay at " + url + " cannot be reached (" + unreachable.getMessage()
                    + "); check the address and that the relay runs, then try again; nothing was made");
        }
        if (status != HttpURLConnection.HTTP_OK) {
            throw CliException.failed("at " + url + " there is no relay: asked for its health, it answers with status "
                    + status + "; check the address; nothing was made");
        }
    }

    static String label(String given, Path home) {
        if (given != null) {
            return given;
        }
        Path name = home.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }
}
