package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.home.RelayWay;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Locale;

/** What the commands that make a HOME share. */
final class Relays {
    static final String NO_PASSPHRASE =
            "The keys are protected by file permissions only; for a passphrase, use --passphrase-file or TIDELOCK_PASSPHRASE";

    private static final int TIMEOUT_MILLIS = 10_000;

    private Relays() {}

    /** The URL of a relay of ours, in the form in which it is kept: without a slash at its end. */
    static String requireUrl(String url) {
        return requireUrl(url, RelayWay.HTTP);
    }

    static String requireUrl(String url, RelayWay way) {
        try {
            URI parsed = new URI(url);
            boolean fits = parsed.getScheme() != null
                    && way.schemes().contains(parsed.getScheme().toLowerCase(Locale.ROOT));
            if (fits
                    && parsed.getHost() != null
                    && parsed.getRawUserInfo() == null
                    && parsed.getRawQuery() == null
                    && parsed.getRawFragment() == null) {
                return url.replaceAll("/+$", "");
            }
        } catch (URISyntaxException notAUrl) {
            // said below
        }
        String example = way == RelayWay.MONOLITH ? "a ws, wss, http or https URL" : "an http or https URL";
        String port = way == RelayWay.MONOLITH ? "ws://localhost:3005" : "http://localhost:8080";
        throw CliException.usage("'" + url + "' is not a relay's address; " + example
                + " without user, query and fragment is accepted, such as " + port);
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
