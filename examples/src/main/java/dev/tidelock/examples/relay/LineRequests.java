package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.SpaceId;
import dev.tidelock.sync.http.wire.PullBody;
import dev.tidelock.sync.http.wire.PushAnswer;
import dev.tidelock.sync.http.wire.PushBody;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.spi.transport.Cursor;
import dev.tidelock.sync.ws.wire.LineMessage.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What can be asked on a line: the same as over HTTP. */
final class LineRequests {
    private final Doorkeeper doorkeeper;
    private final EnvelopeCheck check;
    private final LogWriter writer;
    private final LogReader reader;
    private final LivePages pages;
    private final RequestsUnderWay underWay;
    private final ByteBudget budget;
    private final RelayMeter meter;
    private final LongSupplier wallMillis;

    LineRequests(
            Doorkeeper doorkeeper,
            EnvelopeCheck check,
            LogWriter writer,
            LogReader reader,
            LivePages pages,
            RequestsUnderWay underWay,
            ByteBudget budget,
            RelayMeter meter,
            LongSupplier wallMillis) {
        this.meter = meter;
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

    /**
     * @param caller null before the line has shown a token
     * @throws RefusedException if the relay stops, or has enough to do, or the device asks too often
     */
    void begin(Kind kind, @Nullable Caller caller) throws RefusedException {
        meter.lineMessage(kind.name().toLowerCase(Locale.ROOT));
        if (caller != null) {
            doorkeeper.requireTime(caller.member());
        }
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

    byte[] push(Caller caller, byte[] body) throws WireFormatException, SQLException, RefusedException {
        List<Candidate> candidates = check.check(caller, PushBody.read(body));
        return PushAnswer.write(writer.append(caller.space(), candidates, nowMillis()));
    }

    LogPage pull(Caller caller, PullBody pull) throws SQLException, RefusedException {
        return reader.page(caller.space(), caller.member(), pull, nowMillis());
    }

    /** What comes after a cursor. */
    LogPage live(Caller caller, Cursor cursor) throws SQLException, RefusedException {
        return pages.after(caller, cursor, nowMillis());
    }

    /**
     * How long the log of the caller's space is.
     *
     * @throws RefusedException if the space is no more
     */
    long end(Caller caller) throws SQLException, RefusedException {
        return reader.end(caller.space());
    }
}
