package org.servicerecovery.sla;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.Refused;
import org.servicerecovery.cases.Actor;
import org.servicerecovery.cases.CaseEnded;
import org.servicerecovery.cases.CaseMerged;
import org.servicerecovery.cases.CaseMerging;
import org.servicerecovery.cases.CaseNumber;
import org.servicerecovery.cases.CaseRoles;
import org.servicerecovery.cases.Cases;
import org.servicerecovery.cases.CustomerHeard;
import org.servicerecovery.cases.CustomerReached;
import org.servicerecovery.cases.CustomerReplied;
import org.servicerecovery.cases.Journal;
import org.servicerecovery.cases.RecoveryCase;
import org.servicerecovery.cases.SeverityChanged;
import org.servicerecovery.engine.OnceTheEngineIsDone;
import org.servicerecovery.engine.RecoveryProcess;
import org.servicerecovery.engine.TimerMoved;
import org.servicerecovery.sla.calendar.CalendarRecomputes;
import org.servicerecovery.sla.calendar.Calendars;
import org.servicerecovery.sla.calendar.WorkCalendar;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * The clocks of the cases. What happens to a clock becomes an entry of its ledger, and the timers of the process follow
 * in the same transaction; when a timer fires, the ledger is asked again before anything happens. Instants are UTC, in
 * the engine's precision of milliseconds.
 */
@Component
public class Clocks {

    /**
     * What the timers and tasks of an epoch are set to; a point that is not known is far away, never missing.
     *
     * @param nearAt the first warning, told or not
     * @param warnAt the next warning that nobody was told yet
     * @param missedAt when the breach is told: the deadline, or an earlier one that has passed
     */
    record Timers(Instant nearAt, Instant warnAt, Instant dueAt, Instant missedAt, Instant nextLevelAt) {}

    private static final Timers NOT_STARTED = new Timers(
            RecoveryProcess.FAR_AWAY,
            RecoveryProcess.FAR_AWAY,
            RecoveryProcess.FAR_AWAY,
            RecoveryProcess.FAR_AWAY,
            RecoveryProcess.FAR_AWAY);

    private static final String IN_WRITING = "in writing";

    private static final int NEAR = ClockLedger.NEAR;
    private static final int MISSED = ClockLedger.MISSED;
    private static final int FIRST_AFTER = MISSED + 1;

    private final JdbcClient db;
    private final Clock clock;
    private final ClockTable table;
    private final ResolutionPolicy policies;
    private final FurtherClocks furtherClocks;
    private final Calendars calendars;
    private final Cases cases;
    private final Journal journal;
    private final RecoveryProcess process;
    private final ApplicationEventPublisher events;

    Clocks(
            JdbcClient db,
            Clock clock,
            ClockTable table,
            ResolutionPolicy policies,
            FurtherClocks furtherClocks,
            Calendars calendars,
            Cases cases,
            Journal journal,
            RecoveryProcess process,
            ApplicationEventPublisher events) {
        this.db = db;
        this.clock = clock;
        this.table = table;
        this.policies = policies;
        this.furtherClocks = furtherClocks;
        this.calendars = calendars;
        this.cases = cases;
        this.journal = journal;
        this.process = process;
        this.events = events;
    }

    /** Starts the resolution clock of the case's epoch. */
    @Transactional(propagation = Propagation.MANDATORY)
    Timers start(RecoveryCase started) {
        return begin(started, ClockName.RESOLUTION, policies.of(started.severity()), epochStart(started));
    }

    /**
     * Starts one of the further clocks. One that waits for the acknowledgement has no points yet; what it promises is
     * kept with the epoch, so that a table or profile that changes meanwhile changes nothing for it.
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Timers startFurther(RecoveryCase of, ClockName name) {
        FurtherClocks.FurtherClock further = furtherClocks.of(of, name);
        if (further.waitsForAcknowledgement()) {
            table.keepWaiting(of.id(), of.epoch(), name, further.policy());
            return NOT_STARTED;
        }
        return begin(of, name, further.policy(), epochStart(of));
    }

    private static Instant epochStart(RecoveryCase of) {
        return of.epochStartedAt().truncatedTo(ChronoUnit.MILLIS);
    }

    private Timers begin(RecoveryCase of, ClockName name, Policy policy, Instant at) {
        ClockLedger ledger = new ClockLedger(List.of(new ClockEntry.Started(at, policy)), calendars::get);
        append(of, name, ledger);
        Timers timers = timers(of, name, ledger, at);
        Map<String, Object> content = told(name, timers.dueAt());
        content.put("nearAt", timers.nearAt().toString());
        content.put("policy", policy.source());
        journal.append(of.id(), name == ClockName.RESOLUTION ? "clock started" : "further clock started", content);
        return timers;
    }

    /** The first message that reached the customer ends the wait for it, and starts the clocks that waited for it. */
    @EventListener
    void acknowledged(CustomerReached reached) {
        // A mail may be accepted after its case was merged: who was reached by it waits for the other one no more.
        RecoveryCase found = cases.lockWhatGoesOn(reached.caseId());
        if (!found.state().isOpen()) {
            return;
        }
        if (reached.inTalk()) {
            OnceTheEngineIsDone.run(() -> customerReplied(new CustomerReplied(found.id(), reached.how())));
        }
        ledger(found.id(), found.epoch(), ClockName.ACKNOWLEDGEMENT)
                .filter(ClockLedger::isRunning)
                .ifPresent(ledger -> done(
                        found,
                        ClockName.ACKNOWLEDGEMENT,
                        ledger,
                        reached.how(),
                        reached.at().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** The answer in writing ends its stage; a resolution that nobody wrote to the customer does not. */
    @EventListener
    void answered(AnsweredInWriting answer) {
        RecoveryCase found = cases.lockWhatGoesOn(answer.caseId());
        boolean isOfEarlierEpoch = found.id() == answer.caseId() && found.epoch() != answer.epoch();
        if (!found.state().isOpen() || isOfEarlierEpoch) {
            return;
        }
        ledger(found.id(), found.epoch(), answer.stage())
                .filter(ClockLedger::isRunning)
                .ifPresent(ledger -> done(
                        found, answer.stage(), ledger, IN_WRITING, answer.at().truncatedTo(ChronoUnit.MILLIS)));
    }

    /** The stage of a regulator's procedure that the epoch has not answered in writing yet, when there is one. */
    public Optional<ClockName> unanswered(RecoveryCase of) {
        return Arrays.stream(ClockName.values())
                .filter(ClockName::isAnsweredInWriting)
                .filter(name -> has(of.id(), of.epoch(), name))
                // What is settled in these first days needs no final response.
                .filter(name -> name != ClockName.FINAL_RESPONSE || !isKept(of, ClockName.SUMMARY_RESOLUTION))
                .filter(name -> ledger(of.id(), of.epoch(), name)
                        .flatMap(Clocks::whatStopped)
                        .isEmpty())
                .findFirst();
    }

    private boolean isKept(RecoveryCase of, ClockName name) {
        return read(of.id(), of.epoch(), name)
                .filter(reading -> reading.missedAt() == null)
                .isPresent();
    }

    /** What a clock asks for was done. */
    private void done(RecoveryCase found, ClockName name, ClockLedger running, String how, Instant doneAt) {
        Instant at = running.notBeforeLast(doneAt);
        stop(found, name, running, new ClockEntry.Stopped(at, how));
        boolean acknowledged = name == ClockName.ACKNOWLEDGEMENT;
        journal.append(
                found.id(),
                acknowledged ? "acknowledged" : "stage answered",
                acknowledged ? Map.of("how", how) : Map.of("clock", name.label()));
        if (found.processInstanceId() != null) {
            process.furtherClockStopped(found.processInstanceId(), name.code());
        }
        if (acknowledged) {
            startWaiting(found, running, at);
        }
    }

    /** What was done that the clock asked for; empty while it runs, and where it ended with its case. */
    private static Optional<ClockEntry.Stopped> whatStopped(ClockLedger ledger) {
        return ledger.last() instanceof ClockEntry.Stopped stopped && ClockLedger.isDone(stopped)
                ? Optional.of(stopped)
                : Optional.empty();
    }

    /** Without an acknowledgement in time, what waits for it starts when it was due: delay gains nothing. */
    private void startWaiting(RecoveryCase of, ClockLedger acknowledgement, Instant at) {
        Instant missedAt = acknowledgement.at(at).missedAt();
        Instant start = missedAt == null ? at : startAfter(missedAt);
        table.waiting(of.id(), of.epoch()).forEach((name, policy) -> {
            if (ledger(of.id(), of.epoch(), name).isEmpty()) {
                project(of, name, begin(of, name, policy, start));
            }
        });
    }

    /** When what waits for an acknowledgement starts that was missed. */
    static Instant startAfter(Instant missedAt) {
        // The end of a day is the first instant of the next; what counts days counts from the day that ended.
        return missedAt.minusMillis(1);
    }

    /** Whether an epoch has this clock: it runs, is stopped, or waits for its start. */
    public boolean has(long caseId, int epoch, ClockName name) {
        return table.names(caseId, epoch).contains(name)
                || table.waiting(caseId, epoch).containsKey(name);
    }

    /** The clock of an epoch as it stands now; empty before it has started. */
    public Optional<ClockLedger.Reading> read(long caseId, int epoch, ClockName name) {
        return ledger(caseId, epoch, name).map(ledger -> ledger.at(ledger.notBeforeLast(now())));
    }

    /** The resolution deadline of the current epoch; far away while it is not known. */
    public Instant dueAt(RecoveryCase of) {
        return orFarAway(running(of).dueAt());
    }

    Optional<ClockLedger> ledger(long caseId, int epoch, ClockName name) {
        List<ClockEntry> entries = table.entries(caseId, epoch, name);
        return entries.isEmpty() ? Optional.empty() : Optional.of(new ClockLedger(entries, calendars::get));
    }

    /**
     * Stops the time while it is the customer's turn.
     *
     * @throws Refused when the clock is paused already, or its deadline has passed
     */
    @Transactional
    public void pause(CaseNumber number, PauseReason reason) {
        RecoveryCase found = toChange(number);
        ClockLedger.Reading now = running(found);
        if (now.isPaused()) {
            throw Refused.conflict("refused.clock.paused", number.value(), String.valueOf(now.pausedSince()));
        }
        requireNotMissed(found, now, "refused.clock.missedNoPause");
        change(
                found,
                ClockName.RESOLUTION,
                at -> new ClockEntry.Paused(at, reason.code(), Actor.current().id()));
        process.customersTurn(Objects.requireNonNull(found.processInstanceId()), true);
        journal.append(found.id(), "clock paused", Map.of("reason", reason.label(), "left", Words.of(now.remaining())));
    }

    /** @throws Refused when the clock is not paused */
    @Transactional
    public void resume(CaseNumber number, String why) {
        RecoveryCase found = toChange(number);
        ClockLedger.Reading now = running(found);
        if (!now.isPaused()) {
            throw Refused.conflict("refused.clock.running", number.value());
        }
        resume(found, now, why);
    }

    @EventListener
    void customerReplied(CustomerReplied reply) {
        RecoveryCase found = cases.lock(reply.caseId());
        read(found.id(), found.epoch(), ClockName.RESOLUTION)
                .filter(ClockLedger.Reading::isPaused)
                .ifPresent(paused -> resume(found, paused, "The customer answered (" + reply.channel() + ")"));
    }

    /** Whoever waits for a customer and hears of the customer in any way has waited long enough. */
    @EventListener
    void customerHeard(CustomerHeard heard) {
        db.sql("""
                        select c.id from recovery_case c
                          join lateral (select kind from clock_entry
                                         where case_id = c.id and clock = 'resolution' and kind in ('PAUSED', 'RESUMED')
                                         order by epoch desc, seq desc limit 1) last on kind = 'PAUSED'
                         where c.customer_id = ? and c.state = 'OPEN' order by c.id""")
                .param(heard.customerId())
                .query(Long.class)
                .list()
                .forEach(id -> customerReplied(new CustomerReplied(id, heard.channel())));
    }

    private void resume(RecoveryCase found, ClockLedger.Reading paused, String why) {
        ClockLedger.Reading after = change(
                found,
                ClockName.RESOLUTION,
                at -> new ClockEntry.Resumed(at, why, Actor.current().id()));
        process.customersTurn(Objects.requireNonNull(found.processInstanceId()), false);
        journal.append(
                found.id(),
                "clock resumed",
                Map.of(
                        "why",
                        why,
                        "paused",
                        Words.of(Duration.between(Objects.requireNonNull(paused.pausedSince()), now())),
                        "dueAt",
                        String.valueOf(after.dueAt())));
    }

    @EventListener
    void severityChanged(SeverityChanged changed) {
        RecoveryCase found = cases.lock(changed.caseId());
        promise(found, ClockName.RESOLUTION, policies.of(changed.to()));
        for (ClockName name : table.names(found.id(), found.epoch())) {
            // What the law promises in days does not depend on how severe the case is.
            furtherClocks
                    .find(found, name)
                    .map(FurtherClocks.FurtherClock::policy)
                    .filter(policy -> policy.term().countsTime())
                    .ifPresent(policy -> promise(found, name, policy));
        }
    }

    /** From now on the time used so far is measured by another policy. */
    private void promise(RecoveryCase found, ClockName name, Policy policy) {
        read(found.id(), found.epoch(), name)
                .filter(ClockLedger.Reading::isRunning)
                .ifPresent(before -> {
                    ClockLedger.Reading after = change(
                            found,
                            name,
                            at -> new ClockEntry.SeverityChanged(
                                    at, policy, Actor.current().id()));
                    deadlineMoved(
                            found,
                            name,
                            before,
                            after,
                            "severity " + policy.severity().inText());
                });
    }

    @EventListener
    void calendarRecomputes(CalendarRecomputes saved) {
        for (Long id : db.sql("""
                        select distinct c.id from recovery_case c
                          join case_epoch e on e.case_id = c.id and e.ended_at is null
                          join clock_entry k on (k.case_id, k.epoch) = (e.case_id, e.epoch)
                         where k.policy ->> 'calendar' = ? order by c.id""").param(saved.code()).query(Long.class).list()) {
            RecoveryCase found = cases.lock(id);
            if (found.state().isOpen()) {
                table.names(found.id(), found.epoch()).forEach(name -> recompute(found, name, saved));
            }
        }
    }

    private void recompute(RecoveryCase found, ClockName name, CalendarRecomputes saved) {
        read(found.id(), found.epoch(), name)
                .filter(ClockLedger.Reading::isRunning)
                // What was missed was missed: a holiday that is known later gives no time back.
                .filter(before -> before.missedAt() == null)
                .filter(before -> before.policy().calendar().equals(saved.code()))
                .ifPresent(before -> {
                    ClockLedger.Reading after =
                            change(found, name, at -> new ClockEntry.CalendarChanged(at, saved.version()));
                    deadlineMoved(
                            found, name, before, after, "calendar " + saved.code() + " version " + saved.version());
                });
    }

    private void deadlineMoved(
            RecoveryCase found, ClockName name, ClockLedger.Reading before, ClockLedger.Reading after, String why) {
        if (!Objects.equals(before.dueAt(), after.dueAt())) {
            Map<String, Object> content = new HashMap<>();
            content.put("before", before.dueAt() == null ? null : before.dueAt().toString());
            content.put("after", after.dueAt() == null ? null : after.dueAt().toString());
            content.put("why", why);
            if (name != ClockName.RESOLUTION) {
                content.put("clock", name.label());
            }
            journal.append(found.id(), "deadline moved", content);
        }
    }

    /** Another person agreed to a later deadline; the caller holds the lock and has checked who it is. */
    @Transactional(propagation = Propagation.MANDATORY)
    void extend(RecoveryCase found, ClockName name, Instant to, String reason, String requestedBy) {
        MoreTime more = extendable(found, name, to);
        change(
                found,
                name,
                at -> new ClockEntry.Extended(
                        at,
                        more.from(),
                        more.to(),
                        reason,
                        requestedBy,
                        Actor.current().id()));
    }

    /** @param to the end of the wished day, where the promise is one of days */
    record MoreTime(Instant from, Instant to) {}

    /**
     * The deadline that would be extended, and the one after it.
     *
     * @throws Refused when it is not known, has passed, may not be extended or not so far, is not before the wished one, or
     *     that is no working time
     */
    MoreTime extendable(RecoveryCase found, ClockName name, Instant wished) {
        ClockLedger.Reading now = running(found, name);
        Instant latest = extendableUntil(found.id(), found.epoch(), name);
        if (name != ClockName.RESOLUTION && latest == null) {
            throw Refused.conflict(
                    "refused.clock.notExtendable",
                    name.shown(),
                    found.number().value(),
                    now.policy().source());
        }
        if (now.dueAt() == null) {
            throw Refused.conflict("refused.clock.resumeFirst", found.number().value());
        }
        requireNotMissed(found, now, "refused.clock.missedNoExtension");
        WorkCalendar calendar =
                calendars.get(now.policy().calendar(), now.policy().calendarVersion());
        Instant to = now.policy().term().countsTime() ? wished : endOfDay(now.policy(), calendar, wished);
        if (!to.isAfter(now.dueAt())) {
            throw Refused.field("newDueAt", "refused.clock.later", String.valueOf(now.dueAt()));
        }
        if (latest != null && to.isAfter(latest)) {
            throw Refused.field(
                    "newDueAt",
                    "refused.clock.tooLate",
                    now.policy().source(),
                    String.valueOf(now.policy().extendBy()),
                    name.shown(),
                    String.valueOf(latest));
        }
        if (!now.policy().term().countsTime()) {
            return new MoreTime(now.dueAt(), to);
        }
        Instant counted = calendar.after(now.dueAt(), calendar.between(now.dueAt(), to));
        if (!counted.equals(to)) {
            throw Refused.field(
                    "newDueAt", "refused.clock.outside", now.policy().calendar(), String.valueOf(counted));
        }
        return new MoreTime(now.dueAt(), to);
    }

    /** As {@link ClockLedger#extendableUntil} says it now. */
    @Nullable
    Instant extendableUntil(long caseId, int epoch, ClockName name) {
        ClockLedger ledger = ledger(caseId, epoch, name).orElseThrow();
        return ledger.extendableUntil(ledger.notBeforeLast(now()));
    }

    private static Instant endOfDay(Policy policy, WorkCalendar calendar, Instant wished) {
        LocalDate day = wished.minusMillis(1).atZone(calendar.zone()).toLocalDate();
        if (!calendar.isWorkingDay(day)) {
            throw Refused.field("newDueAt", "refused.clock.noWorkingDay", String.valueOf(day), policy.calendar());
        }
        return ClockLedger.end(policy.term(), calendar, day);
    }

    /**
     * Notes that a level is reached and answers with the roles that are told, once for each level and each warning. Empty when they were
     * told before; and a warning that comes after the deadline is none: the breach says so.
     *
     * @throws TimerMoved when the ledger says that it is not reached
     */
    @Transactional(propagation = Propagation.MANDATORY)
    Optional<List<String>> levelReached(RecoveryCase running, ClockName name, int level) {
        ClockLedger ledger =
                ledger(running.id(), running.epoch(), name).orElseThrow(() -> new TimerMoved(RecoveryProcess.FAR_AWAY));
        Instant now = ledger.notBeforeLast(now());
        ClockLedger.Reading reading = ledger.at(now);
        if (level == NEAR) {
            return warned(running, name, ledger, now);
        }
        Instant due = reading.dueAt();
        Instant at = ledger.levelAt(now, level);
        if (due == null || at == null || now.isBefore(at)) {
            throw new TimerMoved(due == null || at == null ? RecoveryProcess.FAR_AWAY : at);
        }
        if (name == ClockName.ACKNOWLEDGEMENT && level == MISSED) {
            startWaiting(running, ledger, now);
        }
        return table.notice(running.id(), running.epoch(), name, level, 1, at)
                ? Optional.of(tell(running, name, reading, level, 1, at))
                : Optional.empty();
    }

    /** All warnings that are due and were not told are told by one notice; the timer is set again for the next one. */
    private Optional<List<String>> warned(RecoveryCase running, ClockName name, ClockLedger ledger, Instant now) {
        ClockLedger.Reading reading = ledger.at(now);
        List<@Nullable Instant> warnings = ledger.warningsAt(now);
        Instant next = nextWarning(running, name, warnings);
        Instant due = reading.dueAt();
        // Nobody is warned of a deadline that is not known: the warning comes with the resumption.
        if (due == null) {
            throw new TimerMoved(RecoveryProcess.FAR_AWAY);
        }
        if (next != null && now.isBefore(next)) {
            throw new TimerMoved(next);
        }
        if (next == null || reading.missedAt() != null || !now.isBefore(due)) {
            return Optional.empty();
        }
        int last = 0;
        for (int point = 1; point <= warnings.size(); point++) {
            Instant at = warnings.get(point - 1);
            if (at != null && !now.isBefore(at) && table.notice(running.id(), running.epoch(), name, NEAR, point, at)) {
                last = point;
                next = at;
            }
        }
        List<String> roles = tell(running, name, reading, NEAR, last, next);
        Instant further = nextWarning(running, name, warnings);
        if (further != null && running.processInstanceId() != null) {
            process.warnAgain(running.processInstanceId(), name == ClockName.RESOLUTION ? null : name.code(), further);
        }
        return Optional.of(roles);
    }

    private List<String> tell(
            RecoveryCase of, ClockName name, ClockLedger.Reading reading, int level, int point, Instant at) {
        Policy.Level reached = reading.policy().level(level);
        List<String> roles = reached == null ? List.of() : reached.roles();
        Instant due = level == MISSED ? at : Objects.requireNonNull(reading.dueAt());
        Map<String, Object> content = told(name, due);
        if (level == MISSED) {
            content.put("noticedAt", now().toString());
        }
        if (level >= FIRST_AFTER) {
            content.put("level", level);
        }
        if (reading.policy().warnings().size() > 1 && level == NEAR) {
            content.put("warning", point + " of " + reading.policy().warnings().size());
        }
        content.put("told", level == NEAR && of.owner() != null ? of.owner() : String.join(", ", roles));
        journal.append(
                of.id(), level == NEAR ? "deadline near" : level == MISSED ? "deadline missed" : "escalated", content);
        events.publishEvent(new LevelReached(
                of.id(), of.number().value(), name, level, level == NEAR ? of.owner() : null, roles, due));
        return roles;
    }

    /** What the journal tells of a clock; that of the resolution needs no name. */
    private static Map<String, Object> told(ClockName name, Instant due) {
        Map<String, Object> content = new HashMap<>();
        content.put("dueAt", due.toString());
        if (name != ClockName.RESOLUTION) {
            content.put("clock", name.label());
        }
        return content;
    }

    @EventListener
    void stop(CaseEnded ended) {
        RecoveryCase of = cases.lock(ended.caseId());
        for (ClockName name : table.names(of.id(), of.epoch())) {
            ledger(of.id(), of.epoch(), name)
                    .filter(ClockLedger::isRunning)
                    .ifPresent(ledger ->
                            stop(of, name, ledger, new ClockEntry.Stopped(ledger.notBeforeLast(ended.at()), null)));
        }
    }

    /** A breach that no timer has noticed yet is noted here: the verdict is known, and nobody has to act any more. */
    private void stop(RecoveryCase of, ClockName name, ClockLedger running, ClockEntry.Stopped stopped) {
        ClockLedger ledger = running.with(stopped);
        append(of, name, ledger);
        Instant missedAt = ledger.at(stopped.at()).missedAt();
        if (missedAt != null && table.notice(of.id(), of.epoch(), name, MISSED, 1, missedAt)) {
            Map<String, Object> content = told(name, missedAt);
            content.put("noticedAt", now().toString());
            journal.append(of.id(), "deadline missed", content);
        }
    }

    /** A promise of the duplicate that the other case does not make would be watched by nobody. */
    @EventListener
    void merging(CaseMerging merging) {
        RecoveryCase goesOn = merging.goesOn();
        RecoveryCase duplicate = merging.duplicate();
        Arrays.stream(ClockName.values())
                .filter(ClockName::isAnsweredInWriting)
                .filter(name -> has(duplicate.id(), duplicate.epoch(), name))
                .filter(name -> !has(goesOn.id(), goesOn.epoch(), name))
                .findFirst()
                .ifPresent(name -> {
                    throw Refused.field(
                            "duplicateOf",
                            "refused.merge.otherClock",
                            duplicate.number().value(),
                            name.shown(),
                            goesOn.number().value());
                });
    }

    /** The clocks that go on take over the earlier start and the breach of those that were merged into them. */
    @EventListener
    void merged(CaseMerged merged) {
        RecoveryCase goesOn = merged.goesOn();
        RecoveryCase duplicate = merged.duplicate();
        // The acknowledgement first: what waits for it starts with it, and has something to take over then.
        table.names(duplicate.id(), duplicate.epoch()).stream()
                .sorted(Comparator.comparing(name -> name != ClockName.ACKNOWLEDGEMENT))
                .forEach(name -> takeOver(goesOn, duplicate, name));
    }

    private void takeOver(RecoveryCase goesOn, RecoveryCase duplicate, ClockName name) {
        Policy waiting = table.waiting(goesOn.id(), goesOn.epoch()).get(name);
        if (waiting != null && ledger(goesOn.id(), goesOn.epoch(), name).isEmpty()) {
            // It runs there: the customer waits for it already, whatever it waits for here.
            project(goesOn, name, begin(goesOn, name, waiting, now()));
        }
        ledger(goesOn.id(), goesOn.epoch(), name)
                .filter(ClockLedger::isRunning)
                .ifPresent(running -> takeOver(
                        goesOn,
                        name,
                        running,
                        duplicate,
                        ledger(duplicate.id(), duplicate.epoch(), name).orElseThrow()));
    }

    private void takeOver(
            RecoveryCase goesOn, ClockName name, ClockLedger running, RecoveryCase duplicate, ClockLedger theirs) {
        // What was done there, such as to reach the customer, was done for both, and in its own moment.
        Optional<ClockEntry.Stopped> done = whatStopped(theirs);
        Instant at = running.notBeforeLast(done.map(ClockEntry.Stopped::at).orElse(now()));
        ClockLedger.Reading ours = running.at(at);
        ClockLedger after = running.takingOver(
                        theirs, duplicate.number().value(), at, Actor.current().id())
                .map(running::with)
                .orElse(running);
        if (after.size() > running.size()) {
            append(goesOn, name, after);
        }
        if (done.isPresent()) {
            done(
                    goesOn,
                    name,
                    after,
                    String.valueOf(done.get().why()),
                    done.get().at());
        } else if (after.size() > running.size()) {
            project(goesOn, name, timers(goesOn, name, after, at));
            deadlineMoved(goesOn, name, ours, after.at(at), duplicate.number() + " was merged in");
        }
    }

    private RecoveryCase toChange(CaseNumber number) {
        RecoveryCase found = cases.lock(number);
        found.requireOpen("refused.case.clockStopped");
        CaseRoles.requireMayWork(found);
        return found;
    }

    private ClockLedger.Reading running(RecoveryCase found) {
        return running(found, ClockName.RESOLUTION);
    }

    ClockLedger.Reading running(RecoveryCase found, ClockName name) {
        return read(found.id(), found.epoch(), name)
                .filter(reading -> name == ClockName.RESOLUTION || reading.isRunning())
                .orElseThrow(() -> Refused.conflict(
                        name == ClockName.RESOLUTION ? "refused.clock.none" : "refused.clock.doesNotRun",
                        found.number().value(),
                        name.shown()));
    }

    private static void requireNotMissed(RecoveryCase found, ClockLedger.Reading now, String key) {
        if (now.missedAt() != null) {
            throw Refused.conflict(key, found.number().value(), String.valueOf(now.missedAt()));
        }
    }

    /** Adds an entry, and moves the timers and due dates of the process along. */
    private ClockLedger.Reading change(RecoveryCase of, ClockName name, Function<Instant, ClockEntry> entry) {
        ClockLedger before = ledger(of.id(), of.epoch(), name).orElseThrow();
        Instant at = before.notBeforeLast(now());
        ClockLedger after = before.with(entry.apply(at));
        append(of, name, after);
        project(of, name, timers(of, name, after, at));
        return after.at(at);
    }

    /** Keeps the last entry of a ledger. */
    private void append(RecoveryCase of, ClockName name, ClockLedger ledger) {
        ClockEntry entry = ledger.last();
        table.append(
                of.id(),
                of.epoch(),
                name,
                ledger.size(),
                entry,
                ledger.at(entry.at()).dueAt());
    }

    private void project(RecoveryCase of, ClockName name, Timers timers) {
        if (of.processInstanceId() == null) {
            return;
        }
        if (name == ClockName.RESOLUTION) {
            process.clockMoved(
                    of.processInstanceId(),
                    timers.nearAt(),
                    timers.warnAt(),
                    timers.dueAt(),
                    timers.missedAt(),
                    timers.nextLevelAt());
        } else {
            process.furtherClockMoved(
                    of.processInstanceId(),
                    name.code(),
                    timers.nearAt(),
                    timers.warnAt(),
                    timers.dueAt(),
                    timers.missedAt());
        }
    }

    private Timers timers(RecoveryCase of, ClockName name, ClockLedger ledger, Instant now) {
        return new Timers(
                orFarAway(ledger.levelAt(now, NEAR)),
                orFarAway(nextWarning(of, name, ledger.warningsAt(now))),
                orFarAway(ledger.at(now).dueAt()),
                orFarAway(ledger.levelAt(now, MISSED)),
                orFarAway(ledger.levelAt(now, FIRST_AFTER)));
    }

    /** Null when all were told, or while it is not known. */
    private @Nullable Instant nextWarning(RecoveryCase of, ClockName name, List<@Nullable Instant> warnings) {
        Set<Integer> told = table.warningsTold(of.id(), of.epoch(), name);
        for (int point = 1; point <= warnings.size(); point++) {
            if (!told.contains(point)) {
                return warnings.get(point - 1);
            }
        }
        return null;
    }

    private static Instant orFarAway(@Nullable Instant point) {
        return point == null ? RecoveryProcess.FAR_AWAY : point;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
