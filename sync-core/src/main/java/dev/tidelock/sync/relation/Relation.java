package dev.tidelock.sync.relation;

import dev.tidelock.sync.model.RecordKey;
import dev.tidelock.sync.query.Path;
import java.util.Objects;

/**
 * Ties the records of one collection to those of another. Immutable.
 *
 * <p>A relation decides what shows, and changes nothing: what each device shows depends only on the changes that it has and on the relations that its app
 * declares, not on the order in which anything arrived. So no device writes anything because of it, and what it hides is there again as soon as it is hidden no more.
 */
public final class Relation {
    private final String child;
    private final Path member;
    private final String owner;

    private Relation(String child, Path member, String owner) {
        this.child = child;
        this.member = member;
        this.owner = owner;
    }

    /**
     * A record goes when its owner is deleted, and is back when its owner is: it does not show as long as the owner's record is deleted, or does not show
     * itself. An owner that nobody has written yet hides nothing; nor does a member that holds no string.
     *
     * <p>Owners may have owners, up to {@value #DEPTH_MAX} of them in a row, and a record may be its own.
     *
     * @param child the collection of the records that go
     * @param member the path of the member that holds the owner's id, as {@link Path#parse} reads it
     * @param owner the owner's collection; may be the same one
     */
    public static Relation cascade(String child, String member, String owner) {
        return cascade(child, Path.parse(member), owner);
    }

    /** As {@link #cascade(String, String, String)}. */
    public static Relation cascade(String child, Path member, String owner) {
        return new Relation(
                RecordKey.requireCollection(child),
                Objects.requireNonNull(member, "member"),
                RecordKey.requireCollection(owner));
    }

    /** How far up the owners of owners count. */
    public static final int DEPTH_MAX = 100;

    /** The collection of the records that go. */
    public String child() {
        return child;
    }

    /** The member that holds the owner's id. */
    public Path member() {
        return member;
    }

    /** The owner's collection. */
    public String owner() {
        return owner;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Relation that
                && child.equals(that.child)
                && member.equals(that.member)
                && owner.equals(that.owner);
    }

    @Override
    public int hashCode() {
        return Objects.hash(child, member, owner);
    }

    @Override
    public String toString() {
        return child + " goes with " + owner + " by " + member;
    }
}
