package dev.tidelock.sync.testkit;

import dev.tidelock.sync.envelope.DeviceId;
import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.testkit.Troubles.Trouble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a relay makes one device believe. While it lies to that device, it shows it a log of its own: one that lacks envelopes, holds some twice, or has them
 * in another order. That log is consistent, cursors and heads included, so that no single answer gives the lie away. When the lie is over, the device
 * is back at the log of the others.
 */
final class RelayLies {
    /** Of so many envelopes that stand in the log, one is shown again. */
    private static final int REPEATS_ONE_OF = 3;

    private final SimulatedRelay relay;
    private final Troubles troubles;
    private final LongSupplier millis;

    /** What is told instead of the truth; null while the truth is told. */
    private @Nullable RelayLog told;

    private boolean everTold;
    private RelayLog twisted;
    private int twistedCount;
    private SeededRandom random = new SeededRandom(0);

    /** @param troubles those of the device */
    RelayLies(SimulatedRelay relay, Troubles troubles, LongSupplier millis) {
        this.relay = relay;
        this.troubles = troubles;
        this.millis = millis;
        this.twisted = relay.current();
    }

    /** Whether the device has ever been shown another log. */
    boolean wereTold() {
        return everTold;
    }

    private boolean isLying() {
        return troubles.has(Trouble.WITHHELD) || troubles.has(Trouble.REPLAYED) || troubles.has(Trouble.REORDERED);
    }

    PullResult pull(DeviceId reader, PullRequest request, int bytesMax) {
        if (!isLying()) {
            told = null;
            return relay.pull(reader, request, bytesMax);
        }
        RelayLog lie = told;
        if (lie == null || relay.current() != twisted) {
            lie = begin(request.after());
            told = lie;
        }
        twistNews(lie);
        return lie.pull(reader, request, bytesMax, millis.getAsLong());
    }

    /** Up to where the device has read it, the log cannot be another. */
    private RelayLog begin(@Nullable Cursor after) {
        everTold = true;
        twisted = relay.current();
        random = new SeededRandom(troubles.details());
        RelayLog lie = new RelayLog(twisted.id());
        twistedCount = after == null || !twisted.agrees(after) ? 0 : (int) after.position();
        twisted.entries().subList(0, twistedCount).forEach(lie::append);
        return lie;
    }

    private void twistNews(RelayLog lie) {
        List<Envelope> news = new ArrayList<>(twisted.entries().subList(twistedCount, twisted.size()));
        twistedCount = twisted.size();
        if (troubles.has(Trouble.WITHHELD)) {
            news.removeIf(this::isWithheld);
        }
        if (troubles.has(Trouble.REORDERED)) {
            shuffle(news);
        }
        for (Envelope envelope : news) {
            lie.append(envelope);
            if (troubles.has(Trouble.REPLAYED) && random.nextInt(REPEATS_ONE_OF) == 0) {
                lie.append(lie.at(random.nextInt(lie.size())));
            }
        }
    }

    /** Some envelopes of some devices. */
    private boolean isWithheld(Envelope envelope) {
        return troubles.strikes(
                        Trouble.WITHHELD, envelope.header().device().toString().hashCode())
                && random.chance(0.5);
    }

    private void shuffle(List<Envelope> envelopes) {
        for (int i = envelopes.size() - 1; i > 0; i--) {
            Collections.swap(envelopes, i, random.nextInt(i + 1));
        }
    }
}
