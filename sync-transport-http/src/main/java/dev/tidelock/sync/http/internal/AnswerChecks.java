package dev.tidelock.sync.http.internal;

import dev.tidelock.sync.envelope.Envelope;
import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.ErrorAnswer;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireLimits;
import dev.tidelock.sync.spi.transport.LogId;
import dev.tidelock.sync.spi.transport.PullResult;
import dev.tidelock.sync.spi.transport.PushReceipt;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An answer that does not fit its question is no answer, whichever way it came. */
public final class AnswerChecks {
    private AnswerChecks() {}

    /** Goes on if each envelope that was pushed has one answer, and nothing else has. */
    public static void requireAnswersAll(List<Envelope> envelopes, PushReceipt receipt) throws WireFormatException {
        Set<EnvelopeHash> open = new HashSet<>();
        envelopes.forEach(envelope -> open.add(envelope.hash()));
        receipt.accepted().forEach(open::remove);
        receipt.refusals().forEach(refusal -> open.remove(refusal.hash()));
        int answered = receipt.accepted().size() + receipt.refusals().size();
        if (!open.isEmpty() || answered != envelopes.size()) {
            throw new WireFormatException(answered + " answers for " + envelopes.size() + " envelopes, and for "
                    + open.size() + " of those none");
        }
    }

    /** Goes on if a page is of the kind that was asked for. */
    public static void requireFits(PullResult.Page page, boolean byCursor) throws WireFormatException {
        if (byCursor && !page.heads().isEmpty()) {
            throw new WireFormatException("heads that were not asked for");
        }
        if (!byCursor && page.entries().stream().anyMatch(PullResult.Own.class::isInstance)) {
            throw new WireFormatException("an envelope by name only, where all of it was asked for");
        }
    }

    /** What a refused cursor stands for. */
    public static PullResult cursorRefused(@Nullable ErrorAnswer error) throws WireFormatException {
        LogId log = error == null ? null : error.log();
        if (error == null || log == null) {
            throw new WireFormatException("a refused cursor without the log that is there");
        }
        return new PullResult.CursorRefused(log, error.timeMillis());
    }

    /** A text of the relay's that may stand in a message or a log: short, and on one line. */
    public static String printable(@Nullable String text) {
        if (text == null) {
            return "";
        }
        String oneLine = text.replaceAll("\\p{Cntrl}", " ");
        return oneLine.length() <= WireLimits.DETAIL_CHARACTERS_MAX
                ? oneLine
                : oneLine.substring(0, WireLimits.DETAIL_CHARACTERS_MAX);
    }
}
