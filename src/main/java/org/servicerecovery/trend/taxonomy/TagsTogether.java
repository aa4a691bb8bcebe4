package org.servicerecovery.trend.taxonomy;

import java.util.List;

/** How often two tags stand on the same case, from whoever counts cases. */
public interface TagsTogether {

    /**
     * Two tags as cases are counted today, the one with the lower id first.
     *
     * @param share of the cases that have one of them, from 0 to 1, those that have both
     */
    record Share(long tagId, long otherId, double share) {}

    /** All pairs of tags that are together on so many cases or more. */
    List<Share> shares(int fewestCases);
}
