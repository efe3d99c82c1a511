package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.DeviceHome;
import dev.tidelock.examples.cli.home.HomeSettings;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.sync.crypto.DirectInvitation;
import dev.tidelock.sync.crypto.PairingException;
import dev.tidelock.sync.crypto.PairingInvitation;
import dev.tidelock.sync.crypto.PairingPeer;
import dev.tidelock.sync.spi.transport.TransportException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "pair",
        description =
                "Lets one other device into the space: shows what it has to scan or to be given, waits for it, and asks you to approve. "
                        + "The URI is a secret; show it to nobody else.")
final class PairCommand extends HomeCommand {
    /** Names in a URI that holds the keys. */
    static final String RELAY = "relay";

    static final String DIALECT = "dialect";

    private static final String SESSION = "session";

    @Option(
            names = "--label",
            paramLabel = "L",
            description = "What this device is called on the other one; its own label unless given.")
    private String label;

    @Option(
            names = "--expires",
            paramLabel = "D",
            converter = Durations.class,
            description = "How long to wait, 10s to 1h; 10m unless given.")
    private Duration expires = PairingInvitation.EXPIRES_DEFAULT;

    @Option(names = "--yes", description = "Approve whichever device comes with the URI.")
    private boolean yes;

    @Override
    boolean needsOwnIdentity() {
        return true;
    }

    @Override
    int run(DeviceHome device) throws Exception {
        HomeSettings settings = device.settings();
        if (settings.way().isDialect()) {
            showKeys(device, settings);
            return 0;
        }
        PairingInvitation invitation = PairingInvitation.builder(
                        device.keys(), device.mailboxes(), device.registrar(), System::nanoTime)
                .label(label == null ? device.settings().label() : label)
                .expires(expires)
                .open(device.settings().relay());
        show(invitation.uri().exportUnprotectedUri());
        PairingPeer joined = await(invitation);
        device.remember(joined, System.currentTimeMillis());
        printNow(
                Json.object("device", joined.device(), "label", joined.label()),
                "Let in: device " + joined.device() + name(joined));
        return 0;
    }

    /** Where the relay carries no pairing: a URI with the keys, for which nobody is asked. */
    private void showKeys(DeviceHome device, HomeSettings settings) {
        Map<String, String> way = new HashMap<>(Map.of(DIALECT, settings.way().word(), RELAY, settings.relay()));
        if (settings.way() == RelayWay.MONOLITH) {
            way.put(SESSION, device.session());
        }
        String uri = DirectInvitation.of(device.keys().ring(), way).exportUnprotectedUri();
        printNow(
                Json.object("uri", uri),
                QrText.of(uri) + "\n" + uri + "\n\nOn the other device: tidelock join HOME '" + uri
                        + "'\nThis holds the keys themselves: whoever sees it can read everything, for as long as they are in use. Show it to nobody else, and keep it nowhere.");
    }

    private PairingPeer await(PairingInvitation invitation) throws TransportException {
        try {
            return invitation.await(asking -> yes || approves(asking));
        } catch (PairingException over) {
            throw CliException.failed(over.getMessage(), over);
        }
    }

    private void show(String uri) {
        printNow(
                Json.object("uri", uri),
                QrText.of(uri) + "\n" + uri + "\n\nOn the other device: tidelock join HOME '" + uri
                        + "'\nWaiting for it ...");
    }

    private boolean approves(PairingPeer asking) {
        err().print("Device " + asking.device() + name(asking) + " asks to join. Let it in? [y/N] ");
        err().flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return answer != null
                    && (answer.strip().toLowerCase(Locale.ROOT).equals("y")
                            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String name(PairingPeer peer) {
        return peer.label().isEmpty() ? "" : " (" + peer.label() + ")";
    }
}
