package dev.tidelock.examples.demo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds any of very many patterns in one pass: looks up the first 8 bytes of every position, and compares the rest only where those are known. */
final class ByteScan {
    private final long[] firsts;
    private final List<List<byte[]>> patterns = new ArrayList<>();

    /** @param forms each of at least {@value Needles#BYTES_MIN} bytes */
    ByteScan(Iterable<byte[]> forms) {
        List<byte[]> sorted = new ArrayList<>();
        forms.forEach(sorted::add);
        sorted.sort((left, right) -> Long.compare(first(left, 0), first(right, 0)));
        List<Long> found = new ArrayList<>();
        for (byte[] form : sorted) {
            long first = first(form, 0);
            if (found.isEmpty() || found.get(found.size() - 1) != first) {
                found.add(first);
                patterns.add(new ArrayList<>());
            }
            patterns.get(patterns.size() - 1).add(form);
        }
        firsts = found.stream().mapToLong(Long::longValue).toArray();
    }

    private static long first(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getLong(at);
    }

    /** How many bytes belong to a pattern: the sum of the longest match at every position. */
    long matchedBytes(byte[] content) {
        long matched = 0;
        ByteBuffer window = ByteBuffer.wrap(content);
        for (int at = 0; at + Needles.BYTES_MIN <= content.length; at++) {
            int index = Arrays.binarySearch(firsts, window.getLong(at));
            if (index >= 0) {
                matched += longestMatch(patterns.get(index), content, at);
            }
        }
        return matched;
    }

    private static int longestMatch(List<byte[]> candidates, byte[] content, int at) {
        int longest = 0;
        for (byte[] candidate : candidates) {
            int end = at + candidate.length;
            if (end <= content.length
                    && candidate.length > longest
                    && Arrays.equals(candidate, 0, candidate.length, content, at, end)) {
                longest = candidate.length;
            }
        }
        return longest;
    }
}
