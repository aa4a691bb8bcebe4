package org.servicerecovery.plan;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.InstantColumns;
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.AssigneeGone;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.CaseMerging;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerReached;
import org.servicerecovery.cases.CustomerReplied;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.OwnerChanged;
import org.servicerecovery.cases.OwnerDirectory;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.cases.WorkPassedOn;
import org.servicerecovery.engine.Decisions;
import org.servicerecovery.engine.InstanceEnded;
import org.servicerecovery.engine.OnceTheEngineIsDone;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.Tasks;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The plan of a case: a growing list of steps, each of which ends completed, skipped or failed. */
@Component
public class Plan {

    private static final int MOST_STEPS = 100;
    static final int LONGEST_PURPOSE = 500;
    /** The step whose completion is word to the customer; mails and letters tell by themselves that they went out. */
    private static final String CALL = "call-customer";

    private static final int LONGEST_NOTES = 10_000;
    private static final Duration LONGEST_TERM = Duration.ofDays(731);

    private static final String SELECT = """
            select s.*, t.label, b.seq as after_seq from plan_step s join step_type t on t.code = s.type
              left join plan_step b on b.id = s.after_step_id\s""";
    /** Of the row s: planned, not started, and not waiting for a step that is open. */
    private static final String STARTABLE = """
            s.state = 'PLANNED' and s.process_instance_id is null
            and not exists (select 1 from plan_step b where b.id = s.after_step_id and b.settled_at is null)""";

    private static final RowMapper<Step> STEP = (row, n) -> new Step(
            row.getLong("id"),
            row.getLong("case_id"),
            row.getInt("epoch"),
            row.getInt("seq"),
            row.getString("type"),
            row.getString("label"),
            row.getString("purpose"),
            row.getString("assignee"),
            StepState.valueOf(row.getString("state")),
            row.getString("notes"),
            row.getTimestamp("due_at").toInstant(),
            row.getString("process_instance_id"),
            row.getString("planned_by"),
            row.getString("settled_by"),
            InstantColumns.read(row, "settled_at"),
            row.getObject("after_seq", Integer.class));

    /** How a form names the fields of the one further step that it asks for: nextStepType. */
    public static final UnaryOperator<String> NEXT_STEP =
            field -> "nextStep" + Character.toUpperCase(field.charAt(0)) + field.substring(1);

    private final JdbcClient db;
    private final Clock clock;
    private final Cases cases;
    private final Journal journal;
    private final Decisions decisions;
    private final OwnerDirectory people;
    private final RecoveryProcess process;
    private final ApplicationEventPublisher events;

    Plan(
            JdbcClient db,
            Clock clock,
            Cases cases,
            Journal journal,
            Decisions decisions,
            OwnerDirectory people,
            RecoveryProcess process,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.cases = cases;
        this.journal = journal;
        this.decisions = decisions;
        this.people = people;
        this.process = process;
        this.events = events;
    }

    /** The steps of a case in the order in which they were planned, over all epochs. */
    public List<Step> steps(long caseId) {
        return db.sql(SELECT + "where s.case_id = ? order by s.seq")
                .param(caseId)
                .query(STEP)
                .list();
    }

    /** @throws Refused when the case has no such step */
    public Step step(RecoveryCase of, int seq) {
        return db.sql(SELECT + "where s.case_id = ? and s.seq = ?")
                .params(of.id(), seq)
                .query(STEP)
                .optional()
                .orElseThrow(
                        () -> Refused.notFound("refused.step.none", of.number().value(), String.valueOf(seq)));
    }

    /**
     * Finishes planning: answers the task "Plan recovery" of the case with these steps.
     *
     * @throws Refused when the case is not being planned, or a step is not valid
     */
    @Transactional
    public void finish(CaseNumber number, List<NewStep> steps) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        process.complete(
                instanceOf(found),
                List.of(Tasks.PLAN_RECOVERY),
                Map.of("steps", steps.stream().map(NewStep::row).toList()),
                "refused.plan.notNow",
                number.value());
    }

    /**
     * Adds a step. While the plan is carried out it starts at once, unless it waits for the step before it; a case that
     * is about to be resolved goes back to its plan.
     *
     * @throws Refused when the case is over, or the step is not valid
     */
    @Transactional
    public Step add(CaseNumber number, NewStep wanted) {
        RecoveryCase found = cases.lock(number);
        CaseRoles.requireMayWork(found);
        return addTo(found, wanted, UnaryOperator.identity());
    }

    /**
     * Adds a step that the application itself asks for; the caller holds the case's lock.
     *
     * @return empty when the case takes no more steps
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Optional<Step> addByItself(RecoveryCase found, NewStep wanted) {
        boolean full = steps(found.id()).size() >= MOST_STEPS;
        return found.state().isOpen() && !full
                ? Optional.of(addTo(found, wanted, UnaryOperator.identity()))
                : Optional.empty();
    }

    /**
     * Adds a step for somebody whose right to it is known; the caller holds the case's lock.
     *
     * @param fieldName how a field of the step, such as type, is named where it was filled in
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Step addTo(RecoveryCase found, NewStep wanted, UnaryOperator<String> fieldName) {
        Step added = append(found, wanted, fieldName);
        if (mayStart(added.id())) {
            process.stepAdded(instanceOf(found), added.id());
        }
        return get(added.id());
    }

    /**
     * Answers the task of a step.
     *
     * @param submitted what the form of the step would submit: outcome, notes, and what its type needs
     */
    @Transactional
    public Step work(CaseNumber number, int seq, Map<String, Object> submitted) {
        return work(number, seq, List.of(), submitted);
    }

    /** @param taskKeys the tasks that this answers, the first that is open is taken; none for the only one there is */
    @Transactional
    public Step work(CaseNumber number, int seq, List<String> taskKeys, Map<String, Object> submitted) {
        RecoveryCase found = cases.lock(number);
        Step step = step(found, seq);
        if (!Actor.current().id().equals(step.assignee())) {
            CaseRoles.requireMayWork(found);
        }
        if (step.processInstanceId() == null && !step.state().isSettled() && step.afterSeq() != null) {
            return skipWaiting(found, step, submitted);
        }
        if (step.processInstanceId() == null || step.state().isSettled()) {
            throw Refused.conflict(
                    step.state().isSettled() ? "refused.step.already" : "refused.step.planNotFinished",
                    String.valueOf(seq),
                    number.value(),
                    step.state().shownInText());
        }
        if (taskKeys.isEmpty() && process.openTasks(step.processInstanceId()).size() > 1) {
            throw Refused.conflict("refused.step.severalTasks", String.valueOf(seq), number.value());
        }
        process.complete(
                step.processInstanceId(),
                taskKeys,
                submitted,
                "refused.step.noTaskNow",
                String.valueOf(seq),
                number.value());
        return step(found, seq);
    }

    /** A step that waits for another has no task yet; all that can be done with it is to leave it out. */
    private Step skipWaiting(RecoveryCase found, Step step, Map<String, Object> submitted) {
        if (!StepOutcome.SKIPPED.code().equals(submitted.get("outcome"))) {
            throw Refused.conflict(
                    "refused.step.notStarted",
                    String.valueOf(step.seq()),
                    found.number().value(),
                    String.valueOf(step.afterSeq()));
        }
        if (!(submitted.get("notes") instanceof String notes) || notes.isBlank()) {
            throw Refused.field("notes", "refused.step.whatHappened");
        }
        if (notes.length() > LONGEST_NOTES || notes.indexOf('\0') >= 0) {
            throw Refused.field("notes", "refused.step.plainText", String.valueOf(LONGEST_NOTES));
        }
        // What waited for it waits for the one that it waited for.
        db.sql("""
                        update plan_step w set after_step_id = s.after_step_id from plan_step s
                         where s.id = ? and w.after_step_id = s.id and w.process_instance_id is null""").param(step.id()).update();
        settle(step, StepOutcome.SKIPPED, notes.strip());
        return get(step.id());
    }

    /**
     * Records a step for the case; the caller holds the lock and tells the process.
     *
     * @param fieldName how a field of the step, such as type, is named where it was filled in
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Step append(RecoveryCase found, NewStep wanted, UnaryOperator<String> fieldName) {
        found.requireOpen("refused.case.noMoreSteps");
        requireType(wanted.type(), fieldName.apply("type"));
        if (wanted.assignee() != null && !people.mayOwnCases(wanted.assignee())) {
            throw Refused.field(fieldName.apply("assignee"), "refused.step.nobody", wanted.assignee());
        }
        int seq = nextSeq(found);
        Decisions.Answer policy = StepDeadlines.ask(
                decisions.newestOf(StepDeadlines.TABLE), new StepDeadlines.Question(wanted.type(), found.severity()));
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        int hours = wanted.hours() != null ? wanted.hours() : policy.number("hours");
        Step latest = wanted.start() == StepStart.AFTER_PREVIOUS ? latest(found) : null;
        Step waitsFor = latest == null || latest.state().isSettled() ? null : latest;
        Instant starts = waitsFor != null && waitsFor.dueAt().isAfter(now) ? waitsFor.dueAt() : now;
        Instant dueAt = wanted.dueAt() != null ? wanted.dueAt() : starts.plus(Duration.ofHours(hours));
        if (wanted.dueAt() != null && !dueAt.isAfter(now)) {
            throw Refused.field(fieldName.apply("dueAt"), "refused.step.past");
        }
        if (dueAt.isAfter(now.plus(LONGEST_TERM))) {
            throw Refused.field(fieldName.apply("dueAt"), "refused.step.farAway");
        }
        String purpose = wanted.purpose().strip();
        PlainText.upTo(LONGEST_PURPOSE, fieldName.apply("purpose"), purpose);
        long id = db.sql("""
                        insert into plan_step (case_id, epoch, seq, type, purpose, assignee, state, due_at, due_hours,
                                               after_step_id, planned_by, planned_at)
                        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id""")
                .params(
                        found.id(),
                        found.epoch(),
                        seq,
                        wanted.type(),
                        purpose,
                        wanted.assignee(),
                        StepState.PLANNED.name(),
                        Timestamp.from(dueAt),
                        wanted.dueAt() != null ? null : hours,
                        waitsFor == null ? null : waitsFor.id(),
                        Actor.current().id(),
                        Timestamp.from(now))
                .query(Long.class)
                .single();
        Step planned = get(id);
        journalPlanned(
                found,
                planned,
                wanted.hours() != null || wanted.dueAt() != null ? "set in the plan" : policy.reference());
        return planned;
    }

    private int nextSeq(RecoveryCase found) {
        int seq = 1
                + db.sql("select coalesce(max(seq), 0) from plan_step where case_id = ?")
                        .param(found.id())
                        .query(Integer.class)
                        .single();
        if (seq > MOST_STEPS) {
            throw Refused.conflict("refused.plan.full", found.number().value(), String.valueOf(MOST_STEPS));
        }
        return seq;
    }

    private void journalPlanned(RecoveryCase found, Step planned, String policy) {
        Map<String, Object> content = new HashMap<>(Map.of(
                "step",
                planned.seq(),
                "type",
                planned.type(),
                "purpose",
                planned.purpose(),
                "dueAt",
                planned.dueAt().toString(),
                "policy",
                policy));
        if (planned.afterSeq() != null) {
            content.put("after", planned.afterSeq());
        }
        if (planned.assignee() != null) {
            content.put("assignee", planned.assignee());
        }
        journal.append(found.id(), "step planned", content);
    }

    private @Nullable Step latest(RecoveryCase of) {
        return db.sql(SELECT + "where s.case_id = ? and s.epoch = ? order by s.seq desc limit 1")
                .params(of.id(), of.epoch())
                .query(STEP)
                .optional()
                .orElse(null);
    }

    /** Records that the process has started a step. The hours of one that waited for another count from now on. */
    @Transactional(propagation = Propagation.MANDATORY)
    Step started(long stepId, String processInstanceId) {
        int rows = db.sql("""
                        update plan_step
                           set state = ?, process_instance_id = ?,
                               due_at = case when after_step_id is not null and due_hours is not null
                                             then cast(? as timestamptz) + make_interval(hours => due_hours)
                                             else due_at end
                         where id = ? and state = ? and process_instance_id is null""")
                .params(
                        StepState.STARTED.name(),
                        processInstanceId,
                        Timestamp.from(clock.instant().truncatedTo(ChronoUnit.MILLIS)),
                        stepId,
                        StepState.PLANNED.name())
                .update();
        if (rows != 1) {
            throw Refused.conflict("refused.step.started");
        }
        return get(stepId);
    }

    /** How long a step of this type may take from its start, by the table. */
    public Duration term(String type, Severity severity) {
        return Duration.ofHours(
                StepDeadlines.ask(decisions.newestOf(StepDeadlines.TABLE), new StepDeadlines.Question(type, severity))
                        .number("hours"));
    }

    /** A step that was started is due at another time than it was; the caller holds the case's lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void moveDue(Step step, Instant dueAt) {
        db.sql("update plan_step set due_at = ?, due_hours = null where id = ? and settled_at is null")
                .params(Timestamp.from(dueAt), step.id())
                .update();
        String instance = Objects.requireNonNull(step.processInstanceId(), "the step was started");
        // Also while a task of the step is being completed: its timer cannot be moved before that is done.
        OnceTheEngineIsDone.run(() -> process.stepDueMoved(instance, dueAt));
    }

    /** Locks the case of the step that is worked in this instance. */
    @Transactional(propagation = Propagation.MANDATORY)
    public Step lockByInstance(String processInstanceId) {
        Step step = byInstance(processInstanceId).orElseThrow(() -> Refused.conflict("refused.step.noInstance"));
        cases.lock(step.caseId());
        return get(step.id());
    }

    /** Records how a step ended; the caller holds the case's lock. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void settle(Step step, StepOutcome outcome, String notes) {
        settle(step, outcome, notes, Map.of());
    }

    /** @param answers what the form of the step's type asked for besides; it goes into the journal */
    @Transactional(propagation = Propagation.MANDATORY)
    public void settle(Step step, StepOutcome outcome, String notes, Map<String, String> answers) {
        if (outcome == StepOutcome.COMPLETED && !step.state().isSettled()) {
            events.publishEvent(new StepCompleting(step));
        }
        record(step, outcome, notes, answers);
        RecoveryCase found = cases.lock(step.caseId());
        if (found.state().isOpen() && found.epoch() == step.epoch()) {
            startWaiting(found, step);
        }
    }

    /**
     * Starts what waited for this step, in the transaction that settles it. Where nobody waits for the message the plan
     * is about to be carried out, and picks the steps up by itself.
     */
    private void startWaiting(RecoveryCase found, Step settled) {
        for (long waiting : db.sql("select id from plan_step where after_step_id = ? order by seq")
                .param(settled.id())
                .query(Long.class)
                .list()) {
            // The message for the first may have started the others as well.
            if (mayStart(waiting)) {
                process.stepAdded(instanceOf(found), waiting);
            }
        }
    }

    private boolean mayStart(long stepId) {
        return db.sql("select exists (select 1 from plan_step s where s.id = ? and " + STARTABLE + ")")
                .param(stepId)
                .query(Boolean.class)
                .single();
    }

    private void record(Step step, StepOutcome outcome, String notes, Map<String, String> answers) {
        int rows = db.sql("""
                        update plan_step set state = ?, notes = ?, settled_by = ?, settled_at = ?
                         where id = ? and settled_at is null""")
                .params(outcome.state().name(), notes, Actor.current().id(), Timestamp.from(clock.instant()), step.id())
                .update();
        if (rows != 1) {
            throw Refused.conflict("refused.step.settled", String.valueOf(step.seq()));
        }
        Map<String, Object> content = new HashMap<>(answers);
        content.putAll(Map.of("step", step.seq(), "type", step.type(), "notes", notes));
        journal.append(step.caseId(), "step " + outcome.code(), content);
        if (outcome == StepOutcome.COMPLETED
                && step.type().equals(CALL)
                && answers.getOrDefault("reached", "reached").equals("reached")) {
            events.publishEvent(new CustomerReached(step.caseId(), "call", clock.instant()));
        }
    }

    /** Records what a manager decided on an escalation, and tells the owner of the case. */
    @Transactional(propagation = Propagation.MANDATORY)
    void decided(Step step, EscalationDecision decision) {
        db.sql("update plan_step set decision = ? where id = ?")
                .params(decision.name(), step.id())
                .update();
        RecoveryCase found = cases.lock(step.caseId());
        events.publishEvent(new ManagerDecided(found.id(), found.number(), step.seq(), found.owner(), decision));
    }

    /**
     * Brings a call that waits for its next try back at once: the customer calls, or somebody has time.
     *
     * @throws Refused when the step does not wait for a try
     */
    @Transactional
    public void tryNow(CaseNumber number, int seq) {
        RecoveryCase found = cases.lock(number);
        Step step = step(found, seq);
        if (!Actor.current().id().equals(step.assignee())) {
            CaseRoles.requireMayWork(found);
        }
        if (step.processInstanceId() == null || !process.nextTryNow(step.processInstanceId())) {
            throw Refused.conflict("refused.step.noNextCall", String.valueOf(seq), number.value());
        }
        journal.append(found.id(), "call brought forward", Map.of("step", seq));
    }

    /** A customer who answers on another channel is not left waiting for a call. */
    @EventListener
    void customerReplied(CustomerReplied reply) {
        steps(reply.caseId()).stream()
                .filter(step -> step.state() == StepState.STARTED)
                .forEach(step -> process.nextTryNow(Objects.requireNonNull(step.processInstanceId())));
    }

    /** Records that a step is past its due time. */
    @Transactional(propagation = Propagation.MANDATORY)
    void overdue(Step step) {
        if (!step.state().isSettled()) {
            journal.append(
                    step.caseId(),
                    "step overdue",
                    Map.of(
                            "step",
                            step.seq(),
                            "type",
                            step.type(),
                            "dueAt",
                            step.dueAt().toString()));
        }
    }

    /** The open steps of a case that is merged go on in the other plan, or are skipped; neither is left to be found later. */
    @EventListener
    void merging(CaseMerging merging) {
        RecoveryCase duplicate = merging.duplicate();
        List<Step> open = steps(duplicate.id()).stream()
                .filter(step -> !step.state().isSettled())
                .toList();
        merging.steps().stream()
                .filter(seq -> open.stream().noneMatch(step -> step.seq() == seq))
                .findFirst()
                .ifPresent(seq -> {
                    throw Refused.field(
                            "steps", "refused.step.noneOpen", duplicate.number().value(), String.valueOf(seq));
                });
        Map<Integer, Step> on = new HashMap<>();
        for (Step step : open) {
            String note = "The case was merged into " + merging.goesOn().number() + ".";
            if (merging.steps().contains(step.seq())) {
                Step added = goOn(merging.goesOn(), step, whatItWaitsFor(step, open, on));
                on.put(step.seq(), added);
                note = "Goes on as step " + added.seq() + " of "
                        + merging.goesOn().number() + ".";
            }
            // Not settled as people do: what waits for it is not to be started any more.
            record(step, StepOutcome.SKIPPED, note, Map.of());
        }
        on.values().stream()
                .map(Step::id)
                .sorted()
                // The message for the first may have started the others as well.
                .filter(this::mayStart)
                .forEach(id -> process.stepAdded(instanceOf(merging.goesOn()), id));
    }

    /** The nearest of the steps before it that goes on as well: one that is left out passes its own place on. */
    private static @Nullable Step whatItWaitsFor(Step step, List<Step> open, Map<Integer, Step> on) {
        Integer before = step.afterSeq();
        while (before != null && !on.containsKey(before)) {
            int left = before;
            before = open.stream()
                    .filter(each -> each.seq() == left)
                    .map(Step::afterSeq)
                    .findFirst()
                    .orElse(null);
        }
        return before == null ? null : on.get(before);
    }

    /** The step as it stands, in the plan of another case: when it is due and what it waits for was promised there. */
    private Step goOn(RecoveryCase goesOn, Step step, @Nullable Step waitsFor) {
        int seq = nextSeq(goesOn);
        String assignee = step.assignee() != null && people.mayOwnCases(step.assignee()) ? step.assignee() : null;
        long id = db.sql("""
                        insert into plan_step (case_id, epoch, seq, type, purpose, assignee, state, due_at, due_hours,
                                               after_step_id, planned_by, planned_at)
                        select ?, ?, ?, type, purpose, ?, ?, due_at, due_hours, ?, ?, ? from plan_step where id = ?
                        returning id""")
                .params(
                        goesOn.id(),
                        goesOn.epoch(),
                        seq,
                        assignee,
                        StepState.PLANNED.name(),
                        waitsFor == null ? null : waitsFor.id(),
                        Actor.current().id(),
                        Timestamp.from(clock.instant().truncatedTo(ChronoUnit.MILLIS)),
                        step.id())
                .query(Long.class)
                .single();
        Step added = get(id);
        journalPlanned(goesOn, added, "set in the plan");
        return added;
    }

    /** The steps that nobody was named for go along with their case. */
    @EventListener
    void ownerChanged(OwnerChanged changed) {
        if (changed.to() == null) {
            // Who is gone works none of the steps that were planned for them by name either.
            db.sql("update plan_step set assignee = null where case_id = ? and assignee = ? and settled_at is null")
                    .params(changed.caseId(), changed.from())
                    .update();
        }
        steps(changed.caseId()).stream()
                .filter(step -> step.epoch() == changed.epoch() && !step.state().isSettled())
                .filter(step -> step.assignee() == null && step.processInstanceId() != null)
                .forEach(step -> process.handOver(
                        Objects.requireNonNull(step.processInstanceId()), changed.from(), changed.to()));
    }

    /** Steps that were planned for somebody who works no cases any more are the owner's. */
    @EventListener
    void assigneeGone(AssigneeGone gone) {
        RecoveryCase found = cases.lock(gone.caseId());
        for (Step step : steps(found.id())) {
            if (!step.state().isSettled() && gone.person().equals(step.assignee())) {
                db.sql("update plan_step set assignee = null where id = ?")
                        .param(step.id())
                        .update();
                if (step.processInstanceId() != null) {
                    process.handOver(step.processInstanceId(), gone.person(), found.owner());
                }
                journal.append(found.id(), "step let go", Map.of("step", step.seq(), "from", gone.person()));
            }
        }
    }

    /** A step that was planned for somebody by name is another's, its later tasks too. */
    @EventListener
    void passedOn(WorkPassedOn passed) {
        int steps = db.sql("""
                        update plan_step set assignee = ?
                         where process_instance_id = ? and assignee = ? and settled_at is null""")
                .params(passed.to(), passed.processInstanceId(), passed.from())
                .update();
        if (steps > 0) {
            process.stepPassedOn(passed.processInstanceId(), passed.from(), passed.to());
        }
    }

    /** A step whose instance ended without an outcome: an administrator deleted it or moved its token. */
    @EventListener
    void instanceEnded(InstanceEnded ended) {
        byInstance(ended.processInstanceId()).ifPresent(step -> {
            RecoveryCase found = cases.lock(step.caseId());
            // A round that ends takes its steps along: that is not a failure of theirs.
            boolean roundGoesOn = found.state().isOpen() && found.epoch() == step.epoch();
            Step locked = get(step.id());
            if (locked.state().isSettled()) {
                return;
            }
            if (roundGoesOn) {
                settle(locked, StepOutcome.FAILED, "Its process was ended by an administrator.");
            } else {
                settle(locked, StepOutcome.SKIPPED, "The case ended before this step was worked.");
            }
        });
    }

    /** The steps that were never started end with their case. */
    @EventListener
    void caseEnded(CaseEnded ended) {
        steps(ended.caseId()).stream()
                .filter(step -> step.epoch() == ended.epoch() && step.processInstanceId() == null)
                .filter(step -> !step.state().isSettled())
                .forEach(step ->
                        record(step, StepOutcome.SKIPPED, "The case ended before this step was started.", Map.of()));
    }

    Step get(long stepId) {
        return db.sql(SELECT + "where s.id = ?").param(stepId).query(STEP).single();
    }

    /** The steps that the process has to start: not those that wait for another. */
    List<Long> toStart(String caseInstanceId) {
        return db.sql("""
                        select s.id from plan_step s
                          join case_epoch e on e.case_id = s.case_id and e.epoch = s.epoch
                         where e.process_instance_id = ? and\s""" + STARTABLE + " order by s.seq")
                .param(caseInstanceId)
                .query(Long.class)
                .list();
    }

    /** Whether a step of the epoch that runs in this instance has been completed. */
    boolean anyCompleted(String caseInstanceId) {
        return db.sql("""
                        select exists (select 1 from plan_step s
                          join case_epoch e on e.case_id = s.case_id and e.epoch = s.epoch
                         where e.process_instance_id = ? and s.state = 'COMPLETED')""").param(caseInstanceId).query(Boolean.class).single();
    }

    private Optional<Step> byInstance(String processInstanceId) {
        return db.sql(SELECT + "where s.process_instance_id = ?")
                .param(processInstanceId)
                .query(STEP)
                .optional();
    }

    private void requireType(String type, String field) {
        List<String> known = db.sql("select code from step_type order by position")
                .query(String.class)
                .list();
        if (!known.contains(type)) {
            throw type.isBlank()
                    ? Refused.field(field, "refused.missingChoose", String.join(", ", known))
                    : Refused.field(field, "refused.notKnownChoose", type, String.join(", ", known));
        }
    }

    private static String instanceOf(RecoveryCase found) {
        found.requireOpen("refused.case.noMoreSteps");
        return Objects.requireNonNull(found.processInstanceId(), "an open case has a process");
    }

    /** The assignee of a step: named in the plan, else the owner of the case. */
    static @Nullable String assigneeOf(Step step, RecoveryCase of) {
        return step.assignee() != null ? step.assignee() : of.owner();
    }
}
