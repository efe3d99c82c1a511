package dev.tidelock.examples.cli;

import dev.tidelock.examples.cli.common.CliException;
import dev.tidelock.examples.cli.common.Json;
import dev.tidelock.examples.cli.home.NewHome;
import dev.tidelock.examples.cli.home.Passphrase;
import dev.tidelock.examples.cli.home.RelayWay;
import dev.tidelock.sync.crypto.DirectInvitation;
import dev.tidelock.sync.crypto.PairingException;
import dev.tidelock.sync.crypto.PairingJoin;
import dev.tidelock.sync.crypto.PairingUri;
import dev.tidelock.sync.crypto.SpaceKeys;
import dev.tidelock.sync.http.HttpRelay;
import dev.tidelock.sync.spi.transport.Mailboxes;
import dev.tidelock.sync.spi.transport.TransportException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "join",
        description =
                "Makes a folder a device of the space that 'tidelock pair' on another device invites to. Its first sync fetches everything.")
final class JoinCommand extends BaseCommand {
    @Parameters(index = "0", paramLabel = "HOME", description = "The device's folder: a new or an empty one.")
    private Path home;

    @Parameters(index = "1", paramLabel = "URI", description = "What 'tidelock pair' shows.")
    private String uri;

    @Option(
            names = "--relay",
            paramLabel = "URL",
            description = "Where this device reaches the relay, if not where the URI says.")
    private String relay;

    @Option(
            names = "--name",
            paramLabel = "L",
            description = "What you call this device; the folder's name unless given.")
    private String label;

    @Mixin
    private RelayWayOptions options;

    @Mixin
    private Passphrase passphrase;

    @Override
    public Integer call() throws Exception {
        NewHome made = NewHome.at(home, passphrase);
        if (uri.startsWith(DirectInvitation.START)) {
            joinDirectly(made);
            return 0;
        }
        if (options.dialect() != null) {
            throw CliException.usage("the URI is one of a relay of ours; '--dialect "
                    + options.dialect().word() + "' goes with one that begins with " + DirectInvitation.START);
        }
        PairingJoin.Joined joined;
        String url;
        String name = Relays.label(label, home);
        try {
            PairingUri invitation = PairingUri.parse(uri);
            url = Relays.requireUrl(relay == null ? invitation.relayUrl() : relay);
            Relays.requireReachable(url);
            joined = join(invitation, url, name);
        } catch (PairingException over) {
            throw over.kind() == PairingException.Kind.NOT_A_PAIRING_URI
                    ? CliException.usage(over.getMessage())
                    : CliException.failed(over.getMessage() + "; nothing was made", over);
        }
        made.createJoined(joined.keys(), url, options.ours(), name, joined.inviter());
        tell(made, joined.keys());
        return 0;
    }

    /** By a URI that holds the keys: nobody has to be waited for. */
    private void joinDirectly(NewHome made) throws Exception {
        DirectInvitation invitation;
        try {
            invitation = DirectInvitation.parse(uri);
        } catch (PairingException noneOfOurs) {
            throw CliException.usage(noneOfOurs.getMessage());
        }
        RelayWay way = options.requireFits(dialect(invitation));
        String said = invitation.parameters().get(PairCommand.RELAY);
        if (relay == null && said == null) {
            throw CliException.usage("the URI does not say where the relay is; give --relay URL");
        }
        String url = way == RelayWay.NONE ? "" : Relays.requireUrl(relay == null ? said : relay, way);
        SpaceKeys keys = invitation.join();
        try {
            NewHome.register(url, way, keys);
        } catch (TransportException failed) {
            throw CliException.failed(Failures.message(failed) + "; nothing was made", failed);
        }
        made.create(keys, url, way, true, Relays.label(label, home));
        tell(made, keys);
    }

    private RelayWay dialect(DirectInvitation invitation) {
        String said = invitation.parameters().get(PairCommand.DIALECT);
        RelayWay dialect = options.dialect();
        if (dialect != null && (said == null || dialect.word().equals(said))) {
            return dialect;
        }
        return RelayWay.dialect(dialect == null ? said : null)
                .orElseThrow(() -> CliException.usage("the URI "
                        + (said == null ? "does not say the kind of its relay" : "is of the dialect '" + said + "'")
                        + (dialect == null
                                ? "; --dialect motebit and monolith are accepted"
                                : ", not of " + dialect.word())));
    }

    private void tell(NewHome made, SpaceKeys keys) {
        if (!made.hasPassphrase()) {
            say(Relays.NO_PASSPHRASE);
        }
        print(
                Json.object("space", keys.space(), "device", keys.device()),
                "Made device " + keys.device() + " of the space " + keys.space() + " in " + home
                        + "; now: tidelock sync " + home);
    }

    private PairingJoin.Joined join(PairingUri invitation, String url, String name)
            throws PairingException, TransportException {
        Mailboxes mailboxes = HttpRelay.at(url, System::currentTimeMillis).openAsGuest();
        PairingJoin join = PairingJoin.builder(invitation, mailboxes, System::nanoTime)
                .label(name)
                .build();
        say("This device is " + join.device() + "; approve it on the other one");
        return join.await();
    }
}
