package org.servicerecovery.trend;

import java.util.List;
import org.servicerecovery.trend.taxonomy.TagTree;

/**
 * Cases that may have one reason.
 *
 * @param tagId of the cause as cases are counted under it today, or of the family's head
 * @param key the team, area, product or operative; empty for a cause or a family
 */
record Cluster(Dimension dimension, long tagId, String key) {

    static Cluster ofTag(long tagId) {
        return new Cluster(Dimension.TAG, tagId, "");
    }

    /** As its cases are counted today. */
    Cluster today(TagTree tree) {
        return new Cluster(dimension, tree.countedUnder(tagId), key);
    }

    /** The tags whose cases are in it today. */
    List<Long> tags(TagTree tree) {
        return dimension == Dimension.FAMILY ? tree.tagsInFamily(tagId) : tree.tagsUnder(tagId);
    }

    /** Whether a case can be in both, and both therefore be one pattern seen from two sides. */
    boolean overlaps(Cluster other, TagTree tree) {
        if (dimension == Dimension.FAMILY || other.dimension == Dimension.FAMILY) {
            return (dimension == Dimension.FAMILY && tree.ancestors(other.tagId).contains(tagId))
                    || (other.dimension == Dimension.FAMILY
                            && tree.ancestors(tagId).contains(other.tagId));
        }
        return tagId == other.tagId && (dimension != other.dimension || key.equals(other.key));
    }
}
