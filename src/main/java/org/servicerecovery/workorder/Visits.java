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
import org.servicerecovery.PlainText;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.CaseAccess;
import org.servicerecovery.cases.CaseMerging;
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
import org.servicerecovery.plan.Calls;
import org.servicerecovery.plan.NewStep;
import org.servicerecovery.plan.Plan;
import org.servicerecovery.plan.Step;
import org.servicerecovery.plan.StepOutcome;
import org.servicerecovery.plan.StepState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
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
    private static final int LONGEST_CHARGED = 500;

    private final Clock clock;
    private final Cases cases;
    private final Plan plan;
    private final CaseAccess access;
    private final Jobs jobs;
    private final WorkOrders orders;
    private final OrderTexts texts;
    private final VisitOutcome outcomes;
    private final Calls calls;
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
            Calls calls,
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
        this.calls = calls;
        this.journal = journal;
        this.process = process;
        this.events = events;
    }

    /**
     * Orders the work of a step.
     *
     * @param agreed what was agreed with the customer
     * @param letThrough why a lead takes what the guard finds in the texts for a false alarm
     * @param code of the words that were shown to the lead
     * @throws Refused naming each field that is wrong, or lets on that a case is behind it
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Order order(Step step, OrderFields wanted, String agreed, @Nullable String letThrough, @Nullable String code) {
        RecoveryCase found = cases.lock(step.caseId());
        Order order = jobs.checked(wanted);
        texts.check(found, step, order, letThrough, code);
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

    /**
     * @param tryAgainAt when somebody tries again; null when nobody does
     * @param anotherWay whether a further step reaches the customer in another way
     * @throws Refused when the visit is over, nothing says why the customer was not reached, or nobody tries again
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void told(Step step, AppointmentTold how, String notes, @Nullable Instant tryAgainAt, boolean anotherWay) {
        boolean reached = how != AppointmentTold.NOT_REACHED;
        if (!reached && notes.isEmpty()) {
            throw Refused.field("notes", "refused.step.whatHappened");
        }
        Visit visit = of(step);
        Map<String, Object> content = new HashMap<>(Map.of("step", step.seq(), "way", how.inText(), "notes", notes));
        if (jobs.get(visit.job()).state() != JobState.OPEN) {
            if (process.tellingEndsWithVisit(Objects.requireNonNull(step.processInstanceId()))) {
                throw Refused.conflict("refused.visit.overNotTold", String.valueOf(step.seq()));
            }
            // Of a model whose task stays open. Nobody was told of an appointment that there is none of.
            journal.append(step.caseId(), "appointment not told", content);
            return;
        }
        if (reached && tryAgainAt != null) {
            throw Refused.field("tryAgainAt", "refused.call.reached");
        }
        if (!reached) {
            requireTriedAgain(tryAgainAt, anotherWay);
            calls.keep(step, CallResult.NO_ANSWER, List.of(), notes, tryAgainAt);
        }
        orders.told(visit.job(), how, notes);
        content.put("begins", visit.windowFrom().toString());
        content.put("ends", visit.windowTo().toString());
        if (tryAgainAt != null) {
            content.put("tryAgainAt", tryAgainAt.toString());
        }
        journal.append(step.caseId(), "appointment told", content);
        if (how == AppointmentTold.PHONE) {
            events.publishEvent(new CustomerReached(step.caseId(), "call", clock.instant()));
        }
    }

    /**
     * @param tryAgainAt when somebody calls again; null when nobody does
     * @param anotherWay whether a further step reaches the customer in another way
     * @param charged whether the customer is charged for the visit; null where it was said before, or nobody came
     * @param chargedNotes which part, where that is
     * @throws Refused when the visit is still to come, nobody was reached and nobody tries again, or the last call leaves open
     *     what is charged
     */
    @Transactional(propagation = Propagation.MANDATORY)
    void called(
            Step step,
            CallResult result,
            String notes,
            @Nullable Instant tryAgainAt,
            boolean anotherWay,
            @Nullable Charged charged,
            String chargedNotes) {
        Visit visit = of(step);
        JobState stands = jobs.get(visit.job()).state();
        if (stands == JobState.OPEN && clock.instant().isBefore(visit.windowFrom())) {
            throw Refused.conflict("refused.visit.notBegun", String.valueOf(step.seq()));
        }
        if (result == CallResult.NO_ANSWER) {
            requireTriedAgain(tryAgainAt, anotherWay);
        }
        if (charged != null) {
            charge(step, visit, charged, chargedNotes);
        } else if (tryAgainAt == null && visit.charged() == null && stands != JobState.CANCELLED) {
            throw Refused.field("charged", "refused.visit.charged");
        }
        int number = calls.keep(step, result, List.of(), notes, tryAgainAt);
        orders.called(visit.job(), result, notes);
        Map<String, Object> content =
                new HashMap<>(Map.of("step", step.seq(), "try", number, "reached", result.code(), "notes", notes));
        if (tryAgainAt != null) {
            content.put("tryAgainAt", tryAgainAt.toString());
        }
        journal.append(step.caseId(), "customer called after visit", content);
        if (result == CallResult.REACHED) {
            events.publishEvent(new CustomerReached(step.caseId(), "call", clock.instant()));
        }
    }

    /**
     * The customer is charged for the visit of a step, or not; the last word counts. The order tells nothing of it.
     *
     * @throws Refused when the step has no visit, or nothing says which part is charged
     */
    @Transactional
    public void charge(CaseNumber number, int seq, Charged charged, String notes) {
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        Step step = plan.step(found, seq);
        charge(step, of(step), charged, notes.strip());
    }

    private void charge(Step step, Visit visit, Charged charged, String notes) {
        if (charged == Charged.PARTLY && notes.isEmpty()) {
            throw Refused.field("chargedNotes", "refused.visit.chargedPart");
        }
        PlainText.upTo(LONGEST_CHARGED, "chargedNotes", notes);
        if (charged == visit.charged() && notes.equals(visit.chargedNotes())) {
            return;
        }
        orders.charged(visit.job(), charged, notes);
        journal.append(
                step.caseId(),
                "visit charge decided",
                Map.of("step", step.seq(), "charged", charged.inText(), "notes", notes));
    }

    private static void requireTriedAgain(@Nullable Instant tryAgainAt, boolean anotherWay) {
        if (tryAgainAt == null && !anotherWay) {
            throw Refused.field("tryAgainAt", "refused.visit.whenAgain");
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
            moved(found, step, visit, job, Map.of("route", "jobs"));
        } else if (job.state() != JobState.OPEN) {
            addedTo(found, step, job);
        }
        boolean cancel = unwanted && job.state() == JobState.OPEN;
        if (!cancel) {
            orders.newsTaken(jobId);
        }
        return cancel;
    }

    /** What the operative wrote after the job had ended otherwise: the owner reads it, and decides. */
    private void addedTo(RecoveryCase found, Step step, Job job) {
        boolean known = journal.of(found.id()).stream()
                .filter(entry -> entry.kind().startsWith("visit "))
                .map(Journal.Entry::content)
                .filter(Objects::nonNull)
                .anyMatch(content ->
                        job.notes().equals(content.get("notes")) && Objects.equals(step.seq(), content.get("step")));
        if (known) {
            return;
        }
        Map<String, Object> content = new HashMap<>(Map.of("step", step.seq(), "notes", job.notes()));
        if (job.number() != null) {
            content.put("order", job.number());
        }
        journal.append(found.id(), "visit reported late", content);
        if (found.state().isOpen()) {
            plan.addByItself(
                    found,
                    new NewStep(
                            CALL,
                            "More was reported of the visit of step " + step.seq()
                                    + " after it had ended: see the timeline, and agree with the customer how to go on.",
                            null));
        }
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
        if (job.state() == JobState.CANCELLED && isGone(step) && visit.isTold()) {
            stillExpected(found, step, visit);
        }
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
            boolean told = process.visitEnded(Objects.requireNonNull(step.processInstanceId()), !meaning.fails());
            if (!told && visit.job().equals(of(step).job())) {
                // Whoever moved its token may move it back: nothing of this is kept, and it is tried again.
                throw new IllegalStateException(
                        "Step " + step.seq() + " of " + found.number() + " does not wait for its visit.");
            }
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

    /** The step that would ask for a call is gone: somebody tells the customer all the same that nobody comes. */
    private void stillExpected(RecoveryCase found, Step step, Visit visit) {
        Optional<Step> call = plan.addByItself(
                found,
                new NewStep(
                        CALL,
                        "Tell the customer that nobody comes: the visit of step " + step.seq() + " was called off.",
                        null));
        if (call.isPresent()) {
            orders.toldAgainBy(visit.job(), call.get().id());
            return;
        }
        journal.append(
                found.id(),
                "visit still expected",
                Map.of(
                        "step",
                        step.seq(),
                        "begins",
                        visit.windowFrom().toString(),
                        "ends",
                        visit.windowTo().toString()));
        events.publishEvent(new VisitCalledOff(found.id(), found.number(), step.seq(), found.owner()));
    }

    /**
     * A case whose visit is out is not merged: the step would be planned anew, and the customer who was told of the visit be
     * forgotten.
     */
    @EventListener
    @org.springframework.core.annotation.Order(Ordered.HIGHEST_PRECEDENCE)
    void merging(CaseMerging merging) {
        RecoveryCase duplicate = merging.duplicate();
        for (Step step : plan.steps(duplicate.id())) {
            Visit visit = orders.ofStep(step.id()).orElse(null);
            if (visit == null || isGone(step)) {
                continue;
            }
            String name = duplicate.number().value();
            String seq = String.valueOf(step.seq());
            if (visit.state() == JobState.OPEN && !visit.cancelWanted()) {
                String order = jobs.get(visit.job()).number();
                throw order == null
                        ? Refused.conflict("refused.merge.visitWaits", name, seq)
                        : Refused.conflict("refused.merge.visitOut", name, seq, order);
            }
            if (!step.state().isSettled() && merging.steps().contains(step.seq())) {
                throw Refused.field("steps", "refused.merge.visitStep", name, seq);
            }
        }
    }

    /** @param why the reason of our own side, or the route by which another side moved it */
    private void moved(RecoveryCase found, Step step, Visit visit, Job job, Map<String, String> why) {
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
        content.putAll(why);
        journal.append(found.id(), "visit moved", content);
        if (!found.state().isOpen() || found.epoch() != step.epoch()) {
            return;
        }
        if (step.state() == StepState.STARTED) {
            plan.moveDue(step, dueAfter(step, now.windowTo()));
            if (!visit.isTold()) {
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
        PlainText.upTo(PlainText.LONGEST_REASON, "reason", reason);
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        Visit visit = openVisit(found, seq);
        if (visit.cancelWanted()) {
            return;
        }
        // The job's row before ours, as for whoever ends it.
        jobs.cancel(visit.job());
        orders.cancelWanted(visit.job());
        journal.append(found.id(), "visit cancelled", Map.of("step", seq, "reason", reason.strip()));
    }

    /**
     * The owner gives the visit another time.
     *
     * @throws Refused when the step has no visit that could be moved, the window is none, or nothing says why
     */
    @Transactional
    public void reschedule(CaseNumber number, int seq, @Nullable Instant from, @Nullable Instant to, String reason) {
        if (reason.isBlank()) {
            throw Refused.field("reason", "refused.visit.whyMoved");
        }
        PlainText.upTo(PlainText.LONGEST_REASON, "reason", reason);
        RecoveryCase found = cases.lock(number);
        access.requireTakesPart(found);
        UUID jobId = openVisit(found, seq).job();
        jobs.reschedule(jobId, from, to);
        // Told at once and in the name of whoever moves it, so that the tick finds nothing new.
        Visit visit = orders.lock(jobId);
        Job job = jobs.get(jobId);
        if (isMoved(visit, job)) {
            moved(found, plan.step(found, seq), visit, job, Map.of("reason", reason.strip()));
        }
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
