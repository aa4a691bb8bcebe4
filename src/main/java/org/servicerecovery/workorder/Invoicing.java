package org.servicerecovery.workorder;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.Jobs;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What whoever writes the invoices has to know of the visits of cases: their orders are priced like any other. */
@Component
public class Invoicing {

    /**
     * A visit that is not to be invoiced as its order says.
     *
     * @param charged no or partly; null while nobody has decided, so that it has to be asked before it is invoiced
     * @param notes which part is charged
     */
    public record Held(
            Job job,
            String caseNumber,
            int stepSeq,
            Instant endedAt,
            @Nullable Charged charged,
            String notes,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    private record Row(
            UUID job,
            String caseNumber,
            int stepSeq,
            Instant endedAt,
            @Nullable Charged charged,
            String notes,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    private final JdbcClient db;
    private final Jobs jobs;

    Invoicing(JdbcClient db, Jobs jobs) {
        this.db = db;
        this.jobs = jobs;
    }

    /** The visits that ended in a time and are not charged in full, or not known to be; the oldest first. */
    public List<Held> held(Instant from, Instant before) {
        List<Row> rows = db.sql("""
                        select l.job_id, c.number, s.seq, l.ended_at, l.charged, l.charged_notes, l.charged_by, l.charged_at
                          from work_order_step l
                          join plan_step s on s.id = l.step_id
                          join recovery_case c on c.id = s.case_id
                         where l.ended_at >= ? and l.ended_at < ? and l.charged is distinct from 'YES'
                           and l.state <> 'CANCELLED'
                         order by l.ended_at, l.id""")
                .params(Timestamp.from(from), Timestamp.from(before))
                .query((row, n) -> new Row(
                        row.getObject("job_id", UUID.class),
                        row.getString("number"),
                        row.getInt("seq"),
                        row.getTimestamp("ended_at").toInstant(),
                        row.getString("charged") == null ? null : Charged.valueOf(row.getString("charged")),
                        row.getString("charged_notes"),
                        row.getString("charged_by"),
                        InstantColumns.read(row, "charged_at")))
                .list();
        Map<UUID, Job> byId = jobs.get(rows.stream().map(Row::job).toList()).stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
        return rows.stream()
                .map(row -> new Held(
                        Objects.requireNonNull(byId.get(row.job())),
                        row.caseNumber(),
                        row.stepSeq(),
                        row.endedAt(),
                        row.charged(),
                        row.notes(),
                        row.decidedBy(),
                        row.decidedAt()))
                .toList();
    }
}
