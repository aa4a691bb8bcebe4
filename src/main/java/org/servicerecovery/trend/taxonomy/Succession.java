package org.servicerecovery.trend.taxonomy;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Under which tags the cases of some tags are found over a longer time. A tag that was split goes on in its parts, one that
 * was retired in what is taken in place of it: counted by itself, it would seem to have become rarer.
 *
 * @param along the labels of those that are counted with it today
 * @param leaks whether, since some day, cases of it are called otherwise all the same, or cases of others are called so:
 *     what is counted then is not one thing
 */
public record Succession(List<Long> tags, List<String> along, boolean leaks) {

    /** Cases of the one tag are tagged with the other from a moment on, or no more; nobody knows with which where null. */
    private record Passage(long from, @Nullable Long to) {}

    /** Changes of the taxonomy are few, and none is made by a machine. A tag that is chosen again turns back all of it. */
    private static final String PASSAGES = """
            with passage as (
              select e.at, e.tag_id as one, t.id as other
                from taxonomy_event e left join root_cause_tag t on t.code = e.content ->> 'instead'
               where e.kind = 'retired'
              union all
              select e.at, t.id, e.tag_id
                from taxonomy_event e join root_cause_tag t on t.code = e.content ->> 'from'
               where e.kind in ('told from', 'merge undone'))
            select p.one, p.other from passage p
             where p.at >= :since
                or exists (select from taxonomy_event r where r.tag_id = p.one and r.kind = 'revived' and r.at >= :since)""";

    /**
     * @param own the tags whose cases are meant as they are counted today
     * @param since from when on what was done to the taxonomy matters
     */
    public static Succession of(JdbcClient db, TagTree tree, List<Long> own, Instant since) {
        Set<Long> all = Families.read(db).withSuccessors(own);
        List<String> along = all.stream()
                .filter(id -> !own.contains(id))
                .map(tree::get)
                .filter(tag -> !tag.isMerged())
                .map(TagTree.Tag::label)
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .collect(Collectors.toList());
        boolean leaks = db
                .sql(PASSAGES)
                .param("since", Timestamp.from(since))
                .query((row, n) -> new Passage(row.getLong("one"), row.getObject("other", Long.class)))
                .list()
                .stream()
                .anyMatch(each -> all.contains(each.from()) != (each.to() != null && all.contains(each.to())));
        return new Succession(List.copyOf(all), along, leaks);
    }
}
