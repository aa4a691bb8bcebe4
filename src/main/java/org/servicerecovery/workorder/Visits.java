package org.servicerecovery.workorder;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerReached;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.Severity;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.job.Job;
import org.servicerecovery.job.JobState;
import org.servicerecovery.job.Jobs;
import org.servicerecovery.job.Order;
import org.servicerecovery.job.OrderFields;
import org.servicerecovery.plan.CallResult;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The visit of a step, from its order until the step is settled: the work itself is a job like any other, and beside it
 * somebody keeps the customer up to date. Neither waits for the other. The caller holds the case's lock.
 */
@Component
class Visits {

    private static final String CALL = "call-customer";

    private final Clock clock;
    private final Cases cases;
    private final Plan plan;
    private final CaseAccess access;
    private final Jobs jobs;
    private final WorkOrders orders;
    private final OrderTexts texts;
    private final VisitOutcome outcomes;
    private final Journal journal;
    private final RecoveryProcess process;
    private final ApplicationEventPublisher events;

    Visits(
            Clock clock,
            Cases cases,
            Plan plan,
            CaseAccess access,
            Jobs jobs,
            WorkOrders orders,
            OrderTexts texts,
            VisitOutcome outcomes,
            Journal journal,
            RecoveryProcess process,
            ApplicationEventPublisher events) {
        this.clock = clock;
        this.cases = cases;
        this.plan = plan;
        this.access = access;
        this.jobs = jobs;
        this.orders = orders;
        this.texts = texts;
        this.outcomes = outcomes;
        this.journal = journal;
        this.process = process;
        this.events = events;
    }

    /**
     * Orders the work of a step.
     *
     * @param agreed what was agreed with the customer
     * @param letThrough why a lead takes what the guard finds in the texts for a false alarm
     * @throws Refused naming each field that is wrong, or lets on that a case is behind it
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Order order(Step step, OrderFields wanted, String agreed, @Nullable String letThrough) {
        RecoveryCase found = cases.lock(step.caseId());
        Order order = jobs.checked(wanted);
        texts.check(found, step, order, letThrough);
        orders.place(order, step.id(), agreed);
        journal.append(
                found.id(),
                "work ordered",
                Map.of(
                        "step",
                        step.seq(),
                        "begins",
                        order.windowFrom().toString(),
                        "ends",
                        order.windowTo().toString(),
                        "notes",
                        agreed));
        return order;
    }

    /** When a step whose visit is ordered is due: there is time for a call after it. */
    Instant dueAfter(Step step, Instant windowTo) {
        return windowTo.plus(plan.term(CALL, cases.lock(step.caseId()).severity()));
    }

    /** Until when the customer has to know: as soon as the step would have been due without a visit, and before somebody comes. */
    Instant appointmentDue(Instant dueAt, Instant windowFrom) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant due = dueAt.isBefore(windowFrom) ? dueAt : windowFrom;
        return due.isBefore(now) ? now : due;
    }

    /** @throws Refused when nothing says why the customer was not reached */
    @Transactional(propagation = Propagation.MANDATORY)
    void told(Step step, AppointmentTold how, String notes) {
        if (how == AppointmentTold.NOT_REACHED && notes.isEmpty()) {
            throw Refused.field("notes", "refused.step.whatHappened");
        }
        Visit visit = of(step);
        orders.told(visit.job(), how, notes);
        journal.append(
                step.caseId(),
                "appointment told",
                Map.of(
                        "step",
                        step.seq(),
                        "way",
                        how.inText(),
                        "begins",
                        visit.windowFrom().toString(),
                        "ends",
                        visit.windowTo().toString(),
                        "notes",
                        notes));
        if (how == AppointmentTold.PHONE) {
            events.publishEvent(new CustomerReached(step.caseId(), "call", clock.instant()));
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void called(Step step, CallResult result, String notes) {
        orders.called(of(step).job(), result, notes);
        journal.append(
                step.caseId(),
                "customer called after visit",
                Map.of("step", step.seq(), "reached", result.code(), "notes", notes));
        if (result == CallResult.REACHED) {
            events.publishEvent(new CustomerReached(step.caseId(), "call", clock.instant()));
        }
    }

    @Transactional(propagation = Propagation.MANDATORY)
    void plannedAgain(Step step, String notes) {
        orders.plannedAgain(of(step).job(), notes);
        journal.append(step.caseId(), "planned again after visit", Map.of("step", step.seq(), "notes", notes));
    }

    /** Both sides are done: the step ends as the work did, with what both have said. */
    @Transactional(propagation = Propagation.MANDATORY)
    StepOutcome settle(Step step) {
        Visit visit = of(step);
        StepOutcome outcome = visit.failed() ? StepOutcome.FAILED : StepOutcome.COMPLETED;
        plan.settle(step, outcome, notes(visit, jobs.get(visit.job())));
        return outcome;
    }

    private static String notes(Visit visit, Job job) {
        List<String> lines = new ArrayList<>();
        lines.add(sentences(
                (job.number() == null ? "The work" : job.number()) + ": "
                        + job.state().inText(),
                job.notes()));
        if (visit.told() != null) {
            lines.add(sentences("Appointment: " + visit.told().inText(), visit.toldNotes()));
        }
        if (visit.call() != null) {
            lines.add(sentences("Call after the visit: " + visit.call().inText(), visit.callNotes()));
        }
        if (visit.againAt() != null) {
            lines.add(sentences("What comes next", visit.againNotes()));
        }
        return String.join("\n", lines);
    }

    private static String sentences(String first, String rest) {
        return rest.isBlank() ? first + "." : first + ". " + rest;
    }

    /**
     * Takes what has become of a job that serves a step. The case's lock comes first, and that of the job is not needed: what
     * it was a moment ago is taken, and what it becomes is news again.
     *
     * @return whether the job has to be cancelled, because its case does not want it any more
     */
    @Transactional
    public boolean takeNews(UUID jobId) {
        RecoveryCase found = cases.lock(orders.caseOf(jobId).orElseThrow());
        Visit visit = orders.lock(jobId);
        Job job = jobs.get(jobId);
        Step step = plan.step(found, visit.stepSeq());
        boolean unwanted = visit.cancelWanted() || isGone(step);
        if (visit.state() == JobState.OPEN && job.state() != JobState.OPEN) {
            ended(found, step, visit, job, unwanted);
        } else if (visit.state() == JobState.OPEN && isMoved(visit, job)) {
            moved(found, step, visit, job);
        }
        boolean cancel = unwanted && job.state() == JobState.OPEN;
        if (!cancel) {
            orders.newsTaken(jobId);
        }
        return cancel;
    }

    /** The step ended without its visit: with its case, or because somebody ended its process. */
    private static boolean isGone(Step step) {
        return step.state() == StepState.SKIPPED || step.state() == StepState.FAILED;
    }

    private static boolean isMoved(Visit visit, Job job) {
        return !visit.windowFrom().equals(job.order().windowFrom())
                || !visit.windowTo().equals(job.order().windowTo());
    }

    private void ended(RecoveryCase found, Step step, Visit visit, Job job, boolean unwanted) {
        VisitOutcome.Meaning meaning = outcomes.of(job.state());
        orders.known(job, meaning.fails());
        Map<String, Object> content = new HashMap<>(Map.of(
                "step",
                step.seq(),
                "jobState",
                job.state().inText(),
                "notes",
                job.notes(),
                "policy",
                meaning.policy()));
        if (job.number() != null) {
            content.put("order", job.number());
        }
        journal.append(found.id(), "visit ended", content);
        if (!found.state().isOpen() || found.epoch() != step.epoch()) {
            return;
        }
        boolean ownWish = unwanted && job.state() == JobState.CANCELLED;
        Severity severity = found.severity();
        if (meaning.raises() && !ownWish && severity != Severity.CRITICAL) {
            severity = Severity.values()[severity.ordinal() + 1];
            cases.changeSeverity(
                    found.number(),
                    severity,
                    "The visit of step " + step.seq() + " ended: " + job.state().inText() + ".");
        }
        if (step.state() == StepState.STARTED) {
            if (meaning.fails()) {
                Instant soon = clock.instant().truncatedTo(ChronoUnit.MILLIS).plus(plan.term(step.type(), severity));
                plan.moveDue(step, step.dueAt().isBefore(soon) ? step.dueAt() : soon);
            }
            process.visitEnded(Objects.requireNonNull(step.processInstanceId()), !meaning.fails());
        } else if (meaning.fails() && step.state() == StepState.COMPLETED) {
            // Of a model that settled the step when the work was ordered.
            plan.addByItself(
                    found,
                    new NewStep(
                            CALL,
                            "The visit of step " + step.seq() + " ended: "
                                    + job.state().inText() + ". Agree with the customer how to go on.",
                            null));
        }
    }

    private void moved(RecoveryCase found, Step step, Visit visit, Job job) {
        Order now = job.order();
        orders.known(job, false);
        Map<String, Object> content = new HashMap<>(Map.of(
                "step",
                step.seq(),
                "before",
                visit.windowFrom().toString(),
                "begins",
                now.windowFrom().toString(),
                "ends",
                now.windowTo().toString()));
        if (job.number() != null) {
            content.put("order", job.number());
        }
        journal.append(found.id(), "visit moved", content);
        if (!found.state().isOpen() || found.epoch() != step.epoch()) {
            return;
        }
        if (step.state() == StepState.STARTED) {
            plan.moveDue(step, dueAfter(step, now.windowTo()));
            if (visit.told() == null) {
                process.appointmentDueMoved(
                        Objects.requireNonNull(step.processInstanceId()),
                        appointmentDue(step.dueAt(), now.windowFrom()));
            }
        }
        if (visit.isTold() && !isStillToBeTold(found, visit)) {
            plan.addByItself(
                            found,
                            new NewStep(
                                    CALL,
                                    "Tell the new appointment: the visit of step " + step.seq() + " was moved.",
                                    null))
                    .ifPresent(added -> orders.toldAgainBy(visit.job(), added.id()));
        }
    }

    /** Whether a step that was added for an earlier move waits still: it tells the newest appointment. */
    private boolean isStillToBeTold(RecoveryCase found, Visit visit) {
        Long told = visit.toldAgainBy();
        return told != null
                && plan.steps(found.id()).stream()
                        .anyMatch(
                                step -> told.equals(step.id()) && !step.state().isSettled());
    }

    /**
     * The owner does not want the visit any more.
     *
     * @throws Refused when the step has no visit that could be cancelled, or nothing says why
     */
    @Transactional
    public void cancel(CaseNumber number, int seq, String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.visit.whyCancelled");
        }
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        Visit visit = orders.lock(openVisit(found, seq).job());
        if (visit.cancelWanted()) {
            return;
        }
        orders.cancelWanted(visit.job());
        journal.append(found.id(), "visit cancelled", Map.of("step", seq, "reason", reason.strip()));
        jobs.cancel(visit.job());
    }

    /**
     * The owner gives the visit another time.
     *
     * @throws Refused when the step has no visit that could be moved, or the window is none
     */
    @Transactional
    public void reschedule(CaseNumber number, int seq, @Nullable Instant from, @Nullable Instant to) {
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        jobs.reschedule(openVisit(found, seq).job(), from, to);
    }

    private Visit openVisit(RecoveryCase found, int seq) {
        return find(found, seq)
                .filter(visit -> visit.state() == JobState.OPEN)
                .orElseThrow(() -> Refused.conflict(
                        "refused.visit.none",
                        String.valueOf(seq),
                        found.number().value()));
    }

    Optional<Visit> find(RecoveryCase found, int seq) {
        return orders.ofStep(plan.step(found, seq).id());
    }

    private Visit of(Step step) {
        return orders.ofStep(step.id())
                .orElseThrow(() -> Refused.conflict("refused.visit.none", String.valueOf(step.seq()), ""));
    }
}
