package org.servicerecovery.resolution;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.AskedDay;
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
import org.servicerecovery.trend.Comparison;
import org.servicerecovery.trend.Comparisons;
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

    /** What was withdrawn, or should not have been a case, asks nobody for anything. */
    private static final String COUNTS = "c.state not in ('WITHDRAWN', 'DUPLICATE', 'OPENED_IN_ERROR')";

    /** By resolution_prevention_idx: only what somebody sees to is due. */
    private static final String TO_DO = "r.prevention_done_at is null and r.prevention_owner is not null";
    /** Compared, and nobody has said whether it helped; by resolution_prevention_judge_idx. */
    private static final String NOT_JUDGED = "r.prevention_comparison is not null and r.prevention_helped is null";

    /** Which of them somebody asks for. */
    public enum PreventionFilter implements Coded {
        /** Waits for its owner: to be done, or to be judged. */
        OPEN("Open", "((" + TO_DO + ") or (" + NOT_JUDGED + ")) and " + COUNTS),
        OVERDUE("Overdue", TO_DO + " and r.prevention_due_on < :today and " + COUNTS),
        DONE("Done", "r.prevention_done_at is not null"),
        TO_JUDGE("To judge", NOT_JUDGED + " and " + COUNTS),
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
     * A time before that an action was done, without effect.
     *
     * @param notes what was done
     * @param judgedNotes what showed that it did not help
     */
    public record Past(
            int round,
            @Nullable LocalDate dueOn,
            Instant doneAt,
            String doneBy,
            @Nullable String notes,
            @Nullable String judgedNotes,
            @Nullable Comparison comparison,
            String judgedBy,
            Instant judgedAt) {}

    /**
     * @param epoch the resolution that it belongs to, by the epoch of its case
     * @param tag the cause that its case is counted under today, whatever it was resolved with
     * @param helped whether it had the effect; null until somebody says so
     * @param notes what was done
     * @param judgedNotes what shows whether it helped
     * @param compareOn when the cases before and after are compared; null while it is not done
     * @param comparison null until then
     * @param past the times before that it was done without effect, the first one first
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
            @Nullable String judgedNotes,
            @Nullable LocalDate compareOn,
            @Nullable Comparison comparison,
            List<Past> past,
            boolean opens,
            boolean may) {

        Line with(List<Past> times) {
            return new Line(
                    caseNumber,
                    epoch,
                    tag,
                    tagLabel,
                    action,
                    owner,
                    dueOn,
                    overdue,
                    effect,
                    doneAt,
                    doneBy,
                    helped,
                    notes,
                    judgedNotes,
                    compareOn,
                    comparison,
                    times,
                    opens,
                    may);
        }
    }

    private record Kept(
            int epoch,
            @Nullable String owner,
            @Nullable Instant doneAt,
            @Nullable Comparison comparison) {}

    /** As many as are asked for of those that the reader sees for one reason. */
    private static final String PART = """
            (select r.case_id, r.epoch, r.prevention_due_on, r.resolved_at, c.number
               from resolution r join recovery_case c on c.id = r.case_id
              where %s and (%s)
              order by r.prevention_due_on nulls last, r.resolved_at, c.number, r.epoch limit :limit)""";

    private static final String PAGE = """
            with page as materialized (
              select case_id, epoch from (%s) parts
               order by prevention_due_on nulls last, resolved_at, number, epoch limit :limit)
            select r.*, c.number, c.owner as case_owner, t.code, t.label, %s as opens
              from page p
              join resolution r on r.case_id = p.case_id and r.epoch = p.epoch
              join recovery_case c on c.id = r.case_id
              left join case_cause m on m.case_id = r.case_id and m.main
              join root_cause_tag_as_is a on a.tag_id = coalesce(m.tag_id, r.tag_id)
              join root_cause_tag t on t.id = a.now_id
             order by r.prevention_due_on nulls last, r.resolved_at, c.number, r.epoch""";

    private static final int DAYS_TO_DO_IT = 30;

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Cases cases;
    private final CaseAccess access;
    private final Journal journal;
    private final OwnerDirectory people;
    private final Trends trends;
    private final Comparisons comparisons;

    Preventions(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Cases cases,
            CaseAccess access,
            Journal journal,
            OwnerDirectory people,
            Trends trends,
            Comparisons comparisons) {
        this.comparisons = comparisons;
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
        wrong.take(() -> PlainText.upTo(PlainText.LONGEST_ACTION, "preventionAction", action));
        String owner = stripped(draft.preventionOwner());
        if (!owner.isEmpty() && !people.mayOwnCases(owner)) {
            wrong.add("preventionOwner", "refused.prevention.nobody", owner);
        }
        String effect = stripped(draft.preventionEffect());
        wrong.take(() -> PlainText.upTo(PlainText.LONGEST_ACTION, "preventionEffect", effect));
        LocalDate today = zone.dateOf(clock.instant());
        LocalDate dueOn = wrong.take(() -> dueOn(stripped(draft.preventionDueOn()), today, "preventionDueOn"));
        return dueOn == null
                ? null
                : new Planned(
                        action, owner.isEmpty() ? ownerOf(found) : owner, dueOn, effect.isEmpty() ? null : effect);
    }

    private static String ownerOf(RecoveryCase found) {
        return found.owner() == null ? Actor.current().id() : found.owner();
    }

    private static LocalDate dueOn(String text, LocalDate today, String field) {
        if (text.isEmpty()) {
            return today.plusDays(DAYS_TO_DO_IT);
        }
        LocalDate dueOn;
        try {
            dueOn = LocalDate.parse(text.length() > 10 ? text.substring(0, 10) : text);
        } catch (DateTimeParseException e) {
            throw Refused.field(field, "refused.date", text);
        }
        if (dueOn.isBefore(today)) {
            throw Refused.field(field, "refused.prevention.past");
        }
        return AskedDay.soonEnough(field, dueOn, today);
    }

    /**
     * Says that it was done.
     *
     * @param epoch of the resolution; null for the latest one
     * @param notes what was done
     * @throws Refused when nothing says what was done, it was done before, or is not the current user's to say
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
        if (said.isEmpty()) {
            throw Refused.field("notes", "refused.prevention.whatWasDone");
        }
        Instant now = clock.instant();
        LocalDate compareOn = zone.dateOf(now).plusWeeks(comparisons.weeksFor(cause(found.id(), kept.epoch())));
        db.sql("""
                        update resolution set prevention_done_at = ?, prevention_done_by = ?, prevention_notes = nullif(?, ''),
                                              prevention_compare_on = ?
                         where case_id = ? and epoch = ?""")
                .params(Timestamp.from(now), Actor.current().id(), said, compareOn, found.id(), kept.epoch())
                .update();
        journal.append(found.id(), "prevention done", Map.of("notes", said));
        trends.changed(found.id());
    }

    /** The cause that a case is counted under, or that its resolution names while it is not counted. */
    private long cause(long caseId, int epoch) {
        return db.sql("""
                        select coalesce(c.tag_id, r.tag_id) from resolution r
                          left join case_cause c on c.case_id = r.case_id and c.main
                         where r.case_id = ? and r.epoch = ?""").params(caseId, epoch).query(Long.class).single();
    }

    /**
     * Says whether it helped, once it is done; whoever finds out more says it again. One that did not help is to be done
     * again: it is open in its owner's list, and what it was stays in its history.
     *
     * @param epoch of the resolution; null for the latest one
     * @param dueOn until when it is to be done again; {@value #DAYS_TO_DO_IT} days from now where nobody says so
     * @throws Refused when it is not done; or the answer comes before the figures, or is another than theirs, and no notes say
     *     why
     */
    @Transactional
    public void judged(
            CaseNumber number,
            @Nullable Integer epoch,
            @Nullable Boolean helped,
            @Nullable String notes,
            @Nullable String dueOn) {
        RecoveryCase found = cases.lock(number);
        Kept kept = mine(found, epoch);
        if (helped == null) {
            throw Refused.field("helped", "refused.prevention.helped");
        }
        if (kept.doneAt() == null) {
            throw Refused.conflict("refused.prevention.notDone", number.value());
        }
        String said = checkedNotes(notes);
        if (said.isEmpty()) {
            if (kept.comparison() == null) {
                throw Refused.field("notes", "refused.prevention.early");
            }
            if (kept.comparison().isContradictedBy(helped)) {
                throw Refused.field("notes", "refused.prevention.whyOtherwise");
            }
        }
        Map<String, Object> content = new HashMap<>(Map.of("notes", said));
        if (helped) {
            db.sql("""
                            update resolution set prevention_helped = true,
                                                  prevention_judged_notes = coalesce(nullif(?, ''), prevention_judged_notes)
                             where case_id = ? and epoch = ?""").params(said, found.id(), kept.epoch()).update();
        } else {
            LocalDate again = dueOn(stripped(dueOn), zone.dateOf(clock.instant()), "dueOn");
            comesBack(found, kept, said, again);
            content.put("dueOn", again.toString());
        }
        journal.append(found.id(), helped ? "prevention helped" : "prevention did not help", content);
        trends.changed(found.id());
    }

    private void comesBack(RecoveryCase found, Kept kept, String notes, LocalDate dueOn) {
        db.sql("""
                        insert into prevention_past (case_id, epoch, round, owner, due_on, done_at, done_by, notes,
                                                     judged_notes, comparison, judged_by, judged_at)
                        select case_id, epoch, prevention_round, prevention_owner, prevention_due_on, prevention_done_at,
                               prevention_done_by, prevention_notes, coalesce(nullif(?, ''), prevention_judged_notes),
                               prevention_comparison, ?, ?
                          from resolution where case_id = ? and epoch = ?""")
                .params(notes, Actor.current().id(), Timestamp.from(clock.instant()), found.id(), kept.epoch())
                .update();
        db.sql("""
                        update resolution
                           set prevention_round = prevention_round + 1, prevention_due_on = ?, prevention_done_at = null,
                               prevention_done_by = null, prevention_helped = null, prevention_notes = null,
                               prevention_judged_notes = null, prevention_compare_on = null, prevention_comparison = null,
                               prevention_owner = coalesce(prevention_owner, ?)
                         where case_id = ? and epoch = ?""").params(dueOn, ownerOf(found), found.id(), kept.epoch()).update();
    }

    /** Actions that were done so long ago that the cases before and after can be compared; by resolution_prevention_compare_idx. */
    List<CaseNumber> toCompare(int most) {
        return db.sql("""
                        select c.number from resolution r join recovery_case c on c.id = r.case_id
                         where r.prevention_compare_on <= ? and r.prevention_comparison is null
                         order by r.prevention_compare_on, r.case_id limit ?""")
                .params(zone.dateOf(clock.instant()), most)
                .query((row, n) -> new CaseNumber(row.getString("number")))
                .list();
    }

    /** Compares those of a case that it is time for; what is compared already stays. */
    @Transactional
    void compare(CaseNumber number) {
        RecoveryCase found = cases.lock(number);
        record Due(int epoch, Instant doneAt, LocalDate compareOn) {}
        List<Due> due = db.sql("""
                        select epoch, prevention_done_at, prevention_compare_on from resolution
                         where case_id = ? and prevention_compare_on <= ? and prevention_comparison is null""")
                .params(found.id(), zone.dateOf(clock.instant()))
                .query((row, n) -> new Due(
                        row.getInt("epoch"),
                        row.getTimestamp("prevention_done_at").toInstant(),
                        row.getObject("prevention_compare_on", LocalDate.class)))
                .list();
        for (Due each : due) {
            LocalDate tookHoldOn = zone.dateOf(each.doneAt());
            long weeks = Math.round(ChronoUnit.DAYS.between(tookHoldOn, each.compareOn()) / 7.0);
            Comparison comparison =
                    comparisons.ofCause(cause(found.id(), each.epoch()), tookHoldOn, (int) Math.max(1, weeks));
            db.sql("update resolution set prevention_comparison = cast(? as jsonb) where case_id = ? and epoch = ?")
                    .params(comparisons.write(comparison), found.id(), each.epoch())
                    .update();
        }
    }

    private static String checkedNotes(@Nullable String notes) {
        return PlainText.upTo(PlainText.LONGEST_ACTION, "notes", stripped(notes));
    }

    /** @throws Refused when there is none, or the current user neither sees to it nor works the case */
    private Kept mine(RecoveryCase found, @Nullable Integer epoch) {
        Optional<Kept> known = db.sql("""
                        select epoch, prevention_owner, prevention_done_at, prevention_comparison from resolution
                         where case_id = :case and (cast(:epoch as int) is null or epoch = :epoch)
                         order by epoch desc limit 1""")
                .param("case", found.id())
                .param("epoch", epoch)
                .query((row, n) -> new Kept(
                        row.getInt("epoch"),
                        row.getString("prevention_owner"),
                        InstantColumns.read(row, "prevention_done_at"),
                        comparisons.read(row.getString("prevention_comparison"))))
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
        String asked = wanted.condition + (owner == null ? "" : " and r.prevention_owner = :owner");
        String parts = CaseRoles.seesEveryCase(Actor.current())
                ? PART.formatted(asked, "true")
                : PART.formatted(asked, "r.prevention_owner = :me") + " union " + PART.formatted(asked, seen(params));
        String me = Actor.current().id();
        LocalDate today = zone.dateOf(clock.instant());
        Map<Line, Long> lines = new LinkedHashMap<>();
        db.sql(PAGE.formatted(parts, access.visible(params)))
                .params(params)
                .param("today", Date.valueOf(today))
                .param("me", me)
                .param("owner", owner)
                .param("limit", limit)
                .query(row -> {
                    @Nullable LocalDate dueOn = row.getObject("prevention_due_on", LocalDate.class);
                    @Nullable Instant doneAt = InstantColumns.read(row, "prevention_done_at");
                    Line line = new Line(
                            row.getString("number"),
                            row.getInt("epoch"),
                            row.getString("code"),
                            row.getString("label"),
                            row.getString("prevention_action"),
                            row.getString("prevention_owner"),
                            dueOn,
                            doneAt == null && dueOn != null && dueOn.isBefore(today),
                            row.getString("prevention_effect"),
                            doneAt,
                            row.getString("prevention_done_by"),
                            row.getObject("prevention_helped", Boolean.class),
                            row.getString("prevention_notes"),
                            row.getString("prevention_judged_notes"),
                            row.getObject("prevention_compare_on", LocalDate.class),
                            comparisons.read(row.getString("prevention_comparison")),
                            List.of(),
                            row.getBoolean("opens"),
                            me.equals(row.getString("prevention_owner"))
                                    || CaseRoles.mayWorkOf(row.getString("case_owner")));
                    lines.put(line, row.getLong("case_id"));
                });
        Map<Long, Map<Integer, List<Past>>> past = past(lines.values());
        return lines.entrySet().stream()
                .map(each -> each.getKey()
                        .with(past.getOrDefault(each.getValue(), Map.of())
                                .getOrDefault(each.getKey().epoch(), List.of())))
                .toList();
    }

    /** An array, so that each is looked up: the soonest due of all are those of years ago, and may be other people's. */
    private String seen(Map<String, Object> params) {
        return access.visibleParts(params).stream()
                .map("select c.id from recovery_case c where "::concat)
                .collect(Collectors.joining(" union all ", "r.case_id = any(array(", "))"));
    }

    /** What was done before without effect, of one case by epoch, the first time first. */
    public Map<Integer, List<Past>> past(long caseId) {
        return past(List.of(caseId)).getOrDefault(caseId, Map.of());
    }

    private Map<Long, Map<Integer, List<Past>>> past(Collection<Long> caseIds) {
        Map<Long, Map<Integer, List<Past>>> past = new HashMap<>();
        db.sql("select * from prevention_past where case_id = any(?) order by case_id, epoch, round")
                .param(caseIds.toArray(Long[]::new))
                .query(row -> {
                    past.computeIfAbsent(row.getLong("case_id"), none -> new HashMap<>())
                            .computeIfAbsent(row.getInt("epoch"), none -> new ArrayList<>())
                            .add(new Past(
                                    row.getInt("round"),
                                    row.getObject("due_on", LocalDate.class),
                                    row.getTimestamp("done_at").toInstant(),
                                    row.getString("done_by"),
                                    row.getString("notes"),
                                    row.getString("judged_notes"),
                                    comparisons.read(row.getString("comparison")),
                                    row.getString("judged_by"),
                                    row.getTimestamp("judged_at").toInstant()));
                });
        return past;
    }

    private static String stripped(@Nullable String text) {
        return text == null ? "" : text.strip();
    }
}
