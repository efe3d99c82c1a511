package dev.tidelock.sync.sqlite;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows in the leaves of a damaged database, page by page, whichever table they are of: no tree needs to be whole for them to be found. A row
 * that does not hold together is passed over and counted. For one thread.
 */
final class DamagedRows {
    private static final int TABLE_LEAF = 0x0d;
    private static final int INDEX_LEAF = 0x0a;
    private static final int TABLE_INTERIOR = 0x05;
    private static final int INDEX_INTERIOR = 0x02;
    private static final int FILE_HEADER_BYTES = 100;

    /** More than any row that this library writes. */
    private static final int ROW_BYTES_MAX = 64 << 20;

    private final DamagedFile file;
    private final Set<Integer> accounted = new HashSet<>();
    private int damagedPages;
    private int damagedRows;

    DamagedRows(DamagedFile file) {
        this.file = file;
    }

    /** Where a row is, to be read again. */
    record Place(int page, int cell) {}

    /** Sees one row: of a table, or of an index, which has no row id (0). */
    interface Visitor {
        void visit(Place place, boolean ofTable, long rowId, @Nullable Object[] values);
    }

    /** Visits every row that can be read. */
    void visitAll(Visitor visitor) {
        Set<Integer> free = file.free();
        accounted.addAll(free);
        Set<Integer> unknown = new HashSet<>();
        for (int number = 1; number <= file.count(); number++) {
            if (!free.contains(number) && !visitPage(number, visitor)) {
                unknown.add(number);
            }
        }
        unknown.removeAll(accounted); // parts of long rows
        damagedPages += unknown.size();
    }

    int damagedPages() {
        return damagedPages;
    }

    int damagedRows() {
        return damagedRows;
    }

    /** False if it is no page of a tree. */
    private boolean visitPage(int number, Visitor visitor) {
        byte[] page = file.page(number);
        if (page == null) {
            return false;
        }
        int start = number == 1 ? FILE_HEADER_BYTES : 0;
        int type = page[start];
        if (type == TABLE_INTERIOR || type == INDEX_INTERIOR) {
            return true; // of an index, rows too; the table has them all
        }
        if (type != TABLE_LEAF && type != INDEX_LEAF) {
            return false;
        }
        int cells = ByteBuffer.wrap(page).getShort(start + 3) & 0xffff;
        if (cells > (DamagedFile.PAGE_BYTES - start - 8) / 2) {
            return false;
        }
        int before = damagedRows;
        for (int cell = 0; cell < cells; cell++) {
            Row row = row(page, start, type == TABLE_LEAF, cell);
            if (row == null) {
                damagedRows++;
            } else {
                visitor.visit(new Place(number, cell), type == TABLE_LEAF, row.id, row.values);
            }
        }
        damagedPages += damagedRows > before ? 1 : 0;
        return true;
    }

    /** The values of a row that has been visited. */
    @Nullable
    Object @Nullable [] read(Place place) {
        byte[] page = file.page(place.page);
        int start = place.page == 1 ? FILE_HEADER_BYTES : 0;
        Row row = page == null ? null : row(page, start, page[start] == TABLE_LEAF, place.cell);
        return row == null ? null : row.values;
    }

    private record Row(long id, @Nullable Object[] values) {}

    private @Nullable Row row(byte[] page, int start, boolean ofTable, int cell) {
        try {
            int at = ByteBuffer.wrap(page).getShort(start + 8 + 2 * cell) & 0xffff;
            Varints in = new Varints(page, at);
            long length = in.next();
            long id = ofTable ? in.next() : 0;
            if (length < 1 || length > ROW_BYTES_MAX) {
                return null;
            }
            byte[] payload = payload(page, in.at, (int) length, ofTable);
            return payload == null ? null : new Row(id, values(payload));
        } catch (IndexOutOfBoundsException | IllegalArgumentException damaged) {
            return null;
        }
    }

    /** What is on the page, and what goes on in pages of its own. */
    private byte @Nullable [] payload(byte[] page, int at, int length, boolean ofTable) {
        int usable = DamagedFile.PAGE_BYTES;
        int localMax = ofTable ? usable - 35 : (usable - 12) * 64 / 255 - 23;
        int localMin = (usable - 12) * 32 / 255 - 23;
        int fitting = localMin + (length - localMin) % (usable - 4);
        int local = length <= localMax ? length : fitting <= localMax ? fitting : localMin;
        if (local > usable - at || (length > local && length > (long) file.count() * usable)) {
            return null;
        }
        byte[] payload = new byte[length];
        System.arraycopy(page, at, payload, 0, local);
        int next = length > local ? ByteBuffer.wrap(page).getInt(at + local) : 0;
        int done = local;
        while (done < length) {
            byte[] more = file.page(next);
            if (more == null) {
                return null;
            }
            accounted.add(next);
            int part = Math.min(length - done, usable - 4);
            System.arraycopy(more, 4, payload, done, part);
            done += part;
            next = ByteBuffer.wrap(more).getInt(0);
        }
        return payload;
    }

    /** Record format: a header of types, then the values; what is left over is damage. */
    private static @Nullable Object[] values(byte[] payload) {
        Varints header = new Varints(payload, 0);
        int headerEnd = Math.toIntExact(Math.min(header.next(), payload.length));
        int at = headerEnd;
        java.util.ArrayList<@Nullable Object> values = new java.util.ArrayList<>();
        while (header.at < headerEnd) {
            long type = header.next();
            int length = length(type);
            values.add(value(payload, at, type, length));
            at += length;
        }
        if (at != payload.length || header.at != headerEnd) {
            throw new IllegalArgumentException("a row that is not as long as it says");
        }
        return values.toArray();
    }

    private static int length(long type) {
        if (type >= 12) {
            return Math.toIntExact(Math.min((type - 12) / 2, Integer.MAX_VALUE));
        }
        switch ((int) type) {
            case 0:
            case 8:
            case 9:
                return 0;
            case 1:
            case 2:
            case 3:
            case 4:
                return (int) type;
            case 5:
                return 6;
            case 6:
                return 8;
            default:
                throw new IllegalArgumentException("a type that nobody wrote");
        }
    }

    private static @Nullable Object value(byte[] payload, int at, long type, int length) {
        if (length > payload.length - at) {
            throw new IllegalArgumentException("a value beyond the end of its row");
        }
        if (type == 0) {
            return null;
        }
        if (type >= 12) {
            byte[] bytes = java.util.Arrays.copyOfRange(payload, at, at + length);
            return type % 2 == 0 ? bytes : new String(bytes, StandardCharsets.UTF_8);
        }
        long number = type == 9 ? 1 : 0;
        for (int i = 0; i < length; i++) {
            number = i == 0 ? payload[at] : number << 8 | (payload[at + i] & 0xff);
        }
        return number;
    }

    /** SQLite's: big endian, seven bits a byte, at most nine bytes. */
    private static final class Varints {
        private final byte[] bytes;
        private int at;

        Varints(byte[] bytes, int at) {
            this.bytes = bytes;
            this.at = at;
        }

        long next() {
            long value = 0;
            for (int i = 0; i < 8; i++) {
                byte part = bytes[at++];
                value = value << 7 | (part & 0x7f);
                if (part >= 0) {
                    return value;
                }
            }
            return value << 8 | (bytes[at++] & 0xff);
        }
    }
}
