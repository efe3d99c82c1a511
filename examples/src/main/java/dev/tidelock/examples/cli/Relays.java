package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** What the commands that make a HOME share. */
final class Relays {
    static final String NO_PASSPHRASE =
            "The keys are protected by file permissions only; for a passphrase, use --passphrase-file or TIDELOCK_PASSPHRASE";

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

    static String label(String given, Path home) {
        if (given != null) {
            return given;
        }
        Path name = home.toAbsolutePath().normalize().getFileName();
        return name == null ? "" : name.toString();
    }
}
