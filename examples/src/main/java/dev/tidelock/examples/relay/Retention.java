package dev.tidelock.examples.relay;

import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes spaces that nobody has asked for longer than the relay keeps such, while it ran. A space that is in use is never touched, and the time before the relay's start
 * does not count: nobody could ask then, or what was asked is not in the backup that was restored.
 */
final class Retention implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Membership membership;
    private final LiveLines lines;
    private final RelaySettings settings;
    private final long startedMillis;

    Retention(Membership membership, LiveLines lines, RelaySettings settings) {
        this.membership = membership;
        this.lines = lines;
        this.settings = settings;
        this.startedMillis = settings.wallMillis().getAsLong();
    }

    @Override
    public void run() {
        if (settings.retention().isZero()) {
            return;
        }
        try {
            long since =
                    settings.wallMillis().getAsLong() - settings.retention().toMillis();
            if (startedMillis >= since) {
                return;
            }
            for (Space space : membership.unusedSince(since)) {
                if (membership.retire(space, since)) {
                    lines.end(space.number());
                    membership.empty(space.number());
                    LOG.info(
                            "a space was deleted that nobody had asked for in {} days",
                            settings.retention().toDays());
                }
            }
        } catch (SQLException failed) {
            LOG.warn("spaces that nobody uses could not be deleted: {}", failed.getMessage());
        }
    }
}
