package org.servicerecovery.trend.taxonomy;

import java.sql.Array;
import java.util.Arrays;
import java.util.List;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which causes a case may have: its words against the labels of the tags, and against the cases resolved last, whose tags
 * people chose. It compares English word stems and nothing else; each suggestion says which words and how many cases spoke
 * for it. A case is similar when they share two stems or more, which weigh a fifth of all that is asked with.
 */
@Component
class TagSuggestions {

    /** @param words what the case and the tag's label have in common, as word stems */
    record Suggestion(String code, String label, List<String> words, int similarCases) {}

    private static final int MOST = 3;
    /** Enough to have seen every common cause, few enough to be compared one by one. */
    private static final int CASES_LOOKED_AT = 500;

    private static final int MOST_CHARACTERS = 20_000;

    private final JdbcClient db;

    TagSuggestions(JdbcClient db) {
        this.db = db;
    }

    /** @param words what is known beyond the case's own texts, such as the answers to "why?" */
    List<Suggestion> of(RecoveryCase found, String words) {
        String text = found.summary() + " " + (found.verbatim() == null ? "" : found.verbatim()) + " " + words;
        return db.sql("""
                        with asked as materialized (
                          select unnest(tsvector_to_array(to_tsvector('english', :text))) as stem),
                        recent as materialized (
                          select r.tag_id, c.id, unnest(tsvector_to_array(
                                   to_tsvector('english', c.summary || ' ' || coalesce(c.verbatim, '')))) as stem
                            from (select distinct l.case_id, n.now_id as tag_id
                                    from (select case_id, tag_id from resolution order by resolved_at desc limit :looked) l
                                    join root_cause_tag_as_is n on n.tag_id = l.tag_id) r
                            join recovery_case c on c.id = r.case_id
                           where c.id <> :case and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')),
                        -- The fewer cases have a word, the more it tells.
                        weights as materialized (
                          select a.stem, ln((2.0 + (select count(distinct id) from recent)) / (1 + count(distinct r.id))) as weight
                            from asked a left join recent r on r.stem = a.stem group by a.stem),
                        similar_cases as (
                          select tag_id, count(*) as cases, sum(share) as share
                            from (select r.id, r.tag_id, sum(w.weight) / (select sum(weight) from weights) as share
                                    from recent r join weights w on w.stem = r.stem
                                   group by r.id, r.tag_id having count(*) > 1) each_case
                           where share >= 0.2 group by tag_id),
                        labelled as (
                          select l.*, array(select unnest(l.stems) intersect select stem from asked order by 1) as shared
                            from (select t.id, t.code, t.label, tsvector_to_array(
                                           to_tsvector('english', t.label || ' ' || replace(t.code, '-', ' '))) as stems
                                    from root_cause_tag t
                                   where t.retired_at is null and t.merged_into is null) l)
                        select l.code, l.label, coalesce(s.cases, 0) as cases, l.shared
                          from labelled l left join similar_cases s on s.tag_id = l.id
                         where cardinality(l.shared) > 0 or s.cases > 0
                         order by coalesce(cardinality(l.shared)::numeric / nullif(cardinality(l.stems), 0), 0)
                                  + coalesce(s.share, 0) desc, l.label
                         limit :most""")
                .param("text", text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) : text)
                .param("looked", CASES_LOOKED_AT)
                .param("case", found.id())
                .param("most", MOST)
                .query((row, n) -> new Suggestion(
                        row.getString("code"),
                        row.getString("label"),
                        texts(row.getArray("shared")),
                        row.getInt("cases")))
                .list();
    }

    private static List<String> texts(Array array) throws java.sql.SQLException {
        return Arrays.asList((String[]) array.getArray());
    }
}
