package org.servicerecovery.resolution;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.Messages;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.trend.Trends;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What a regulator or an ombudsman found later. It stands beside the finding of the business and changes nothing of it,
 * and whoever worked the case may record it: it is somebody else's verdict.
 */
@Component
public class RegulatorFindings {

    /**
     * As it came in.
     *
     * @param body who found it, such as Housing Ombudsman
     * @param reference what that body calls the case
     * @param decidedOn a date such as 2026-11-22
     */
    public record Draft(
            @Nullable String body,
            @Nullable String reference,
            @Nullable String finding,
            @Nullable String decidedOn,
            @Nullable String notes) {}

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Cases cases;
    private final Journal journal;
    private final Trends trends;

    RegulatorFindings(JdbcClient db, Clock clock, BusinessZone zone, Cases cases, Journal journal, Trends trends) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.cases = cases;
        this.journal = journal;
        this.trends = trends;
    }

    /** Whether the current user may record one: whoever is let into every case. */
    public static boolean mayRecord() {
        return CaseRoles.seesEveryCase(Actor.current());
    }

    /**
     * Records it beside the latest resolution.
     *
     * @throws Refused when the case has none, or a part is missing
     */
    @Transactional
    public void record(CaseNumber number, Draft draft) {
        RecoveryCase found = cases.lock(number);
        if (!mayRecord()) {
            throw Refused.forbidden("refused.regulator.role");
        }
        int epoch = db.sql("select max(epoch) from resolution where case_id = ? having count(*) > 0")
                .param(found.id())
                .query(Integer.class)
                .optional()
                .orElseThrow(() -> Refused.conflict(
                        found.state().isOver() ? "refused.regulator.neverResolved" : "refused.regulator.notResolved",
                        number.value(),
                        found.state().shownInText()));
        Refused.Gathered wrong = new Refused.Gathered();
        String body = text("body", draft.body(), PlainText.LONGEST_NAME, wrong);
        if (body.isEmpty()) {
            wrong.add("body", "refused.regulator.body");
        }
        String reference = text("reference", draft.reference(), PlainText.LONGEST_NAME, wrong);
        String notes = text("notes", draft.notes(), PlainText.LONGEST_REASON, wrong);
        @Nullable Finding finding = wrong.take(() -> Coded.parse(Finding.class, "finding", draft.finding()));
        @Nullable LocalDate decidedOn = wrong.take(() -> decidedOn(draft.decidedOn(), zone.dateOf(found.openedAt())));
        wrong.refuseIfAny();
        if (finding == null || decidedOn == null) {
            throw new IllegalStateException("What is missing was refused.");
        }
        db.sql("""
                        insert into regulator_finding (case_id, epoch, body, reference, finding, decided_on, notes,
                                                       recorded_by, recorded_at)
                        values (?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), ?, ?)""")
                .params(
                        found.id(),
                        epoch,
                        body,
                        reference,
                        finding.name(),
                        Date.valueOf(decidedOn),
                        notes,
                        Actor.current().id(),
                        Timestamp.from(clock.instant()))
                .update();
        Map<String, Object> content = content(body, reference, finding, decidedOn);
        content.put("notes", notes);
        journal.append(found.id(), "regulator finding recorded", content);
        trends.changed(found.id());
    }

    /**
     * Takes back what was recorded by mistake: the case counts as if it had not been, and its journal keeps both.
     *
     * @throws Refused when the case has no such finding, or it is not said why
     */
    @Transactional
    public void takeBack(CaseNumber number, long id, @Nullable String why) {
        RecoveryCase found = cases.lock(number);
        if (!mayRecord()) {
            throw Refused.forbidden("refused.regulator.role");
        }
        String reason = PlainText.upTo(PlainText.LONGEST_REASON, "why", why == null ? "" : why.strip());
        if (reason.isEmpty()) {
            throw Refused.field("why", "refused.regulator.why");
        }
        Map<String, Object> content = db.sql("delete from regulator_finding where id = ? and case_id = ? returning *")
                .params(id, found.id())
                .query((row, n) -> content(
                        row.getString("body"),
                        row.getString("reference"),
                        Finding.valueOf(row.getString("finding")),
                        row.getObject("decided_on", LocalDate.class)))
                .optional()
                .orElseThrow(() -> Refused.notFound("refused.regulator.none", number.value()));
        content.put("why", reason);
        journal.append(found.id(), "regulator finding taken back", content);
        trends.changed(found.id());
    }

    private static Map<String, Object> content(
            String body, @Nullable String reference, Finding finding, LocalDate decidedOn) {
        Map<String, Object> content =
                new HashMap<>(Map.of("body", body, "finding", finding.code(), "decidedOn", decidedOn.toString()));
        content.put("reference", reference);
        return content;
    }

    private LocalDate decidedOn(@Nullable String text, LocalDate opened) {
        if (text == null || text.isBlank()) {
            throw Refused.field("decidedOn", "refused.regulator.decidedOn");
        }
        LocalDate decidedOn = AskedDay.of("decidedOn", text.strip());
        if (decidedOn.isAfter(zone.dateOf(clock.instant()))) {
            throw Refused.field("decidedOn", "refused.regulator.future");
        }
        if (decidedOn.isBefore(opened)) {
            throw Refused.field("decidedOn", "refused.regulator.beforeOpening", Messages.day(opened));
        }
        return decidedOn;
    }

    private static String text(String field, @Nullable String given, int longest, Refused.Gathered wrong) {
        String text = given == null ? "" : given.strip();
        wrong.take(() -> PlainText.upTo(longest, field, text));
        return text;
    }
}
