package dev.tidelock.examples.relay;

import dev.tidelock.sync.envelope.EnvelopeHash;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.Cells;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What can be asked about a space's cells. The version of a cell is its entity tag, and the conditions are those of RFC 9110, section 13. */
final class CellHandlers {
    private static final String PATH = "/v1/spaces/{space}/cells/{cell}";
    private static final String ETAG = "ETag";

    private final Doorkeeper doorkeeper;
    private final CellShelf shelf;

    CellHandlers(Doorkeeper doorkeeper, CellShelf shelf) {
        this.doorkeeper = doorkeeper;
        this.shelf = shelf;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", PATH, this::read),
                new Route("PUT", PATH, this::write),
                new Route("POST", PATH, this::write));
    }

    private void read(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        byte[] content = shelf.read(caller.space(), id(request))
                .orElseThrow(
                        () -> new RefusedException(ErrorCode.UNKNOWN_CELL, "nothing was ever written into this cell"));
        String version = tag(content);
        request.header(ETAG, version);
        if (names(request.header("If-None-Match"), version)) {
            request.answerNotChanged();
        } else {
            request.answer(200, MediaTypes.BYTES, content);
        }
    }

    private void write(RelayRequest request) throws Exception {
        Caller caller = doorkeeper.require(request, request.space());
        byte[] id = id(request);
        String ifMatch = request.header("If-Match");
        request.receive(MediaTypes.BYTES, Cells.CONTENT_BYTES_MAX, body -> {
            if (body.length == 0) {
                throw new WireFormatException("a cell takes at least one byte");
            }
            boolean first = shelf.write(
                    caller.space(),
                    id,
                    body,
                    there -> ifMatch == null || (there.isPresent() && names(ifMatch, tag(there.get()))));
            request.header(ETAG, tag(body));
            request.answerDone(first);
        });
    }

    private static byte[] id(RelayRequest request) throws WireFormatException {
        return WireText.cell(request.named("cell"));
    }

    private static String tag(byte[] content) {
        return "\"" + EnvelopeHash.ofEnvelope(content) + "\"";
    }

    /** Whether a condition lists this entity tag, or any. */
    private static boolean names(@Nullable String condition, String tag) {
        if (condition == null) {
            return false;
        }
        for (String named : condition.split(",")) {
            if (named.trim().equals(tag) || named.trim().equals("*")) {
                return true;
            }
        }
        return false;
    }
}
