package org.servicerecovery.web;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What stands beside the resolutions of a case: further causes, regulators' findings, and what it is counted under. */
@Component
class ResolutionDetails {

    /** @param label as the tag was called then */
    record TagJson(String tag, String label) {}

    /**
     * @param tagLabel as the tag was called when it was put on the case
     * @param countedUnder as the tag is called in reports of today: it may have been renamed, or merged into another one
     */
    record CauseJson(String tag, String tagLabel, String countedUnder, boolean main) {}

    record RegulatorJson(
            long id,
            String body,
            @Nullable String reference,
            String finding,
            LocalDate decidedOn,
            @Nullable String notes,
            String recordedBy,
            Instant recordedAt) {}

    private final JdbcClient db;

    ResolutionDetails(JdbcClient db) {
        this.db = db;
    }

    /** By epoch. */
    Map<Integer, List<TagJson>> furtherTags(long caseId) {
        Map<Integer, List<TagJson>> tags = new HashMap<>();
        db.sql("""
                        select f.epoch, t.code, f.tag_label from resolution_further_tag f
                          join root_cause_tag t on t.id = f.tag_id where f.case_id = ? order by f.tag_label""").param(caseId).query(row -> {
            tags.computeIfAbsent(row.getInt("epoch"), key -> new ArrayList<>())
                    .add(new TagJson(row.getString("code"), row.getString("tag_label")));
        });
        return tags;
    }

    /** By epoch, in the order of the decisions. */
    Map<Integer, List<RegulatorJson>> regulators(long caseId) {
        Map<Integer, List<RegulatorJson>> findings = new HashMap<>();
        db.sql("select * from regulator_finding where case_id = ? order by decided_on, id")
                .param(caseId)
                .query(row -> {
                    findings.computeIfAbsent(row.getInt("epoch"), key -> new ArrayList<>())
                            .add(new RegulatorJson(
                                    row.getLong("id"),
                                    row.getString("body"),
                                    row.getString("reference"),
                                    row.getString("finding")
                                            .toLowerCase(Locale.ROOT)
                                            .replace('_', '-'),
                                    row.getObject("decided_on", LocalDate.class),
                                    row.getString("notes"),
                                    row.getString("recorded_by"),
                                    row.getTimestamp("recorded_at").toInstant()));
                });
        return findings;
    }

    /** The main one first. */
    List<CauseJson> causes(long caseId) {
        return db.sql("""
                        select t.code, c.tag_label, n.label, c.main from case_cause c
                          join root_cause_tag t on t.id = c.tag_id
                          join root_cause_tag_as_is a on a.tag_id = c.tag_id
                          join root_cause_tag n on n.id = a.now_id
                         where c.case_id = ? order by c.main desc, t.code""")
                .param(caseId)
                .query((row, n) -> new CauseJson(
                        row.getString("code"),
                        row.getString("tag_label"),
                        row.getString("label"),
                        row.getBoolean("main")))
                .list();
    }
}
