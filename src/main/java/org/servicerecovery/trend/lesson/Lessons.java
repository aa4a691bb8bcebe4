package org.servicerecovery.trend.lesson;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.plan.Step;
import org.servicerecovery.trend.taxonomy.RootCauseTag;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** What was found out about causes in the course of a case, and what colleagues are to learn from it. */
@Component
class Lessons {

    /** @param caseNumber empty for those who may not see the case; the note itself names nobody */
    record TrainingNote(
            String caseNumber, String audience, @Nullable String team, String note, Instant writtenAt) {}

    private static final int MOST_NOTES = 100;

    private final JdbcClient db;
    private final Clock clock;
    private final CaseAccess access;

    Lessons(JdbcClient db, Clock clock, CaseAccess access) {
        this.db = db;
        this.clock = clock;
        this.access = access;
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void analysed(Step step, RootCauseTag tag, List<String> whys, String prevention) {
        db.sql("""
                        insert into root_cause_analysis (step_id, case_id, epoch, tag_id, whys, prevention, analysed_by,
                                                         analysed_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        step.id(),
                        step.caseId(),
                        step.epoch(),
                        tag.id(),
                        whys.toArray(String[]::new),
                        prevention,
                        Actor.current().id(),
                        Timestamp.from(clock.instant()))
                .update();
    }

    /** The code of the cause that was found last in the epoch that runs in this instance, while it is in use. */
    Optional<String> tagFoundIn(String caseInstanceId) {
        return db.sql("""
                        select t.code from case_epoch e
                          join root_cause_analysis a on a.case_id = e.case_id and a.epoch = e.epoch
                          join root_cause_tag_as_is n on n.tag_id = a.tag_id
                          join root_cause_tag t on t.id = n.now_id
                         where e.process_instance_id = ? and t.retired_at is null
                         order by a.analysed_at desc, a.step_id desc limit 1""").param(caseInstanceId).query(String.class).optional();
    }

    /** The same, from the instance of one of its steps. */
    Optional<String> tagFoundBesideStep(String stepInstanceId) {
        return db.sql("""
                        select t.code from plan_step s
                          join root_cause_analysis a on a.case_id = s.case_id and a.epoch = s.epoch
                          join root_cause_tag_as_is n on n.tag_id = a.tag_id
                          join root_cause_tag t on t.id = n.now_id
                         where s.process_instance_id = ? and t.retired_at is null
                         order by a.analysed_at desc, a.step_id desc limit 1""").param(stepInstanceId).query(String.class).optional();
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void written(Step step, RootCauseTag tag, Audience audience, @Nullable String team, String note) {
        db.sql("""
                        insert into training_note (step_id, case_id, tag_id, audience, team, note, written_by, written_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?)""")
                .params(
                        step.id(),
                        step.caseId(),
                        tag.id(),
                        audience.name(),
                        team,
                        note,
                        Actor.current().id(),
                        Timestamp.from(clock.instant()))
                .update();
    }

    /** What is to be learned about a cause, newest first. */
    List<TrainingNote> notesUnder(RootCauseTag tag) {
        Map<String, Object> params = new HashMap<>();
        return db.sql("""
                        select case when %s then c.number else '' end as number, n.audience, n.team, n.note, n.written_at
                          from training_note n join recovery_case c on c.id = n.case_id
                         where n.tag_id = :tag order by n.written_at desc, n.step_id desc limit :most""".formatted(access.visible(params)))
                .params(params)
                .param("tag", tag.id())
                .param("most", MOST_NOTES)
                .query((row, n) -> new TrainingNote(
                        row.getString("number"),
                        Audience.valueOf(row.getString("audience")).code(),
                        row.getString("team"),
                        row.getString("note"),
                        row.getTimestamp("written_at").toInstant()))
                .list();
    }
}
