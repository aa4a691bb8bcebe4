package org.servicerecovery.cases;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.servicerecovery.BusinessZone;
import org.servicerecovery.Refused;
import org.servicerecovery.engine.RecoveryProcess;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Gives the work of those who are away to who stands in for them, and back when they are. It looks every minute, so that
 * what comes to somebody while they are away is passed on too. Each case and each task is a transaction of its own: one
 * that cannot be passed on keeps none of the others, and a process that dies in between goes on at the next look. Nodes may
 * look at the same time: the case's lock lets one of them act.
 */
@Component
class StandIns {

    private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);

    private static final boolean AWAY = true;
    private static final boolean BACK_AGAIN = false;
    private static final String BACK = "Back from an absence.";
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm z", Locale.ENGLISH);

    private record Given(String id, @Nullable String to) {}

    private final JdbcClient db;
    private final Clock clock;
    private final BusinessZone zone;
    private final Absences absences;
    private final Cases cases;
    private final OwnerDirectory owners;
    private final Journal journal;
    private final RecoveryProcess process;
    private final ApplicationEventPublisher events;
    private final TransactionTemplate transaction;

    StandIns(
            JdbcClient db,
            Clock clock,
            BusinessZone zone,
            Absences absences,
            Cases cases,
            OwnerDirectory owners,
            Journal journal,
            RecoveryProcess process,
            ApplicationEventPublisher events,
            PlatformTransactionManager transactions) {
        this.db = db;
        this.clock = clock;
        this.zone = zone;
        this.absences = absences;
        this.cases = cases;
        this.owners = owners;
        this.journal = journal;
        this.process = process;
        this.events = events;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Scheduled(fixedDelayString = "${service-recovery.absences.every:PT1M}")
    void look() {
        absences.current().forEach(this::look);
    }

    /** What one absence asks for at this moment. */
    void look(Absence of) {
        Instant now = clock.instant();
        if (of.from().isAfter(now)) {
            return;
        }
        try {
            if (of.until().isAfter(now)) {
                if (absences.begins(of)) {
                    giveAway(of);
                }
            } else {
                giveBack(of);
                if (isAllSettled(of)) {
                    absences.isOver(of);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("The work of {}, who is away, could not be passed on. It is tried again.", of.person(), e);
        }
    }

    private boolean isAllSettled(Absence of) {
        return db.sql("""
                        select not exists (select 1 from absence_case where absence_id = :id and outcome is null)
                           and not exists (select 1 from absence_task where absence_id = :id and outcome is null)""").param("id", of.id()).query(Boolean.class).single();
    }

    private void giveAway(Absence of) {
        String standIn = absences.standInFor(of).orElse(null);
        for (CaseNumber number : cases.notOverOf(of.person())) {
            attempt(number.value(), () -> giveAway(of, number, standIn));
        }
        Set<String> groups = standIn == null ? Set.of() : owners.rolesOf(standIn);
        for (RecoveryProcess.Held task : process.tasksWith(of.person())) {
            attempt(task.taskId(), () -> passOn(of, task, of.person(), standIn, groups));
        }
    }

    /** Who may not have it leaves it to those that nobody owns: it does not wait for somebody who is away. */
    private void giveAway(Absence of, CaseNumber number, @Nullable String standIn) {
        boolean given = false;
        String to = standIn;
        if (to != null) {
            try {
                given = inTransaction(() -> handOver(of, number, standIn));
            } catch (Refused refused) {
                to = null;
            }
        }
        if (to == null && !given) {
            inTransaction(() -> handOver(of, number, null));
        }
    }

    private boolean handOver(Absence of, CaseNumber number, @Nullable String to) {
        cases.lock(number);
        boolean given = absences.stillHolds(of, AWAY) && cases.handOver(number, of.person(), to, isAway(of));
        if (given) {
            long caseId = cases.get(number).id();
            moved("absence_case", "case_id", caseId, of.person(), to);
            db.sql("""
                            insert into absence_case (absence_id, case_id, given_to, given_at) values (?, ?, ?, ?)
                            on conflict (absence_id, case_id)
                              do update set given_to = excluded.given_to, given_at = excluded.given_at, outcome = null""")
                    .params(of.id(), caseId, to, Timestamp.from(clock.instant()))
                    .update();
        }
        return given;
    }

    /** Who has it may have it for somebody else who is away: it comes back to that one from where it goes now. */
    private void moved(String table, String key, Object id, String from, @Nullable String to) {
        db.sql("update " + table + " set given_to = :to where " + key
                        + " = :id and outcome is null and given_to = :from")
                .param("to", to)
                .param("id", id)
                .param("from", from)
                .update();
    }

    private void passOn(
            Absence of, RecoveryProcess.Held task, String from, @Nullable String to, Set<String> groupsOfTo) {
        inTransaction(() -> {
            Optional<Long> caseId = caseOf(task);
            // The case first, as everybody does.
            RecoveryCase found = caseId.map(cases::lock).orElse(null);
            if (!absences.stillHolds(of, AWAY)) {
                return false;
            }
            String able = found != null && to != null && cases.isAboutWorkOf(found.id(), to) ? null : to;
            Optional<Boolean> theirs = process.passOn(task.taskId(), from, able, groupsOfTo);
            if (theirs.isEmpty()) {
                return false;
            }
            String has = theirs.get() ? able : null;
            passedOn(found, task, from, has, isAway(of));
            moved("absence_task", "task_id", task.taskId(), from, has);
            db.sql("""
                            insert into absence_task (absence_id, task_id, process_instance_id, given_to, given_at)
                            values (?, ?, ?, ?, ?) on conflict (absence_id, task_id)
                              do update set given_to = excluded.given_to, given_at = excluded.given_at, outcome = null""")
                    .params(of.id(), task.taskId(), task.processInstanceId(), has, Timestamp.from(clock.instant()))
                    .update();
            return true;
        });
    }

    private void passedOn(
            @Nullable RecoveryCase found, RecoveryProcess.Held task, String from, @Nullable String to, String reason) {
        if (to != null && task.processInstanceId() != null) {
            events.publishEvent(new WorkPassedOn(task.processInstanceId(), from, to));
        }
        if (found != null) {
            Map<String, Object> content = new HashMap<>();
            content.put("task", task.name());
            content.put("from", from);
            content.put("reason", reason);
            if (to != null) {
                content.put("to", to);
            }
            journal.append(found.id(), to == null ? "task let go" : "task passed on", content);
        }
    }

    /** What is still where it was given; what somebody has meanwhile decided otherwise, and what is done, stays. */
    private void giveBack(Absence of) {
        List<Given> given = db.sql("""
                        select c.number as id, g.given_to from absence_case g join recovery_case c on c.id = g.case_id
                         where g.absence_id = ? and g.outcome is null order by g.case_id""")
                .param(of.id())
                .query((row, n) -> new Given(row.getString("id"), row.getString("given_to")))
                .list();
        for (Given each : given) {
            attempt(each.id(), () -> giveBack(of, new CaseNumber(each.id()), each.to()));
        }
        for (RecoveryProcess.Held task : db.sql(
                        "select task_id, process_instance_id from absence_task where absence_id = ? and outcome is null")
                .param(of.id())
                .query((row, n) -> new RecoveryProcess.Held(row.getString(1), "", row.getString(2)))
                .list()) {
            attempt(task.taskId(), () -> giveBack(of, task));
        }
    }

    private void giveBack(Absence of, CaseNumber number, @Nullable String from) {
        boolean back;
        try {
            back = inTransaction(() -> {
                cases.lock(number);
                if (!absences.stillHolds(of, BACK_AGAIN)) {
                    return true;
                }
                boolean returned = from == null
                        ? cases.handToOwner(number, of.person(), BACK)
                        : cases.handOver(number, from, of.person(), BACK);
                if (returned) {
                    long caseId = cases.get(number).id();
                    settle("absence_case", "case_id", of, caseId, "RETURNED");
                    if (from != null) {
                        moved("absence_case", "case_id", caseId, from, of.person());
                    }
                }
                return returned;
            });
        } catch (Refused refused) {
            // Who is back may not own it any more.
            back = false;
        }
        if (!back) {
            inTransaction(() -> {
                RecoveryCase found = cases.lock(number);
                return absences.stillHolds(of, BACK_AGAIN) && settle("absence_case", "case_id", of, found.id(), "KEPT");
            });
        }
    }

    private void giveBack(Absence of, RecoveryProcess.Held given) {
        inTransaction(() -> {
            RecoveryCase found = caseOf(given).map(cases::lock).orElse(null);
            if (!absences.stillHolds(of, BACK_AGAIN)) {
                return false;
            }
            String has = db.sql("select given_to from absence_task where absence_id = ? and task_id = ?")
                    .params(of.id(), given.taskId())
                    .query(String.class)
                    .optional()
                    .orElse(null);
            RecoveryProcess.Held held = has == null
                    ? null
                    : process.tasksWith(has).stream()
                            .filter(task -> task.taskId().equals(given.taskId()))
                            .findFirst()
                            .orElse(null);
            boolean back = held != null
                    && process.passOn(held.taskId(), String.valueOf(has), of.person(), owners.rolesOf(of.person()))
                            .orElse(false);
            settle("absence_task", "task_id", of, given.taskId(), back ? "RETURNED" : "KEPT");
            if (back && held != null) {
                passedOn(found, held, String.valueOf(has), of.person(), BACK);
                moved("absence_task", "task_id", given.taskId(), String.valueOf(has), of.person());
            }
            return back;
        });
    }

    private boolean settle(String table, String key, Absence of, Object id, String outcome) {
        return db.sql("update " + table + " set outcome = ? where absence_id = ? and " + key + " = ?")
                        .params(outcome, of.id(), id)
                        .update()
                > 0;
    }

    private Optional<Long> caseOf(RecoveryProcess.Held task) {
        return Optional.ofNullable(task.processInstanceId()).flatMap(cases::idByAnyInstance);
    }

    private String isAway(Absence of) {
        return "Away until " + MOMENT.format(of.until().atZone(zone.id())) + ".";
    }

    private boolean inTransaction(BooleanSupplier work) {
        return Boolean.TRUE.equals(transaction.execute(status -> work.getAsBoolean()));
    }

    private static void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.warn("{} could not be passed on. It is tried again.", what, e);
        }
    }
}
