package org.servicerecovery.plan;

import static org.servicerecovery.trial.Tally.LONGER;
import static org.servicerecovery.trial.Tally.MISSED_AFTER;
import static org.servicerecovery.trial.Tally.MISSED_BEFORE;
import static org.servicerecovery.trial.Tally.NOW_MET;
import static org.servicerecovery.trial.Tally.NOW_MISSED;
import static org.servicerecovery.trial.Tally.SHORTER;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.TriedTable;
import org.servicerecovery.engine.TriedTable.Sayings;
import org.servicerecovery.trial.Difference;
import org.servicerecovery.trial.Patience;
import org.servicerecovery.trial.Tally;
import org.servicerecovery.trial.TrialOutcome;
import org.servicerecovery.trial.TrialOutcome.Asked;
import org.servicerecovery.trial.TrialOutcome.Group;
import org.servicerecovery.trial.TrialSpan;
import org.servicerecovery.trial.TriedOnThePast;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which steps would have been due at another time, of the cases that figures count. Steps whose time was set in the plan,
 * then or later, were not the table's to decide.
 */
@Component
class StepDeadlineTrial implements TriedOnThePast {

    private static final List<String> TOLD = List.of(LONGER, SHORTER, NOW_MET, NOW_MISSED);

    /** Found by trend_fact_resolved_idx, the newest first. Hours that a plan had set are told by its journal alone. */
    private static final String STEPS = """
            select c.number, p.seq, p.type, p.due_at - make_interval(hours => p.due_hours) as starts_at, p.settled_at,
                   coalesce(s.severity, c.severity) as severity
              from trend_fact f
              join recovery_case c on c.id = f.case_id
              join plan_step p on p.case_id = f.case_id and p.due_hours is not null and p.settled_at is not null
              left join lateral (
                select k.policy ->> 'severity' as severity from clock_entry k
                 where k.case_id = p.case_id and k.clock = 'resolution' and k.policy is not null and k.at <= p.planned_at
                 order by k.epoch desc, k.seq desc limit 1) s on true
             where f.resolved_on between :from and :to
               and exists (select from case_event e
                            where e.case_id = p.case_id and e.kind = 'step planned'
                              and e.content ->> 'step' = p.seq::text and e.content ->> 'policy' like 'step-deadline/%')
             order by f.resolved_on desc, f.case_id desc, p.seq limit :most""";

    private record Past(String number, int step, String type, Severity severity, Instant startsAt, Instant settledAt) {}

    private final JdbcClient db;

    StepDeadlineTrial(JdbcClient db) {
        this.db = db;
    }

    @Override
    public String table() {
        return StepDeadlines.TABLE;
    }

    @Override
    public TrialOutcome run(TriedTable before, TriedTable after, TrialSpan span, Patience patience) {
        Sayings<StepDeadlines.Question, Decisions.Answer> said = before.sayings(StepDeadlines::ask);
        Sayings<StepDeadlines.Question, Decisions.Answer> says = after.sayings(StepDeadlines::ask);
        List<Past> past = db.sql(STEPS)
                .param("from", span.from())
                .param("to", span.to())
                .param("most", MOST + 1)
                .query((row, n) -> new Past(
                        row.getString("number"),
                        row.getInt("seq"),
                        row.getString("type"),
                        Severity.valueOf(row.getString("severity")),
                        instant(row.getTimestamp("starts_at")),
                        instant(row.getTimestamp("settled_at"))))
                .list();
        patience.check();
        Found found = new Found();
        past.stream().limit(MOST).forEach(step -> {
            StepDeadlines.Question question = new StepDeadlines.Question(step.type(), step.severity());
            found.look(step, hours(said.to(question)), hours(says.to(question)));
        });
        return found.outcome(past.size() > MOST, Asked.of(said), Asked.of(says));
    }

    private static Instant instant(Timestamp at) {
        return at.toInstant();
    }

    private static @Nullable Integer hours(Decisions.@Nullable Answer answer) {
        return answer == null ? null : answer.number("hours");
    }

    private static final class Found {

        private final Tally tally =
                new Tally(List.of(LONGER, SHORTER, NOW_MET, NOW_MISSED, MISSED_BEFORE, MISSED_AFTER, "notComparable"));
        private final Map<String, Map<String, Long>> byType = new TreeMap<>();
        private final List<Difference.Step> differences = new ArrayList<>();
        private long looked;

        void look(Past step, @Nullable Integer hoursBefore, @Nullable Integer hoursAfter) {
            looked++;
            Map<String, Long> group = byType.computeIfAbsent(step.type(), none -> {
                Map<String, Long> zero = tally.zero();
                zero.put("steps", 0L);
                return zero;
            });
            tally.count(group, "steps");
            if (hoursBefore == null || hoursAfter == null) {
                tally.count(group, "notComparable");
                return;
            }
            Instant dueBefore = step.startsAt().plus(Duration.ofHours(hoursBefore));
            Instant dueAfter = step.startsAt().plus(Duration.ofHours(hoursAfter));
            boolean missedBefore = step.settledAt().isAfter(dueBefore);
            boolean missedAfter = step.settledAt().isAfter(dueAfter);
            long longer = Duration.between(dueBefore, dueAfter).toSeconds();
            tally.deadline(group, longer, missedBefore, missedAfter);
            if (hoursBefore.equals(hoursAfter)) {
                return;
            }
            differences.add(new Difference.Step(
                    step.number(),
                    step.step(),
                    step.type(),
                    step.severity().code(),
                    step.settledAt(),
                    dueBefore,
                    dueAfter,
                    longer,
                    missedBefore,
                    missedAfter));
        }

        TrialOutcome outcome(boolean cut, Asked asked, Asked askedOfTheOther) {
            differences.sort(Comparator.comparingLong((Difference.Step each) -> Math.abs(each.secondsLonger()))
                    .reversed()
                    .thenComparing(Difference.Step::caseNumber)
                    .thenComparing(Difference.Step::step));
            List<Group> groups = byType.entrySet().stream()
                    .map(each -> new Group(Map.of("stepType", each.getKey()), each.getValue(), null))
                    .toList();
            return TrialOutcome.of(
                    looked,
                    cut,
                    tally,
                    (all, differing, told) -> Tally.sentence("tableTrial.step", all, differing, told, TOLD),
                    groups,
                    differences,
                    asked,
                    askedOfTheOther);
        }
    }
}
