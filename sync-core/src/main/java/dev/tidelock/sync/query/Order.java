package dev.tidelock.sync.query;

/**
 * One member by which results are ordered, see {@link dev.tidelock.sync.json.ValueOrder}.
 *
 * @param path the member
 * @param descending whether the highest come first; an absent member is the lowest of all
 */
public record Order(Path path, boolean descending) {
    @Override
    public String toString() {
        return descending ? path + " descending" : path.toString();
    }
}
