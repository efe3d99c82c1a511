package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.Cursor;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongSupplier;

/** What can be asked on a line: the same as over HTTP. */
final class LineRequests {
    private final Doorkeeper doorkeeper;
    private final EnvelopeCheck check;
    private final LogWriter writer;
    private final LogReader reader;
    private final LivePages pages;
    private final RequestsUnderWay underWay;
    private final ByteBudget budget;
    private final LongSupplier wallMillis;

    LineRequests(
            Doorkeeper doorkeeper,
            EnvelopeCheck check,
            LogWriter writer,
            LogReader reader,
            LivePages pages,
            RequestsUnderWay underWay,
            ByteBudget budget,
            LongSupplier wallMillis) {
        this.doorkeeper = doorkeeper;
        this.check = check;
        this.writer = writer;
        this.reader = reader;
        this.pages = pages;
        this.underWay = underWay;
        this.budget = budget;
        this.wallMillis = wallMillis;
    }

    long nowMillis() {
        return wallMillis.getAsLong();
    }

    /** @throws RefusedException if the relay stops, or has enough to do */
    void begin() throws RefusedException {
        underWay.begin();
    }

    void end() {
        underWay.end();
    }

    ByteBudget.Share share(int bytes) throws RefusedException {
        return budget.take(bytes);
    }

    Caller auth(SpaceId space, byte[] token) throws RefusedException, SQLException {
        return doorkeeper.require(new String(token, StandardCharsets.US_ASCII), space, nowMillis());
    }

    byte[] push(Caller caller, byte[] body) throws WireFormatException, SQLException {
        List<Candidate> candidates = check.check(caller.space(), PushBody.read(body));
        return PushAnswer.write(writer.append(caller.space(), candidates, nowMillis()));
    }

    LogPage pull(Caller caller, PullBody pull) throws SQLException, RefusedException {
        return reader.page(caller.space(), caller.member(), pull, nowMillis());
    }

    /** What comes after a cursor. */
    LogPage live(Caller caller, Cursor cursor) throws SQLException, RefusedException {
        return pages.after(caller, cursor, nowMillis());
    }

    /** How long the log of the caller's space is. */
    long end(Caller caller) throws SQLException {
        return reader.end(caller.space());
    }
}
