package org.servicerecovery.web;

import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the steps of a case found out, beyond how they ended: calls, causes, notes for colleagues. */
@Component
class StepDetails {

    /** @param tryAgainAt when the customer was to be called again; null for the call that settled its step */
    record CallJson(
            int stepSeq,
            int number,
            Instant at,
            String by,
            String result,
            List<String> wants,
            String notes,
            @Nullable Instant tryAgainAt) {}

    record AnalysisJson(int stepSeq, String tag, String tagLabel, List<String> whys, String prevention) {}

    record TrainingNoteJson(
            int stepSeq,
            String tag,
            String tagLabel,
            String audience,
            @Nullable String team,
            String note) {}

    /**
     * @param wants what the customer said last that would make it right
     * @param analysis the latest of the current epoch: the resolution starts from it
     */
    record WorkJson(
            List<CallJson> calls,
            List<String> wants,
            @Nullable AnalysisJson analysis,
            List<TrainingNoteJson> trainingNotes) {}

    private final JdbcClient db;

    StepDetails(JdbcClient db) {
        this.db = db;
    }

    WorkJson of(long caseId, int epoch) {
        List<CallJson> calls = calls(caseId);
        return new WorkJson(
                calls,
                calls.stream()
                        .map(CallJson::wants)
                        .filter(wants -> !wants.isEmpty())
                        .reduce((one, later) -> later)
                        .orElse(List.of()),
                analysis(caseId, epoch),
                notes(caseId));
    }

    private List<CallJson> calls(long caseId) {
        return db.sql("""
                        select s.seq, c.* from plan_step s join customer_call c on c.step_id = s.id
                         where s.case_id = ? order by c.called_at, s.seq, c.try""")
                .param(caseId)
                .query((row, n) -> new CallJson(
                        row.getInt("seq"),
                        row.getInt("try"),
                        row.getTimestamp("called_at").toInstant(),
                        row.getString("called_by"),
                        code(row.getString("result")),
                        texts(row.getArray("wants")).stream()
                                .map(StepDetails::code)
                                .toList(),
                        row.getString("notes"),
                        InstantColumns.read(row, "try_again_at")))
                .list();
    }

    private @Nullable AnalysisJson analysis(long caseId, int epoch) {
        return db.sql("""
                        select s.seq, t.code, t.label, a.whys, a.prevention from root_cause_analysis a
                          join plan_step s on s.id = a.step_id join root_cause_tag t on t.id = a.tag_id
                         where a.case_id = ? and a.epoch = ? order by a.analysed_at desc, a.step_id desc limit 1""")
                .params(caseId, epoch)
                .query((row, n) -> new AnalysisJson(
                        row.getInt("seq"),
                        row.getString("code"),
                        row.getString("label"),
                        texts(row.getArray("whys")),
                        row.getString("prevention")))
                .optional()
                .orElse(null);
    }

    private List<TrainingNoteJson> notes(long caseId) {
        return db.sql("""
                        select s.seq, t.code, t.label, n.audience, n.team, n.note from training_note n
                          join plan_step s on s.id = n.step_id join root_cause_tag t on t.id = n.tag_id
                         where n.case_id = ? order by s.seq""")
                .param(caseId)
                .query((row, n) -> new TrainingNoteJson(
                        row.getInt("seq"),
                        row.getString("code"),
                        row.getString("label"),
                        code(row.getString("audience")),
                        row.getString("team"),
                        row.getString("note")))
                .list();
    }

    private static List<String> texts(Array array) throws SQLException {
        return Arrays.asList((String[]) array.getArray());
    }

    private static String code(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
