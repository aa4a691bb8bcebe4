package org.servicerecovery.trend;

import java.sql.Array;
import java.util.Arrays;
import java.util.List;
import org.servicerecovery.cases.RecoveryCase;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which causes a case may have: PostgreSQL's text ranking of the case's words against the labels of the tags, and against
 * the cases resolved last, whose tags people chose. It compares words, English stems, and nothing else; each suggestion
 * says which words and how many cases spoke for it.
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
                          select string_agg(quote_literal(lexeme), ' | ')::tsquery as query, array_agg(lexeme) as stems
                            from unnest(to_tsvector('english', :text))),
                        recent as (
                          select r.tag_id, to_tsvector('english', c.summary || ' ' || coalesce(c.verbatim, '')) as words
                            from (select case_id, tag_id from resolution order by resolved_at desc limit :looked) r
                            join recovery_case c on c.id = r.case_id
                           where c.id <> :case),
                        -- Rank 32 is between 0 and 1; a case that shares one common word is not similar.
                        similar_cases as (
                          select tag_id, count(*) as cases, sum(rank) as rank
                            from (select recent.tag_id, ts_rank(recent.words, asked.query, 32) as rank
                                    from recent, asked where recent.words @@ asked.query) ranked
                           where rank > 0.08 group by tag_id),
                        labelled as (
                          select t.id, t.code, t.label,
                                 to_tsvector('english', t.label || ' ' || replace(t.code, '-', ' ')) as words
                            from root_cause_tag t where t.retired_at is null)
                        select l.code, l.label, coalesce(s.cases, 0) as cases,
                               array(select lexeme from unnest(l.words) where lexeme = any (asked.stems)
                                      order by lexeme) as shared
                          from labelled l cross join asked
                          left join similar_cases s on s.tag_id = l.id
                         where l.words @@ asked.query or s.cases > 0
                         order by 4 * ts_rank(l.words, asked.query, 32) + coalesce(s.rank, 0) desc, l.label
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
