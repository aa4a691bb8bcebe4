package org.servicerecovery.resolution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.CaseState;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.trend.Trends;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.servicerecovery.trend.taxonomy.Taxonomy;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The causes that a case is counted under. They are those of its first verdict, when it is closed for the first time, and
 * stay through every reopening; from then on only a person changes them. What was said at each resolution stays there.
 */
@Component
public class CaseCauses {

    private static final int MOST_FURTHER = 5;

    private final JdbcClient db;
    private final Cases cases;
    private final Journal journal;
    private final Taxonomy taxonomy;
    private final Trends trends;

    CaseCauses(JdbcClient db, Cases cases, Journal journal, Taxonomy taxonomy, Trends trends) {
        this.db = db;
        this.cases = cases;
        this.journal = journal;
        this.taxonomy = taxonomy;
        this.trends = trends;
    }

    /**
     * The further causes that somebody named.
     *
     * @param besides codes that are left out: the main one is no further one
     */
    List<RootCauseTag> further(String field, @Nullable List<String> codes, List<String> besides) {
        List<String> wanted = named(codes, besides);
        requireFew(field, wanted);
        return wanted.stream().map(code -> taxonomy.require(field, code)).toList();
    }

    private static List<String> named(@Nullable List<String> codes, List<String> besides) {
        return codes == null
                ? List.of()
                : codes.stream()
                        // What comes as JSON may hold nulls.
                        .map(code -> code == null ? "" : code.strip())
                        .filter(code -> !code.isEmpty() && !besides.contains(code))
                        .distinct()
                        .toList();
    }

    private static void requireFew(String field, List<String> further) {
        if (further.size() > MOST_FURTHER) {
            throw Refused.field(field, "refused.causes.tooMany", String.valueOf(MOST_FURTHER));
        }
    }

    static String inWords(List<RootCauseTag> tags) {
        return tags.stream().map(RootCauseTag::code).collect(Collectors.joining(", "));
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void furtherAtResolution(RecoveryCase resolved, List<RootCauseTag> further) {
        for (RootCauseTag tag : further) {
            db.sql("insert into resolution_further_tag (case_id, epoch, tag_id, tag_label) values (?, ?, ?, ?)")
                    .params(resolved.id(), resolved.epoch(), tag.id(), tag.label())
                    .update();
        }
    }

    /** The case is closed: unless it was before, it is counted by this verdict. */
    @Transactional(propagation = Propagation.MANDATORY)
    void countedBy(Resolution verdict) {
        db.sql("""
                        insert into case_cause (case_id, tag_id, tag_label, main)
                        select v.case_id, v.tag_id, v.tag_label, v.main
                          from (select case_id, epoch, tag_id, tag_label, true as main from resolution
                                union all
                                select case_id, epoch, tag_id, tag_label, false from resolution_further_tag) v
                         where v.case_id = :case and v.epoch = :epoch
                           and not exists (select 1 from case_cause c where c.case_id = :case)""")
                .param("case", verdict.caseId())
                .param("epoch", verdict.epoch())
                .update();
    }

    /**
     * Puts other causes on a closed case. Nobody is told and nothing of the case moves: its figures alone do.
     *
     * @param codes the main one first; a tag that is on the case may stay though it is not in use any more
     * @throws Refused when the case is not closed, or a tag is not to be chosen
     */
    @Transactional
    public void tagAgain(CaseNumber number, @Nullable String main, @Nullable List<String> further, String why) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        if (found.state() != CaseState.CLOSED) {
            throw Refused.conflict(
                    found.state().isOpen() || found.state() == CaseState.RESOLVED
                            ? "refused.causes.notClosed"
                            : "refused.causes.outside",
                    number.value(),
                    found.state().shownInText());
        }
        PlainText.upTo(PlainText.LONGEST_REASON, "why", why);
        Map<String, RootCauseTag> before = of(found.id());
        List<RootCauseTag> after = chosen(before, main, further);
        if (List.copyOf(before.values()).equals(after)) {
            return;
        }
        db.sql("delete from case_cause where case_id = ?").param(found.id()).update();
        for (RootCauseTag tag : after) {
            db.sql("insert into case_cause (case_id, tag_id, tag_label, main) values (?, ?, ?, ?)")
                    .params(found.id(), tag.id(), tag.label(), tag.equals(after.get(0)))
                    .update();
        }
        Map<String, Object> content = new HashMap<>();
        content.put("causesBefore", inWords(List.copyOf(before.values())));
        content.put("causes", inWords(after));
        content.put("why", why);
        journal.append(found.id(), "causes changed", content);
        trends.changed(found.id());
    }

    private List<RootCauseTag> chosen(
            Map<String, RootCauseTag> before, @Nullable String main, @Nullable List<String> further) {
        List<String> others = named(further, main == null ? List.of() : List.of(main.strip())).stream()
                .sorted()
                .toList();
        requireFew("further", others);
        List<RootCauseTag> chosen = new ArrayList<>();
        chosen.add(kept(before, main).orElseGet(() -> taxonomy.require("main", main)));
        others.forEach(code -> chosen.add(kept(before, code).orElseGet(() -> taxonomy.require("further", code))));
        return chosen;
    }

    private static Optional<RootCauseTag> kept(Map<String, RootCauseTag> before, @Nullable String code) {
        return Optional.ofNullable(code).map(String::strip).map(before::get);
    }

    /** The causes of a case by their codes, the main one first, with the labels they had when they were put on it. */
    private Map<String, RootCauseTag> of(long caseId) {
        Map<String, RootCauseTag> causes = new LinkedHashMap<>();
        db.sql("""
                        select t.id, t.code, c.tag_label from case_cause c join root_cause_tag t on t.id = c.tag_id
                         where c.case_id = ? order by c.main desc, t.code""")
                .param(caseId)
                .query((row, n) ->
                        new RootCauseTag(row.getLong("id"), row.getString("code"), row.getString("tag_label")))
                .list()
                .forEach(tag -> causes.put(tag.code(), tag));
        return causes;
    }
}
