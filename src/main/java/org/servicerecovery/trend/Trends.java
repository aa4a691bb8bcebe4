package org.servicerecovery.trend;

import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.CaseReopened;
import org.servicerecovery.cases.OwnerChanged;
import org.servicerecovery.trend.taxonomy.TagsRegrouped;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Keeps what figures are counted from. A case whose facts changed is compared with what it added so far, and the
 * difference is appended; nothing here is shared between cases, so no closing waits for another. {@link TrendTick} folds
 * the differences into the roll-up and looks for patterns.
 */
@Component
public class Trends {

    /** All columns of a fact behind the first, which is the case's id. */
    private static final String REST = """
            resolved_on, tag_id, further_tags, tag_at_close, label_at_close, customer_id, owner, team, area, product,
            operative, severity, source, resolution_type, opened_on, finding, found_on, regulator_finding,
            regulator_found_on, to_first_action, to_resolution, deadline_met, cost, reopened, satisfaction,
            satisfied_on""";

    private static final String CHANGED = """
            with now_is as (select * from trend_facts(:zone) where case_id = :case),
                 was as (select * from trend_fact where case_id = :case),
                 put as (
                   insert into trend_fact (case_id, %1$s) select case_id, %1$s from now_is
                   on conflict (case_id) do update set (%1$s) = row(%2$s)),
                 gone as (
                   delete from trend_fact where case_id = :case and not exists (select from now_is))
            insert into trend_change (sign, case_id, %1$s)
            select -1, w.* from was w
             where not exists (select from now_is n where row(n.*) is not distinct from row(w.*))
            union all
            select 1, n.* from now_is n
             where not exists (select from was w where row(n.*) is not distinct from row(w.*))""".formatted(REST, REST.replaceAll("\\w+", "excluded.$0"));

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;

    Trends(JdbcClient db, Clock clock, BusinessZone zone) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
    }

    /**
     * Something changed that figures are counted from: the case was closed or opened again, has another cause, a verdict,
     * an answer of the customer. The caller holds the case's row lock, so that two changes of one case follow each other.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void changed(long caseId) {
        db.sql(CHANGED).param("case", caseId).param("zone", zoneForSql()).update();
    }

    /** As {@link #changed}, for whoever does not hold the case's lock: the tick sees to it. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void lookAgain(long caseId) {
        db.sql("insert into trend_look_again (case_id) values (?)")
                .param(caseId)
                .update();
    }

    /** Cases count under other tags than before: other clusters may have reached their threshold. */
    @EventListener(TagsRegrouped.class)
    @Transactional(propagation = Propagation.MANDATORY)
    public void tagsRegrouped() {
        quartersAtWork().forEach(this::markChanged);
    }

    /** What is known of a quarter is not what it was: all rules are asked again. */
    void markChanged(Quarter quarter) {
        db.sql("""
                        insert into trend_quarter (quarter, changed) values (?, true)
                        on conflict (quarter) do update set changed = true, tested_on = null""").param(quarter.toString()).update();
    }

    /** The quarter that the business is in. */
    public Quarter currentQuarter() {
        return Quarter.of(today());
    }

    /** Of the business. */
    LocalDate today() {
        return zone.dateOf(clock.instant());
    }

    /** This quarter and the last one, whose signals are worked on: what is found anew of older ones helps nobody. */
    List<Quarter> quartersAtWork() {
        Quarter now = currentQuarter();
        return List.of(now.previous(), now);
    }

    @EventListener
    void ended(CaseEnded ended) {
        changed(ended.caseId());
    }

    @EventListener
    void reopened(CaseReopened reopened) {
        changed(reopened.caseId());
    }

    @EventListener
    void ownerChanged(OwnerChanged other) {
        changed(other.caseId());
    }

    String zoneForSql() {
        return SqlZone.nameOf(zone.id());
    }
}
