package dev.tidelock.examples.relay;

import dev.tidelock.sync.http.wire.PageWriter;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.spi.transport.PullRequest;
import java.sql.SQLException;
import java.util.List;

/** Makes the page that comes after a cursor: of what the log got last if that is all, and of the data file otherwise. */
final class LivePages {
    private final RecentEntries recent;
    private final LogReader reader;

    LivePages(RecentEntries recent, LogReader reader) {
        this.recent = recent;
        this.reader = reader;
    }

    /** @throws RefusedException if the cursor is not one of this log any more */
    LogPage after(Caller caller, Cursor cursor, long nowMillis) throws SQLException, RefusedException {
        List<LogEntry> entries = recent.after(caller.space().number(), cursor.position());
        return entries.isEmpty()
                ? reader.page(
                        caller.space(),
                        caller.member(),
                        new PullBody(PullRequest.after(cursor), RelayLimits.LIVE_PAGE_BYTES_MAX),
                        nowMillis)
                : page(caller, cursor, entries, nowMillis);
    }

    private static LogPage page(Caller caller, Cursor cursor, List<LogEntry> entries, long nowMillis) {
        PageWriter writer = new PageWriter(RelayLimits.LIVE_PAGE_BYTES_MAX);
        Cursor next = cursor;
        boolean more = false;
        for (LogEntry entry : entries) {
            boolean own = entry.member() == caller.member().number();
            more = own ? !writer.hasRoomForOwn() : !writer.hasRoomForEnvelope(entry.bytes().length);
            if (more) {
                break;
            }
            if (own) {
                writer.addOwn(entry.hash());
            } else {
                writer.addEnvelope(entry.bytes());
            }
            next = new Cursor(cursor.log(), entry.position(), entry.prefix());
        }
        return new LogPage(writer.write(next, more, null, nowMillis), next, more);
    }
}
