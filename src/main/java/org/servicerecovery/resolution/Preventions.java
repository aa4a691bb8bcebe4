package org.servicerecovery.resolution;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Coded;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.trend.Trends;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * The prevention actions: what keeps a failure from happening again, who sees to it until when, and whether it was done
 * and helped. They live on when their case is closed.
 */
@Component
public class Preventions {

    /** Not done, of a case that counts: what was withdrawn, or should not have been a case, asks nobody for anything. */
    private static final String WAITS =
            "r.prevention_done_at is null and c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')";

    /** Which of them somebody asks for. */
    public enum PreventionFilter implements Coded {
        OPEN("Open", WAITS + " and r.prevention_owner is not null"),
        OVERDUE("Overdue", WAITS + " and r.prevention_due_on < :today"),
        DONE("Done", "r.prevention_done_at is not null"),
        EVERY("Every", "true");

        private final String label;
        private final String condition;

        PreventionFilter(String label, String condition) {
            this.label = label;
            this.condition = condition;
        }

        @Override
        public String label() {
            return label;
        }
    }

    /** What is planned with a resolution. */
    record Planned(
            String action,
            String owner,
            LocalDate dueOn,
            @Nullable String effect) {}

    /**
     * @param epoch the resolution that it belongs to, by the epoch of its case
     * @param helped whether it had the effect; null until somebody says so
     * @param opens whether the reader may see the case
     * @param may whether the reader may say that it was done, and whether it helped
     */
    public record Line(
            String caseNumber,
            int epoch,
            String tag,
            String tagLabel,
            String action,
            @Nullable String owner,
            @Nullable LocalDate dueOn,
            boolean overdue,
            @Nullable String effect,
            @Nullable Instant doneAt,
            @Nullable String doneBy,
            @Nullable Boolean helped,
            @Nullable String notes,
            boolean opens,
            boolean may) {}

    private record Kept(
            int epoch, @Nullable String owner, @Nullable Instant doneAt) {}

    private static final int LONGEST = 2_000;
    private static final int DAYS_TO_DO_IT = 30;

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Cases cases;
    private final CaseAccess access;
    private final Journal journal;
    private final OwnerDirectory people;
    private final Trends trends;

    Preventions(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Cases cases,
            CaseAccess access,
            Journal journal,
            OwnerDirectory people,
            Trends trends) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.cases = cases;
        this.access = access;
        this.journal = journal;
        this.people = people;
        this.trends = trends;
    }

    /**
     * Reads what a resolution says of its prevention action. Left out, its owner is that of the case, or whoever resolves
     * one that nobody owns; it is due in {@value #DAYS_TO_DO_IT} days.
     *
     * @return null when something is wrong, which is then among the gathered
     */
    @Nullable
    Planned validate(RecoveryCase found, Resolutions.Draft draft, Refused.Gathered wrong) {
        String action = stripped(draft.preventionAction());
        if (action.isEmpty()) {
            wrong.add("preventionAction", "refused.resolution.prevention");
        }
        wrong.take(() -> PlainText.upTo(LONGEST, "preventionAction", action));
        String owner = stripped(draft.preventionOwner());
        if (!owner.isEmpty() && !people.mayOwnCases(owner)) {
            wrong.add("preventionOwner", "refused.prevention.nobody", owner);
        }
        String effect = stripped(draft.preventionEffect());
        wrong.take(() -> PlainText.upTo(LONGEST, "preventionEffect", effect));
        LocalDate today = zone.dateOf(clock.instant());
        LocalDate dueOn = wrong.take(() -> dueOn(stripped(draft.preventionDueOn()), today));
        return dueOn == null
                ? null
                : new Planned(
                        action, owner.isEmpty() ? ownerOf(found) : owner, dueOn, effect.isEmpty() ? null : effect);
    }

    private static String ownerOf(RecoveryCase found) {
        return found.owner() == null ? Actor.current().id() : found.owner();
    }

    private static LocalDate dueOn(String text, LocalDate today) {
        if (text.isEmpty()) {
            return today.plusDays(DAYS_TO_DO_IT);
        }
        LocalDate dueOn;
        try {
            dueOn = LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
        } catch (DateTimeParseException e) {
            throw Refused.field("preventionDueOn", "refused.date", text);
        }
        if (dueOn.isBefore(today)) {
            throw Refused.field("preventionDueOn", "refused.prevention.past");
        }
        return dueOn;
    }

    /**
     * Says that it was done.
     *
     * @param epoch of the resolution; null for the latest one
     * @throws Refused when it was done before, or is not the current user's to say
     */
    @Transactional
    public void done(CaseNumber number, @Nullable Integer epoch, @Nullable String notes) {
        RecoveryCase found = cases.lock(number);
        Kept kept = mine(found, epoch);
        if (kept.doneAt() != null) {
            throw Refused.conflict(
                    "refused.prevention.done", number.value(), kept.doneAt().toString());
        }
        String said = checkedNotes(notes);
        db.sql("""
                        update resolution set prevention_done_at = ?, prevention_done_by = ?, prevention_notes = nullif(?, '')
                         where case_id = ? and epoch = ?""")
                .params(Timestamp.from(clock.instant()), Actor.current().id(), said, found.id(), kept.epoch())
                .update();
        journal.append(found.id(), "prevention done", Map.of("notes", said));
        trends.changed(found.id());
    }

    /**
     * Says whether it helped, once it is done; whoever finds out more says it again.
     *
     * @param epoch of the resolution; null for the latest one
     */
    @Transactional
    public void judged(CaseNumber number, @Nullable Integer epoch, @Nullable Boolean helped, @Nullable String notes) {
        RecoveryCase found = cases.lock(number);
        Kept kept = mine(found, epoch);
        if (helped == null) {
            throw Refused.field("helped", "refused.prevention.helped");
        }
        if (kept.doneAt() == null) {
            throw Refused.conflict("refused.prevention.notDone", number.value());
        }
        String said = checkedNotes(notes);
        db.sql("""
                        update resolution set prevention_helped = ?, prevention_notes = coalesce(nullif(?, ''), prevention_notes)
                         where case_id = ? and epoch = ?""").params(helped, said, found.id(), kept.epoch()).update();
        journal.append(found.id(), helped ? "prevention helped" : "prevention did not help", Map.of("notes", said));
        trends.changed(found.id());
    }

    private static String checkedNotes(@Nullable String notes) {
        return PlainText.upTo(LONGEST, "notes", stripped(notes));
    }

    /** @throws Refused when there is none, or the current user neither sees to it nor works the case */
    private Kept mine(RecoveryCase found, @Nullable Integer epoch) {
        Optional<Kept> known = db.sql("""
                        select epoch, prevention_owner, prevention_done_at from resolution
                         where case_id = :case and (cast(:epoch as int) is null or epoch = :epoch)
                         order by epoch desc limit 1""")
                .param("case", found.id())
                .param("epoch", epoch)
                .query((row, n) -> new Kept(
                        row.getInt("epoch"),
                        row.getString("prevention_owner"),
                        InstantColumns.read(row, "prevention_done_at")))
                .optional();
        if (known.isEmpty() || !Actor.current().id().equals(known.get().owner())) {
            CaseRoles.requireMayWork(found);
        }
        return known.orElseThrow(
                () -> Refused.notFound("refused.prevention.none", found.number().value()));
    }

    /**
     * Those of the cases that the reader may see, and those that the reader sees to, the soonest due first.
     *
     * @param owner who sees to them; null for everybody
     */
    public List<Line> list(PreventionFilter wanted, @Nullable String owner, int limit) {
        Map<String, Object> params = new HashMap<>();
        String visible = access.visible(params);
        String me = Actor.current().id();
        LocalDate today = zone.dateOf(clock.instant());
        return db.sql("""
                        select r.*, c.number, c.owner as case_owner, t.code, %s as opens from resolution r
                          join recovery_case c on c.id = r.case_id join root_cause_tag t on t.id = r.tag_id
                         where (%s or r.prevention_owner = :me) and %s
                           and (cast(:owner as text) is null or r.prevention_owner = :owner)
                         order by r.prevention_due_on nulls last, r.resolved_at, c.number, r.epoch limit :limit""".formatted(visible, visible, wanted.condition))
                .params(params)
                .param("today", Date.valueOf(today))
                .param("me", me)
                .param("owner", owner)
                .param("limit", limit)
                .query((row, n) -> {
                    @Nullable LocalDate dueOn = row.getObject("prevention_due_on", LocalDate.class);
                    @Nullable Instant doneAt = InstantColumns.read(row, "prevention_done_at");
                    return new Line(
                            row.getString("number"),
                            row.getInt("epoch"),
                            row.getString("code"),
                            row.getString("tag_label"),
                            row.getString("prevention_action"),
                            row.getString("prevention_owner"),
                            dueOn,
                            doneAt == null && dueOn != null && dueOn.isBefore(today),
                            row.getString("prevention_effect"),
                            doneAt,
                            row.getString("prevention_done_by"),
                            row.getObject("prevention_helped", Boolean.class),
                            row.getString("prevention_notes"),
                            row.getBoolean("opens"),
                            me.equals(row.getString("prevention_owner"))
                                    || CaseRoles.mayWorkOf(row.getString("case_owner")));
                })
                .list();
    }

    private static String stripped(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
