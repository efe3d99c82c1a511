package dev.tidelock.sync.http;

import dev.tidelock.sync.http.wire.DoneAnswer;
import dev.tidelock.sync.http.wire.ErrorCode;
import dev.tidelock.sync.http.wire.MediaTypes;
import dev.tidelock.sync.http.wire.WireFormatException;
import dev.tidelock.sync.http.wire.WireText;
import dev.tidelock.sync.spi.transport.Cells;
import dev.tidelock.sync.spi.transport.TransportException;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Cells, by plain conditional requests (RFC 9110, section 13): the version of a cell is its entity tag. */
final class HttpCells implements Cells {
    private static final MediaType BYTES = MediaType.get(MediaTypes.BYTES);
    private static final int VERSION_CHARACTERS_MAX = 100;

    private final RelayCalls calls;
    private final String spacePath;

    HttpCells(RelayCalls calls, String spacePath) {
        this.calls = calls;
        this.spacePath = spacePath;
    }

    private Request.Builder to(byte[] cell) {
        if (cell.length != ID_BYTES) {
            throw new IllegalArgumentException("the id of a cell has " + ID_BYTES + " bytes, not " + cell.length);
        }
        return calls.to(spacePath + "/cells/" + WireText.cell(cell));
    }

    @Override
    public Optional<Stored> read(byte[] cell, @Nullable String known) throws TransportException {
        Request.Builder request = to(cell).get();
        if (known != null) {
            request.header("If-None-Match", known);
        }
        return calls.withToken(request, answer -> {
            if (answer.refuses(ErrorCode.UNKNOWN_CELL)) {
                return Optional.empty();
            }
            if (known != null && answer.status() == 304) {
                return Optional.of(new Stored(null, known));
            }
            answer.require(200);
            byte[] content = answer.body(MediaTypes.BYTES, CONTENT_BYTES_MAX);
            return Optional.of(new Stored(content, version(answer)));
        });
    }

    @Override
    public String write(byte[] cell, byte[] content, @Nullable String expected) throws TransportException {
        if (content.length < 1 || content.length > CONTENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a cell takes 1 to " + CONTENT_BYTES_MAX + " bytes, not " + content.length);
        }
        Request.Builder request = to(cell).put(RequestBody.create(content.clone(), BYTES));
        if (expected != null) {
            request.header("If-Match", expected);
        }
        return calls.withToken(request, answer -> {
            answer.require(200, 201);
            calls.observed(DoneAnswer.read(answer.json()).timeMillis());
            return version(answer);
        });
    }

    private static String version(RelayAnswer answer) throws WireFormatException {
        String version = answer.header("ETag");
        if (version == null || version.isEmpty() || version.length() > VERSION_CHARACTERS_MAX) {
            throw new WireFormatException("the content of a cell without the version that it has");
        }
        return version;
    }
}
